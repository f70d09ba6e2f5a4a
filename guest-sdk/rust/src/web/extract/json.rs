//! JSON, both ways.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use super::FromRequest;
use crate::web::{IntoResponse, Request, Response};
use crate::{Error, Result, Status};

/// As an argument, the body read as JSON; as a result, a response of JSON.
#[derive(Clone, Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Json<T> {
    fn from_request(request: &mut Request) -> Result<Self> {
        let is_json = |content_type: &str| {
            content_type == "application/json"
                || (content_type.starts_with("application/") && content_type.ends_with("+json"))
        };
        if !request.has_content_type(is_json) {
            return Err(Error::new(
                Status::UNSUPPORTED_MEDIA_TYPE,
                "this takes a body of the type application/json",
            ));
        }
        let body = request.read_body()?;
        serde_json::from_slice(&body).map(Self).map_err(|error| {
            let status = match error.classify() {
                Category::Data => Status::UNPROCESSABLE_CONTENT,
                Category::Syntax | Category::Eof | Category::Io => Status::BAD_REQUEST,
            };
            Error::new(status, format!("the JSON: {error}")).source(error)
        })
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Result<Response> {
        let body = serde_json::to_vec(&self.0)?;
        Ok(Response::new(body).with_header("Content-Type", "application/json"))
    }
}
