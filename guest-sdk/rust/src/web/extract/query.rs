//! The query string as a value.

use serde::de::DeserializeOwned;

use super::FromRequest;
use crate::web::Request;
use crate::{Error, Result};

/// The query string, as a structure or, where names repeat, a `Vec<(String, String)>`.
///
/// ```
/// use wasgi::web::{Query, Router};
///
/// #[derive(serde::Deserialize)]
/// struct Search {
///     q: String,
///     #[serde(default)]
///     page: u32,
/// }
///
/// fn search(Query(search): Query<Search>) -> String {
///     format!("{} on page {}", search.q, search.page)
/// }
///
/// let client = wasgi::test::Client::new(|| Router::new().get("/", search));
/// assert_eq!(client.get("/?q=a+b&page=2").text(), "a b on page 2");
/// assert_eq!(client.get("/?page=2").status(), 400);
/// ```
#[derive(Clone, Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Query<T> {
    fn from_request(request: &mut Request) -> Result<Self> {
        serde_urlencoded::from_str(request.environ().query_string())
            .map(Self)
            .map_err(|error| Error::bad_request(format!("the query string: {error}")).source(error))
    }
}
