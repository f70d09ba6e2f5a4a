//! Which precompressed variants a client takes (RFC 9110 section 12.5.3).

use http::header::{GetAll, HeaderValue};

/// A compression of which a file may have a variant beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    /// `.br`
    Brotli,
    /// `.zst`
    Zstd,
    /// `.gz`
    Gzip,
}

/// In the order of preference among equal weights: the smallest first.
const ALL: [Encoding; 3] = [Encoding::Brotli, Encoding::Zstd, Encoding::Gzip];

impl Encoding {
    /// Returns the name in `Content-Encoding`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Zstd => "zstd",
            Self::Gzip => "gzip",
        }
    }

    /// Returns the suffix of a variant's file name.
    pub(super) fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Zstd => ".zst",
            Self::Gzip => ".gz",
        }
    }
}

/// Returns what the client takes, best first. A coding with weight zero is one
/// it does not take; `*` stands for all that are not named.
pub(super) fn accepted(values: GetAll<'_, HeaderValue>) -> Vec<Encoding> {
    let mut weights: [Option<u16>; 3] = [None; 3];
    let mut others = 0;
    for item in values
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
    {
        let (name, parameters) = item.split_once(';').unwrap_or((item, ""));
        let name = name.trim();
        let weight = weight(parameters);
        if name == "*" {
            others = weight;
        }
        for (encoding, slot) in ALL.iter().zip(&mut weights) {
            if name.eq_ignore_ascii_case(encoding.name()) {
                *slot = Some(weight);
            }
        }
    }
    let mut taken: Vec<(u16, Encoding)> = ALL
        .into_iter()
        .zip(weights)
        .map(|(encoding, weight)| (weight.unwrap_or(others), encoding))
        .filter(|(weight, _)| *weight > 0)
        .collect();
    // Stable, so that equal weights keep our order.
    taken.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    taken.into_iter().map(|(_, encoding)| encoding).collect()
}

/// Returns the weight in thousandths, 1000 where there is none, and 0 for
/// nonsense: then the plain file is the safe choice.
fn weight(parameters: &str) -> u16 {
    let Some(value) = parameters
        .split(';')
        .filter_map(|parameter| parameter.split_once('='))
        .find_map(|(name, value)| {
            name.trim()
                .eq_ignore_ascii_case("q")
                .then_some(value.trim())
        })
    else {
        return 1000;
    };
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    match (whole, format!("{fraction:0<3}").parse::<u16>()) {
        ("1", Ok(0)) => 1000,
        ("0", Ok(thousandths)) if thousandths < 1000 => thousandths,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::header::{ACCEPT_ENCODING, HeaderMap};

    fn names(value: &str) -> Vec<&'static str> {
        let mut headers = HeaderMap::new();
        headers.insert(
            ACCEPT_ENCODING,
            HeaderValue::from_str(value).expect("value"),
        );
        let taken = accepted(headers.get_all(ACCEPT_ENCODING));
        taken.into_iter().map(Encoding::name).collect()
    }

    #[test]
    fn weights_order_and_refuse() {
        assert_eq!(names("gzip, deflate, br, zstd"), ["br", "zstd", "gzip"]);
        assert_eq!(names("GZIP;q=1.0, br;q=0.5"), ["gzip", "br"]);
        assert_eq!(names("gzip;q=0"), [""; 0]);
        assert_eq!(names("*"), ["br", "zstd", "gzip"]);
        assert_eq!(names("br;q=0, *;q=0.1"), ["zstd", "gzip"]);
        assert_eq!(names("br;q=2, gzip;q=x, zstd;q=0.001"), ["zstd"]);
        assert_eq!(names(""), [""; 0]);
        assert_eq!(names("identity"), [""; 0]);
    }
}
