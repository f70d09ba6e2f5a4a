//! Where a request comes from, as the browser says it.

use crate::Environ;

/// Tells whether a request comes from the app's own pages, or from no page at all.
///
/// Scripts can set none of these headers. A client that sends neither is no browser, or one
/// from before 2020: there the token decides alone.
pub(super) fn is_own(environ: &Environ, trusted: &[String]) -> bool {
    let origin = environ.header("Origin").filter(|origin| !origin.is_empty());
    let is_trusted = || {
        origin.is_some_and(|origin| {
            trusted
                .iter()
                .any(|known| known.eq_ignore_ascii_case(origin))
        })
    };
    match environ.header("Sec-Fetch-Site") {
        // Fetch Metadata, section 2.4: `none` is the user's own doing.
        Some("same-origin" | "none") => true,
        Some(_) => is_trusted(),
        None => match origin {
            None => true,
            // The scheme is not compared: a proxy in front may have taken TLS away.
            Some(origin) => {
                let host = origin.split_once("://").map(|(_, host)| host);
                let own = environ.get("HTTP_HOST").filter(|own| !own.is_empty());
                let same = host
                    .zip(own)
                    .is_some_and(|(host, own)| host.eq_ignore_ascii_case(own));
                same || is_trusted()
            }
        },
    }
}
