//! A small framework on top of PEP 3333: a router, extractors and responses.
//!
//! A handler is a plain function. Its arguments are extractors, which take what
//! they need from the request, or refuse it with a status and a clear text; what
//! it returns becomes the response, a `Result` included.
//!
//! ```
//! use serde::{Deserialize, Serialize};
//! use wasgi::web::{Json, Path, Router};
//! use wasgi::{Error, Result, Status};
//!
//! #[derive(Deserialize, Serialize)]
//! struct Note {
//!     text: String,
//! }
//!
//! fn show(Path(id): Path<u32>) -> Result<Json<Note>> {
//!     match id {
//!         1 => Ok(Json(Note { text: "milk".to_owned() })),
//!         _ => Err(Error::not_found(format!("there is no note {id}"))),
//!     }
//! }
//!
//! fn add(Json(note): Json<Note>) -> (Status, Json<Note>) {
//!     (Status::CREATED, Json(note))
//! }
//!
//! fn app() -> Router {
//!     Router::new().get("/notes/{id}", show).post("/notes", add)
//! }
//!
//! wasgi::export!(app);
//! # fn main() {
//! let client = wasgi::test::Client::new(app);
//! assert_eq!(client.get("/notes/1").json::<Note>().text, "milk");
//! assert_eq!(client.get("/notes/2").status(), 404);
//! # }
//! ```
//!
//! # Layout
//!
//! | module | what |
//! | --- | --- |
//! | `router` | paths and methods to handlers, nesting, middleware, error pages |
//! | `handler` | which functions are handlers |
//! | `request`, `extract/` | what a handler may ask for |
//! | `csrf/` | protection against forged requests |
//! | `response`, `into_response`, `html`, `cookie`, `redirect` | what it may return |

mod cookie;
mod csrf;
mod error_page;
mod extract;
mod handler;
mod headers;
mod html;
mod into_response;
mod redirect;
mod request;
mod response;
mod router;

pub use cookie::{Cookie, SameSite};
pub use csrf::{Csrf, csrf_token};
pub use extract::{Cookies, Form, FromRequest, Json, Path, Query, ScriptName, State};
pub use handler::Handler;
pub use headers::Headers;
pub use html::{Escape, Html, escape};
pub use into_response::{IntoHeaders, IntoResponse};
pub use redirect::Redirect;
pub use request::Request;
pub use response::Response;
pub use router::{Next, Router};
