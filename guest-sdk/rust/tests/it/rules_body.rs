//! PEP 3333's iterable: what is sent, when, and that it is closed.

use std::cell::Cell;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::rc::Rc;

use wasgi::test::Client;
use wasgi::{Body, Environ, Error, Iterable, Result, StartResponse, chunks, closing, reader};

/// Answers 200 with these headers and a body made anew for each request.
fn serving<B, F>(headers: &'static [(&'static str, &'static str)], body: F) -> Client
where
    B: Body + 'static,
    F: Fn() -> B + 'static,
{
    Client::new(move |_: Environ, start_response: StartResponse| {
        start_response.call("200 OK", headers, None)?;
        body().into_iterable()
    })
}

/// A counter, and what counts it up.
fn counter() -> (Rc<Cell<u32>>, impl Fn() + Clone) {
    let count = Rc::new(Cell::new(0));
    let counting = Rc::clone(&count);
    (count, move || counting.set(counting.get() + 1))
}

#[test]
fn rule_23_each_chunk_is_on_its_way_before_the_next_is_asked_for() {
    let (made, count) = counter();
    let client = serving(&[], move || {
        let count = count.clone();
        chunks((1..=3).map(move |n| {
            count();
            n.to_string()
        }))
    });
    let mut streamed = client.request("GET", "/").stream();
    for n in 1..=3_u32 {
        assert_eq!(streamed.next_chunk(), Some(n.to_string().into_bytes()));
        assert_eq!(made.get(), n);
    }
    assert_eq!(streamed.next_chunk(), None);
}

#[test]
fn rule_24_a_list_of_one_element_is_one_whole_chunk() {
    for body in [
        ["whole"].into_iterable(),
        vec!["whole"].into_iterable(),
        "whole".into_iterable(),
        "whole".to_owned().into_iterable(),
        b"whole".into_iterable(),
        b"whole".to_vec().into_iterable(),
        Ok::<_, Error>("whole").into_iterable(),
    ] {
        assert_eq!(format!("{:?}", body.unwrap()), "Iterable(5 bytes)");
    }
    let several = ["a", "b"].into_iterable().unwrap();
    assert_eq!(format!("{several:?}"), "Iterable(chunks)");
    let none = Vec::<String>::new().into_iterable().unwrap();
    assert_eq!(format!("{none:?}"), "Iterable(chunks)");
}

#[test]
fn rule_25_more_than_content_length_is_cut() {
    let client = serving(&[("Content-Length", "7")], || ["hello", " world", "!"]);
    assert_eq!(client.get("/").text(), "hello w");
}

#[test]
fn rule_25_less_than_content_length_is_an_error() {
    let response = serving(&[("Content-Length", "20")], || "hello").get("/");
    assert!(
        response
            .error()
            .is_some_and(|error| error.summary().contains("Content-Length"))
    );
}

#[test]
fn rule_26_close_is_called_at_the_end_of_the_body() {
    let (closed, count) = counter();
    let client = serving(&[], move || closing(["a", "b"], count.clone()));
    assert_eq!(client.get("/").text(), "ab");
    assert_eq!(closed.get(), 1);
}

#[test]
fn rule_26_close_is_called_where_the_body_fails() {
    let (closed, count) = counter();
    let client = serving(&[], move || {
        let failing = [Ok("a"), Err(Error::internal("failed"))];
        closing(chunks(failing), count.clone())
    });
    let response = client.get("/");
    assert_eq!(
        response.error().map(Error::summary).as_deref(),
        Some("failed")
    );
    assert_eq!(closed.get(), 1);
}

#[test]
fn rule_26_close_is_called_where_the_client_goes_away() {
    let (closed, count) = counter();
    let client = serving(&[], move || {
        closing(chunks(std::iter::repeat("x")), count.clone())
    });
    let mut streamed = client.request("GET", "/").stream();
    streamed.next_chunk();
    assert_eq!(closed.get(), 0);
    drop(streamed);
    assert_eq!(closed.get(), 1);
}

#[test]
fn rule_26_close_is_called_where_there_is_no_body_to_send() {
    let (closed, count) = counter();
    let client = serving(&[], move || closing("x", count.clone()));
    assert_eq!(client.head("/").text(), "");
    assert_eq!(closed.get(), 1);
}

#[test]
fn rule_26_close_is_called_where_the_application_fails_after_making_it() {
    let (closed, count) = counter();
    let app = move |_: Environ, _: StartResponse| {
        let error: Result<Iterable> = Err(Error::internal("no body"));
        closing(error, count.clone())
    };
    assert_eq!(Client::new(app).get("/").status(), 500);
    assert_eq!(closed.get(), 1);
}

#[test]
fn rule_29_no_body_for_head_204_and_304() {
    assert_eq!(serving(&[], || "body").head("/").text(), "");
    for status in ["204 No Content", "304 Not Modified"] {
        let client = Client::new(move |_: Environ, start_response: StartResponse| {
            start_response.call(status, &[], None)?;
            Result::<_>::Ok("body")
        });
        assert_eq!(client.get("/").text(), "", "{status}");
    }
}

/// A reader that counts its reads and its close.
struct File<F: Fn()> {
    bytes: Cursor<Vec<u8>>,
    reads: Rc<Cell<u32>>,
    close: F,
}

impl<F: Fn()> Read for File<F> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.reads.set(self.reads.get() + 1);
        self.bytes.read(into)
    }
}

