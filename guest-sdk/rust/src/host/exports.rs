//! What the host calls: the application, and the chunks of its body.

use std::cell::RefCell;

use super::bindings::exports::wasgi::app::application::{AppError, Body, GuestChunks};
use super::bindings::wasgi::app::types;
use super::imports;
use crate::body::Kind;
use crate::{Application, Environ, Error, Input, Iterable, StartResponse};

/// A body that the host pulls chunk by chunk.
pub struct Chunks(RefCell<Iterable>);

impl GuestChunks for Chunks {
    fn next(&self) -> Result<Option<Vec<u8>>, AppError> {
        self.0.borrow_mut().next_chunk().map_err(app_error)
    }

    fn close(&self) {
        // What an application wants done at the end stands in its `Drop`.
        drop(self.0.replace(Iterable(Kind::Whole(Vec::new()))));
    }
}

/// Calls the application with what the host passed.
pub fn call(
    application: &dyn Application,
    environ: String,
    input: types::Input,
    start_response: types::StartResponse,
) -> Result<Body, AppError> {
    let environ = Environ::from_block(environ, Input::new(imports::Input(input)));
    let start_response = StartResponse::new(imports::StartResponse(start_response));
    match application.call(environ, start_response) {
        Ok(Iterable(Kind::Whole(bytes))) => Ok(Body::Whole(bytes)),
        Ok(Iterable(Kind::Page(page))) => Ok(match page.into_host() {
            Ok(page) => Body::Page(page.0),
            Err(begun) => chunks(Kind::Page(begun)),
        }),
        Ok(Iterable(kind)) => Ok(chunks(kind)),
        Err(error) => Err(app_error(error)),
    }
}

/// Has the host pull a body.
fn chunks(kind: Kind) -> Body {
    let chunks = Chunks(RefCell::new(Iterable(kind)));
    Body::Chunks(super::bindings::exports::wasgi::app::application::Chunks::new(chunks))
}

fn app_error(error: Error) -> AppError {
    AppError {
        summary: error.summary(),
        detail: error.detail(),
    }
}
