//! The smallest wasgi application: PEP 3333 and nothing else.

use wasgi::{Body, Environ, Result, StartResponse};

/// Answers every request with the same text.
pub fn app(_environ: Environ, start_response: StartResponse) -> Result<impl Body> {
    start_response.call("200 OK", &[("Content-Type", "text/plain")], None)?;
    Ok("Hello from wasgi!\n")
}

wasgi::export!(app);