impl<F: Fn()> Drop for File<F> {
    fn drop(&mut self) {
        (self.close)();
    }
}

#[test]
fn rule_31_a_reader_is_lazy_starts_where_it_stands_and_is_closed() {
    let (closed, close) = counter();
    let reads = Rc::new(Cell::new(0));
    let counted = Rc::clone(&reads);
    let client = serving(&[], move || {
        let mut bytes = Cursor::new(vec![b'x'; 200_000]);
        bytes.seek(SeekFrom::Start(50_000))?;
        let (reads, close) = (Rc::clone(&counted), close.clone());
        Result::<_>::Ok(reader(File {
            bytes,
            reads,
            close,
        }))
    });
    let mut streamed = client.request("GET", "/").stream();
    let after_the_first_block = reads.get();
    let mut length = 0;
    while let Some(chunk) = streamed.next_chunk() {
        assert!(chunk.len() <= 64 * 1024);
        length += chunk.len();
    }
    drop(streamed);
    assert_eq!(length, 150_000);
    assert!(after_the_first_block < reads.get());
    assert_eq!(closed.get(), 1);
}

#[test]
fn rule_32_an_error_before_the_headers_is_a_500_and_tells_its_causes() {
    let client = Client::new(|_: Environ, _: StartResponse| -> Result<&'static str> {
        let number: u32 = "seven".parse().map_err(|error| {
            Error::from(io::Error::new(io::ErrorKind::InvalidData, Wrapped(error)))
        })?;
        panic!("{number}");
    });
    let response = client.get("/");
    assert_eq!(
        (response.status().code(), response.text().as_str()),
        (500, "")
    );
    let detail = response.error().map(Error::detail).unwrap_or_default();
    assert!(
        detail.starts_with("std::io::error::Error: wrapped"),
        "{detail}"
    );
    assert!(
        detail.ends_with("caused by: invalid digit found in string"),
        "{detail}"
    );
}

#[derive(Debug, thiserror::Error)]
#[error("wrapped")]
struct Wrapped(#[source] std::num::ParseIntError);

#[test]
fn rule_32_start_response_before_the_error_does_not_hide_it() {
    let client = serving(&[], || Err::<&str, _>(Error::internal("failed")));
    assert_eq!(client.get("/").status(), 500);
}

#[test]
fn a_summary_is_one_line() {
    let error = Error::internal("first\r\nsecond\nthird");
    assert_eq!(error.summary(), "first second third");
}

#[test]
fn rule_33_a_middleware_yields_once_per_inner_chunk() {
    let client = serving(&[], || {
        let mut inner = ["a", "", "b"].into_iterable()?;
        Result::<_>::Ok(chunks(std::iter::from_fn(move || {
            let upper = |chunk: Vec<u8>| chunk.to_ascii_uppercase();
            inner.next_chunk().map(|chunk| chunk.map(upper)).transpose()
        })))
    });
    assert_eq!(client.get("/").chunks(), [b"A", b"B"]);
}

#[test]
fn rule_34_the_application_may_be_called_again_and_again() {
    let client = serving(&[], || "again");
    for _ in 0..3 {
        assert_eq!(client.get("/").text(), "again");
    }
}
