//! A posted form as a value.

use serde::de::DeserializeOwned;

use super::FromRequest;
use crate::web::Request;
use crate::{Error, Result, Status};

const URLENCODED: &str = "application/x-www-form-urlencoded";

/// A posted form of the type `application/x-www-form-urlencoded`, as a structure
/// or, where names repeat, a `Vec<(String, String)>`.
///
/// Forms with files (`multipart/form-data`) are refused with 415; read their body
/// as an [`Input`](crate::Input).
#[derive(Clone, Debug)]
pub struct Form<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Form<T> {
    fn from_request(request: &mut Request) -> Result<Self> {
        if !request.has_content_type(|content_type| content_type == URLENCODED) {
            return Err(Error::new(
                Status::UNSUPPORTED_MEDIA_TYPE,
                format!("this takes a form of the type {URLENCODED}"),
            ));
        }
        let body = request.read_body()?;
        serde_urlencoded::from_bytes(&body)
            .map(Self)
            .map_err(|error| {
                let message = format!("the form: {error}");
                Error::new(Status::UNPROCESSABLE_CONTENT, message).source(error)
            })
    }
}
