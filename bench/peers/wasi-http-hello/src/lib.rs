//! What `wasmtime serve` serves in the comparison: the answer of
//! `examples/hello-rust`, from a component of the world `wasi:http/proxy`.
//!
//! Written for speed: the head is made in one call, with a Content-Length (else
//! the host sends chunks), and the body is written in one call.

use wasip2::exports::http::incoming_handler::Guest;
use wasip2::http::types::{
    Fields, IncomingRequest, OutgoingBody, OutgoingResponse, ResponseOutparam,
};

const BODY: &[u8] = b"Hello from wasgi!\n";

struct Hello;

impl Guest for Hello {
    fn handle(_request: IncomingRequest, out: ResponseOutparam) {
        let headers = Fields::from_list(&[
            ("content-type".to_owned(), b"text/plain".to_vec()),
            ("content-length".to_owned(), b"18".to_vec()),
        ])
        .expect("the headers are constants and valid");
        let response = OutgoingResponse::new(headers);
        let body = response.body().expect("a new response has its body");
        ResponseOutparam::set(out, Ok(response));
        let stream = body.write().expect("a new body has its stream");
        // Fails only where the client is gone, and then nobody reads the answer.
        let _ = stream.blocking_write_and_flush(BODY);
        drop(stream);
        let _ = OutgoingBody::finish(body, None);
    }
}

wasip2::http::proxy::export!(Hello);
