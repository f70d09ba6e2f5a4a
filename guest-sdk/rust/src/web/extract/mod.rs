//! Extractors: the arguments of handlers.

mod body;
mod cookies;
mod form;
mod json;
mod path;
mod path_de;
mod query;
mod script_name;
mod state;

pub use cookies::Cookies;
pub use form::Form;
pub use json::Json;
pub use path::Path;
pub use query::Query;
pub use script_name::ScriptName;
pub use state::State;

use super::Request;
use crate::{Error, Result};

/// What a handler may have as an argument.
///
/// | extractor | refuses with |
/// | --- | --- |
/// | [`Path<T>`](Path) | 404: what does not parse is not there |
/// | [`Query<T>`](Query) | 400 |
/// | [`Form<T>`](Form) | 413, 415, 422 |
/// | [`Json<T>`](Json) | 413, 415, 400 for what is no JSON, 422 for JSON of another shape |
/// | [`Vec<u8>`], [`String`] | 413; 400 for text that is not UTF-8 |
/// | [`Input`](crate::Input) | never: the body as a stream |
/// | [`Headers`](super::Headers), [`Cookies`], [`ScriptName`], [`Environ`](crate::Environ) | never |
/// | [`State<T>`](State) | 500 where the router has none |
/// | `Result<T, Error>` | never: the handler decides |
pub trait FromRequest: Sized {
    /// Takes the value from the request.
    ///
    /// # Errors
    ///
    /// What the client is told where the request does not have it.
    fn from_request(request: &mut Request) -> Result<Self>;
}

impl<T: FromRequest> FromRequest for Result<T, Error> {
    fn from_request(request: &mut Request) -> Result<Self> {
        Ok(T::from_request(request))
    }
}
