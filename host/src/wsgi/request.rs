//! An HTTP request as the gateway takes it: parsed and framed, body unread.

use std::net::SocketAddr;
use std::sync::Arc;

use http::{HeaderMap, Method, Uri, Version};

use super::input::Source;

/// One HTTP request.
pub struct Request {
    /// The method.
    pub method: Method,
    /// The request target as the client sent it, still percent-encoded.
    pub uri: Uri,
    /// The protocol the client spoke.
    pub version: Version,
    /// The header fields, repeated ones included.
    pub headers: HeaderMap,
    /// The body.
    pub body: Box<dyn Source>,
    /// The client's address.
    pub peer: SocketAddr,
    /// The address the client connected to.
    pub local: SocketAddr,
    /// Whether the connection is encrypted.
    pub scheme: Scheme,
    /// The path prefix the app is mounted at: empty, or `/prefix`.
    pub script_name: Arc<str>,
    /// The request's id, for logs.
    pub id: Arc<str>,
}

/// What `wsgi.url_scheme` says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scheme {
    /// Plain HTTP.
    #[default]
    Http,
    /// HTTP over TLS.
    Https,
}

impl Scheme {
    /// Returns the scheme as a URL spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    /// Returns the port that a URL of this scheme leaves out.
    pub fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}
