//! What a handler may return.

use std::borrow::Cow;

use super::{Cookie, Headers, Response};
use crate::{Error, Iterable, Result, Status};

/// What a handler may return.
///
/// A [`Page`](crate::templates::Page), text and bytes, [`Html`](super::Html),
/// [`Json`](super::Json), [`Redirect`](super::Redirect), a [`Status`], an [`Iterable`]
/// (a stream), any of these behind a status, headers or cookies in a tuple, and a
/// `Result` of them.
pub trait IntoResponse {
    /// Makes the response.
    ///
    /// # Errors
    ///
    /// The handler's, or what went wrong with making the body.
    fn into_response(self) -> Result<Response>;
}

/// Headers in front of a body in a tuple.
pub trait IntoHeaders {
    /// Puts them into a response.
    fn put_into(self, headers: &mut Headers);
}

impl IntoHeaders for Headers {
    fn put_into(self, headers: &mut Headers) {
        for (name, value) in self.iter() {
            headers.append(name, value);
        }
    }
}

impl<N: AsRef<str>, V: Into<String>, const COUNT: usize> IntoHeaders for [(N, V); COUNT] {
    fn put_into(self, headers: &mut Headers) {
        for (name, value) in self {
            headers.set(name.as_ref(), value);
        }
    }
}

impl IntoHeaders for Cookie {
    fn put_into(self, headers: &mut Headers) {
        headers.append("Set-Cookie", self.to_string());
    }
}

impl IntoResponse for Response {
    fn into_response(self) -> Result<Response> {
        Ok(self)
    }
}

impl<T: IntoResponse, E: Into<Error>> IntoResponse for Result<T, E> {
    fn into_response(self) -> Result<Response> {
        self.map_err(Into::into)?.into_response()
    }
}

impl IntoResponse for () {
    fn into_response(self) -> Result<Response> {
        Ok(Response::new(Vec::new()))
    }
}

impl IntoResponse for Status {
    fn into_response(self) -> Result<Response> {
        Ok(Response::new(Vec::new()).with_status(self))
    }
}

impl IntoResponse for Iterable {
    fn into_response(self) -> Result<Response> {
        Ok(Response::of(self).with_header("Content-Type", "application/octet-stream"))
    }
}

macro_rules! one_chunk {
    ($content_type:literal: $($type:ty),*) => {$(
        impl IntoResponse for $type {
            fn into_response(self) -> Result<Response> {
                Ok(Response::new(self).with_header("Content-Type", $content_type))
            }
        }
    )*};
}

one_chunk!("text/plain; charset=utf-8": &'static str, String);
one_chunk!("application/octet-stream": &'static [u8], Vec<u8>);

impl IntoResponse for Cow<'static, str> {
    fn into_response(self) -> Result<Response> {
        self.into_owned().into_response()
    }
}

impl<T: IntoResponse> IntoResponse for (Status, T) {
    fn into_response(self) -> Result<Response> {
        Ok(self.1.into_response()?.with_status(self.0))
    }
}

impl<H: IntoHeaders, T: IntoResponse> IntoResponse for (H, T) {
    fn into_response(self) -> Result<Response> {
        let mut response = self.1.into_response()?;
        self.0.put_into(&mut response.headers);
        Ok(response)
    }
}

impl<H: IntoHeaders, T: IntoResponse> IntoResponse for (Status, H, T) {
    fn into_response(self) -> Result<Response> {
        (self.0, (self.1, self.2)).into_response()
    }
}
