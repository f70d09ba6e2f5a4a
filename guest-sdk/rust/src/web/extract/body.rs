//! The body as bytes, as text, as a stream; and the environ as a whole.

use super::FromRequest;
use crate::web::Request;
use crate::{Environ, Error, Input, Result};

/// The whole body.
impl FromRequest for Vec<u8> {
    fn from_request(request: &mut Request) -> Result<Self> {
        request.read_body()
    }
}

/// The whole body as UTF-8.
impl FromRequest for String {
    fn from_request(request: &mut Request) -> Result<Self> {
        Self::from_utf8(request.read_body()?)
            .map_err(|error| Error::bad_request("the request body is not UTF-8").source(error))
    }
}

/// The body as a stream, without a limit but the host's.
impl FromRequest for Input {
    fn from_request(request: &mut Request) -> Result<Self> {
        request.take_input()
    }
}

/// A copy of the environ, with the body where no earlier argument took it.
impl FromRequest for Environ {
    fn from_request(request: &mut Request) -> Result<Self> {
        Ok(request.split_environ())
    }
}
