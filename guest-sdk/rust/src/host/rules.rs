//! What the host refuses in `start_response`, so that a native test fails where
//! the server would.

use crate::StartError;

/// Headers of the connection, which is the server's (RFC 2616 section 13.5.1,
/// to which PEP 3333 refers).
const HOP_BY_HOP: [&str; 9] = [
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "te",
    "trailer",
    "trailers",
    "transfer-encoding",
    "upgrade",
];

/// Checks a status and its headers.
pub(crate) fn check(status: &str, headers: &[(&str, &str)]) -> Result<(), StartError> {
    check_status(status).map_err(|why| StartError::InvalidStatus(format!("{why}: {status:?}")))?;
    let mut has_length = false;
    for (name, value) in headers {
        check_header(name, value)?;
        if name.eq_ignore_ascii_case("content-length") {
            if std::mem::replace(&mut has_length, true) {
                return Err(invalid("Content-Length stands twice"));
            }
            if value.parse::<u64>().is_err() || !value.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(invalid("Content-Length is not a number"));
            }
        }
    }
    Ok(())
}

fn check_status(status: &str) -> Result<(), &'static str> {
    let Some((code, reason)) = status.split_once(' ') else {
        return Err("a space and a reason belong behind the code");
    };
    if code.len() != 3 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("does not begin with three digits");
    }
    match code.parse() {
        Ok(200..=999_u16) => {}
        _ => return Err("no final status has this code"),
    }
    if reason.is_empty() || reason.starts_with(' ') || reason.ends_with(' ') {
        return Err("the reason is empty or padded with spaces");
    }
    if !reason.chars().all(is_allowed) {
        return Err("the reason has a control character or a char beyond U+00FF");
    }
    Ok(())
}

fn check_header(name: &str, value: &str) -> Result<(), StartError> {
    if name.is_empty() || !name.bytes().all(is_token) {
        return Err(invalid(&format!("{name:?} is not a token")));
    }
    if HOP_BY_HOP
        .iter()
        .any(|field| field.eq_ignore_ascii_case(name))
    {
        return Err(StartError::HopByHop(name.to_owned()));
    }
    if !value.chars().all(is_allowed) {
        let what = "has a control character or a char beyond U+00FF";
        return Err(invalid(&format!("{name}: the value {what}")));
    }
    Ok(())
}

/// Tells whether a char stands for one byte that is no control character.
fn is_allowed(char: char) -> bool {
    u8::try_from(char).is_ok_and(|byte| !byte.is_ascii_control())
}

/// RFC 9110 section 5.6.2.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

fn invalid(why: &str) -> StartError {
    StartError::InvalidHeader(why.to_owned())
}
