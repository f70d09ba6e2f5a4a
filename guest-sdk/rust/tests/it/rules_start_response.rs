//! PEP 3333's `start_response` and `write`.

use std::io::Write as _;

use wasgi::test::{Client, Response};
use wasgi::{Environ, Error, Iterable, Result, StartError, StartResponse, WriteError, chunks};

const TEXT: (&str, &str) = ("Content-Type", "text/plain");

/// Calls an application that only looks at `start_response`.
fn answer<F>(app: F) -> Response
where
    F: Fn(StartResponse) -> Result<Iterable> + 'static,
{
    let app = move |_: Environ, start_response: StartResponse| app(start_response);
    Client::new(app).get("/")
}

/// Tells what a call is refused with.
fn refusal(status: &'static str, headers: &'static [(&'static str, &'static str)]) -> StartError {
    let response = answer(move |start_response| {
        start_response.call(status, headers, None)?;
        Ok(Iterable::whole("not refused"))
    });
    assert_eq!(
        response.status(),
        500,
        "{status:?} {headers:?} {}",
        response.text()
    );
    let error = response.error().and_then(Error::downcast_ref);
    StartError::clone(error.unwrap())
}

#[test]
fn rule_14_start_response_returns_write() {
    let response = answer(|start_response| {
        let mut write = start_response.call("200 OK", &[TEXT], None)?;
        write.call(b"called, ")?;
        write!(write, "{}", 42)?;
        Ok(Iterable::whole(""))
    });
    assert_eq!(response.text(), "called, 42");
}

#[test]
fn rule_15_a_status_is_three_digits_a_space_and_a_reason() {
    for bad in [
        "",
        "200",
        "200 ",
        "200  OK",
        " 200 OK",
        "200 OK ",
        "20 OK",
        "2000 OK",
        "abc OK",
        "099 Low",
        "101 Switching Protocols",
        "200 O\nK",
        "200 O\0K",
        "200\tOK",
        "200 \u{100}",
        "+20 OK",
    ] {
        assert!(
            matches!(refusal(bad, &[]), StartError::InvalidStatus(_)),
            "{bad:?}"
        );
    }
    for good in ["200 OK", "404 Nicht gefunden", "599 \u{e9}t\u{e9}"] {
        let response = answer(move |start_response| {
            start_response.call(good, &[], None)?;
            Ok(Iterable::whole("x"))
        });
        assert!(response.error().is_none(), "{good}");
    }
}

#[test]
fn rule_16_names_are_tokens_and_values_latin_1_without_controls() {
    let bad: [&[(&str, &str)]; 9] = [
        &[("", "x")],
        &[("X Bad", "x")],
        &[("X-Bad:", "x")],
        &[("X-Bad\r\n", "x")],
        &[("X-B\u{e4}d", "x")],
        &[("X", "a\r\nSet-Cookie: b")],
        &[("X", "a\0")],
        &[("X", "a\tb")],
        &[("X", "\u{20ac}")],
    ];
    for headers in bad {
        assert!(
            matches!(refusal("200 OK", headers), StartError::InvalidHeader(_)),
            "{headers:?}"
        );
    }
    let response = answer(|start_response| {
        start_response.call("200 OK", &[("X-Name", "caf\u{e9}"), ("x-empty", "")], None)?;
        Ok(Iterable::whole(""))
    });
    assert_eq!(response.header("x-name"), Some("caf\u{e9}"));
    assert_eq!(response.header("X-Empty"), Some(""));
}

#[test]
fn rule_17_a_hop_by_hop_header_is_refused_in_start_response() {
    let names: [&[(&str, &str)]; 4] = [
        &[("Connection", "close")],
        &[("transfer-encoding", "chunked")],
        &[("UPGRADE", "h2c")],
        &[("Keep-Alive", "1")],
    ];
    for headers in names {
        assert!(
            matches!(refusal("200 OK", headers), StartError::HopByHop(_)),
            "{headers:?}"
        );
    }
}

#[test]
fn a_content_length_is_one_number() {
    let bad: [&[(&str, &str)]; 3] = [
        &[("Content-Length", "many")],
        &[("Content-Length", "+1")],
        &[("Content-Length", "1"), ("content-length", "1")],
    ];
    for headers in bad {
        assert!(
            matches!(refusal("200 OK", headers), StartError::InvalidHeader(_)),
            "{headers:?}"
        );
    }
}

#[test]
fn rule_18_a_second_start_response_without_exc_info_is_an_error() {
    let response = answer(|start_response| {
        start_response.call("200 OK", &[TEXT], None)?;
        start_response.call("200 OK", &[TEXT], None)?;
        Ok(Iterable::whole("not refused"))
    });
    let error = response.error().and_then(Error::downcast_ref);
    assert_eq!(error, Some(&StartError::AlreadyCalled));
}

#[test]
fn rule_18_a_second_start_response_is_an_error_even_where_the_first_was_refused() {
    let response = answer(|start_response| {
        start_response.call("200", &[TEXT], None).ok();
        start_response.call("200 OK", &[TEXT], None)?;
        Ok(Iterable::whole("not refused"))
    });
    let error = response.error().and_then(Error::downcast_ref);
    assert_eq!(error, Some(&StartError::AlreadyCalled));
}

