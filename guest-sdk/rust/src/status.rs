//! Status codes with their reason phrases (RFC 9110 section 15).

use std::fmt;

/// A status code, printed as PEP 3333's status string: `404 Not Found`.
///
/// ```
/// assert_eq!(wasgi::Status(404).to_string(), "404 Not Found");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Status(pub u16);

macro_rules! statuses {
    ($($code:literal $name:ident $line:literal,)*) => {
        impl Status {
            $(#[doc = concat!("`", $line, "`")] pub const $name: Self = Self($code);)*

            /// Returns the status string of a registered code, without allocating.
            pub(crate) const fn line(self) -> Option<&'static str> {
                match self.0 {
                    $($code => Some($line),)*
                    _ => None,
                }
            }
        }
    };
}

statuses! {
    200 OK "200 OK",
    201 CREATED "201 Created",
    202 ACCEPTED "202 Accepted",
    203 NON_AUTHORITATIVE_INFORMATION "203 Non-Authoritative Information",
    204 NO_CONTENT "204 No Content",
    205 RESET_CONTENT "205 Reset Content",
    206 PARTIAL_CONTENT "206 Partial Content",
    300 MULTIPLE_CHOICES "300 Multiple Choices",
    301 MOVED_PERMANENTLY "301 Moved Permanently",
    302 FOUND "302 Found",
    303 SEE_OTHER "303 See Other",
    304 NOT_MODIFIED "304 Not Modified",
    307 TEMPORARY_REDIRECT "307 Temporary Redirect",
    308 PERMANENT_REDIRECT "308 Permanent Redirect",
    400 BAD_REQUEST "400 Bad Request",
    401 UNAUTHORIZED "401 Unauthorized",
    402 PAYMENT_REQUIRED "402 Payment Required",
    403 FORBIDDEN "403 Forbidden",
    404 NOT_FOUND "404 Not Found",
    405 METHOD_NOT_ALLOWED "405 Method Not Allowed",
    406 NOT_ACCEPTABLE "406 Not Acceptable",
    408 REQUEST_TIMEOUT "408 Request Timeout",
    409 CONFLICT "409 Conflict",
    410 GONE "410 Gone",
    411 LENGTH_REQUIRED "411 Length Required",
    412 PRECONDITION_FAILED "412 Precondition Failed",
    413 CONTENT_TOO_LARGE "413 Content Too Large",
    414 URI_TOO_LONG "414 URI Too Long",
    415 UNSUPPORTED_MEDIA_TYPE "415 Unsupported Media Type",
    416 RANGE_NOT_SATISFIABLE "416 Range Not Satisfiable",
    418 IM_A_TEAPOT "418 I'm a teapot",
    421 MISDIRECTED_REQUEST "421 Misdirected Request",
    422 UNPROCESSABLE_CONTENT "422 Unprocessable Content",
    423 LOCKED "423 Locked",
    425 TOO_EARLY "425 Too Early",
    426 UPGRADE_REQUIRED "426 Upgrade Required",
    428 PRECONDITION_REQUIRED "428 Precondition Required",
    429 TOO_MANY_REQUESTS "429 Too Many Requests",
    431 REQUEST_HEADER_FIELDS_TOO_LARGE "431 Request Header Fields Too Large",
    451 UNAVAILABLE_FOR_LEGAL_REASONS "451 Unavailable For Legal Reasons",
    500 INTERNAL_SERVER_ERROR "500 Internal Server Error",
    501 NOT_IMPLEMENTED "501 Not Implemented",
    502 BAD_GATEWAY "502 Bad Gateway",
    503 SERVICE_UNAVAILABLE "503 Service Unavailable",
    504 GATEWAY_TIMEOUT "504 Gateway Timeout",
    507 INSUFFICIENT_STORAGE "507 Insufficient Storage",
}

impl Status {
    /// Returns the code.
    pub const fn code(self) -> u16 {
        self.0
    }

    /// Returns the reason phrase, or `Unknown` for an unregistered code.
    pub fn reason(self) -> &'static str {
        self.line()
            .and_then(|line| line.split_once(' '))
            .map_or("Unknown", |(_, reason)| reason)
    }

    /// Tells whether this is the client's or the server's fault.
    pub const fn is_error(self) -> bool {
        self.0 >= 400
    }

    /// Tells whether this is the server's fault, which the client is not told more about.
    pub const fn is_server_error(self) -> bool {
        self.0 >= 500
    }
}

impl fmt::Display for Status {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line() {
            Some(line) => formatter.write_str(line),
            None => write!(formatter, "{:03} {}", self.0, self.reason()),
        }
    }
}

impl From<u16> for Status {
    fn from(code: u16) -> Self {
        Self(code)
    }
}

impl PartialEq<u16> for Status {
    fn eq(&self, code: &u16) -> bool {
        self.0 == *code
    }
}
