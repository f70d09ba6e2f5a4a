//! The parameters of a path.

use serde::de::DeserializeOwned;

use super::{FromRequest, path_de};
use crate::web::Request;
use crate::{Error, Result};

/// The parameters of the path: one value, a tuple in the path's order, or a
/// structure by their names.
///
/// ```
/// use wasgi::web::{Path, Router};
///
/// fn day(Path((year, month)): Path<(u16, u8)>) -> String {
///     format!("month {month} of {year}")
/// }
///
/// let client = wasgi::test::Client::new(|| Router::new().get("/{year}/{month}", day));
/// assert_eq!(client.get("/2026/7").text(), "month 7 of 2026");
/// assert_eq!(client.get("/2026/july").status(), 404);
/// ```
#[derive(Clone, Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Path<T> {
    fn from_request(request: &mut Request) -> Result<Self> {
        path_de::from_parameters(&request.parameters)
            .map(Self)
            .map_err(|error| match error {
                // The path is the client's, its shape the application's.
                path_de::PathError::Value(message) => Error::not_found(message),
                path_de::PathError::Shape(message) => Error::internal(message),
            })
    }
}