#[test]
fn rule_19_with_exc_info_headers_are_replaced_before_anything_is_sent() {
    let response = answer(|start_response| {
        start_response.call("200 OK", &[TEXT, ("X-First", "1")], None)?;
        let error = Error::internal("changed my mind");
        start_response.call(
            "503 Service Unavailable",
            &[("X-Second", "2")],
            Some(&error),
        )?;
        Ok(Iterable::whole("replaced"))
    });
    assert_eq!(response.status(), 503);
    assert_eq!(
        response.headers(),
        [("X-Second".to_owned(), "2".to_owned())]
    );
}

#[test]
fn rule_19_with_exc_info_after_headers_were_sent_the_error_comes_back() {
    let response = answer(|start_response| {
        start_response.call("200 OK", &[TEXT], None)?;
        let mut first = true;
        Ok(chunks(std::iter::from_fn(move || {
            if std::mem::replace(&mut first, false) {
                return Some(Ok("sent"));
            }
            let error = Error::internal("too late");
            match start_response.call("500 Oops", &[TEXT], Some(&error)) {
                Err(StartError::HeadersSent) => Some(Err(error)),
                other => panic!("{other:?}"),
            }
        })))
    });
    assert_eq!(response.status(), 200);
    assert_eq!(response.text(), "sent");
    assert_eq!(
        response.error().map(Error::summary).as_deref(),
        Some("too late")
    );
}

#[test]
fn rule_20_headers_are_not_sent_before_the_first_chunk_that_is_not_empty() {
    let response = answer(|start_response| {
        start_response.call("200 OK", &[TEXT], None)?;
        let mut step = 0;
        Ok(chunks(std::iter::from_fn(move || {
            step += 1;
            match step {
                1 => Some(Ok("")),
                2 => {
                    let error = Error::internal("still in time");
                    let replaced = start_response.call("500 Oops", &[TEXT], Some(&error));
                    Some(replaced.map(|_| "replaced").map_err(Error::from))
                }
                _ => None,
            }
        })))
    });
    assert_eq!(
        (response.status().code(), response.text().as_str()),
        (500, "replaced")
    );
}

#[test]
fn rule_21_start_response_may_first_be_called_during_iteration() {
    let response = answer(|start_response| {
        let mut start_response = Some(start_response);
        Ok(chunks(std::iter::from_fn(move || {
            let start_response = start_response.take()?;
            let called = start_response.call("202 Accepted", &[TEXT], None);
            Some(called.map(|_| "late").map_err(Error::from))
        })))
    });
    assert_eq!(
        (response.status().code(), response.text().as_str()),
        (202, "late")
    );
}

#[test]
fn a_body_without_start_response_is_an_error() {
    let response = answer(|_| Ok(Iterable::whole("nobody asked")));
    assert_eq!(response.status(), 500);
    assert!(
        response
            .error()
            .is_some_and(|error| error.summary().contains("start_response"))
    );
    assert_eq!(response.text(), "");
}

#[test]
fn rule_22_what_is_written_goes_before_the_iterable() {
    let response = answer(|start_response| {
        let write = start_response.call("200 OK", &[TEXT], None)?;
        write.call(b"written 1\n")?;
        write.call(b"written 2\n")?;
        Ok(chunks(["returned 1\n", "returned 2\n"]))
    });
    let expected: [&[u8]; 4] = [
        b"written 1\n",
        b"written 2\n",
        b"returned 1\n",
        b"returned 2\n",
    ];
    assert_eq!(response.chunks(), expected);
}

#[test]
fn writing_to_a_client_that_is_gone_is_an_error() {
    let client = Client::new(
        |_: Environ, start_response: StartResponse| -> Result<&str> {
            let write = start_response.call("200 OK", &[TEXT], None)?;
            write.call(b"into the void")?;
            Ok("not refused")
        },
    );
    let response = client.request("GET", "/").gone().send();
    let error = response.error().and_then(Error::downcast_ref);
    assert_eq!(error, Some(&WriteError::Disconnected));
}

#[test]
fn a_recorder_shows_a_middleware_what_the_inner_application_said() {
    fn inner(start_response: &StartResponse) -> Result<&'static str> {
        start_response.call("201 Created", &[TEXT, ("X-Inner", "1")], None)?;
        Ok("inner")
    }
    let response = answer(|start_response| {
        let recorder = StartResponse::recorder();
        assert_eq!(recorder.recorded(), None);
        let body = inner(&recorder)?;
        let (status, headers) = recorder
            .recorded()
            .ok_or_else(|| Error::internal("nothing"))?;
        let mut headers: Vec<_> = headers
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        headers.push(("X-Outer", "2"));
        start_response.call(&status, &headers, None)?;
        Ok(Iterable::whole(body))
    });
    assert_eq!(response.status(), 201);
    assert_eq!(
        response.header("X-Inner").zip(response.header("X-Outer")),
        Some(("1", "2"))
    );
}
