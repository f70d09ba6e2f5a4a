//! `start_response`: each rule kept, bent, or broken.

use wasgi::{Error, Iterable, Result, StartError, StartResponse, chunks};

use crate::{Answer, Call};

const TEXT: (&str, &str) = ("Content-Type", "text/plain");

pub(crate) fn answer(path: &str, call: Call) -> Answer {
    Ok(match path {
        "/no-start-response" => Ok(Iterable::whole("nobody asked")),
        "/no-start-response-streamed" => Ok(chunks(["nobody", "asked"])),
        "/bad-header" => bad_header(call),
        "/bad-status" => {
            let status = call.parameter("status");
            refused(call, &status, &[TEXT])
        }
        "/hop-by-hop" => hop_by_hop(call),
        "/many-headers" => many_headers(&call),
        "/big-header" => big_header(&call),
        "/twice" => twice(&call.start_response),
        "/twice-after-refusal" => twice_after_refusal(&call.start_response),
        "/exc-info-before" => exc_info_before(&call.start_response),
        "/exc-info-after" => exc_info_after(call.start_response),
        "/write" => write(&call),
        "/write-only" => write_only(&call),
        "/late-start" => late_start(call.start_response),
        "/empty-chunks-first" => empty_chunks_first(&call.start_response),
        "/more-than-length" => of_length(&call, "5"),
        "/less-than-length" => of_length(&call, "20"),
        "/head" => of_length(&call, "11"),
        "/204-with-body" => with_body(&call, "204 No Content"),
        "/304" => with_body(&call, "304 Not Modified"),
        "/status" => {
            let status = call.parameter("status");
            with_body(&call, &status)
        }
        "/recorder" => recorder(call),
        _ => return Err(call),
    })
}

/// Makes a call that should be refused, and reports how it was: in the body after
/// a call with `exc_info`, or with `raise` in the query as the application's error.
fn refused(call: Call, status: &str, headers: &[(&str, &str)]) -> Result<Iterable> {
    let error = match call.start_response.call(status, headers, None) {
        Ok(_) => return Ok(Iterable::whole("not refused")),
        Err(error) => error,
    };
    let kind = match error {
        StartError::AlreadyCalled => "already-called",
        StartError::HeadersSent => "headers-sent",
        StartError::InvalidStatus(_) => "invalid-status",
        StartError::InvalidHeader(_) => "invalid-header",
        StartError::HopByHop(_) => "hop-by-hop",
    };
    let error = Error::from(error);
    if call.environ.query_parameter("raise").is_some() {
        return Err(error);
    }
    call.start_response.call("200 OK", &[TEXT], Some(&error))?;
    Ok(Iterable::whole(format!("{kind}: {error}")))
}

fn bad_header(call: Call) -> Result<Iterable> {
    let (name, value) = match call.parameter("kind").as_str() {
        "newline" => ("X-Bad", "a\r\nX-Injected: yes"),
        "nul" => ("X-Bad", "a\0b"),
        "tab" => ("X-Bad", "a\tb"),
        "wide" => ("X-Bad", "\u{20ac}"),
        "empty-name" => ("", "x"),
        "colon" => ("X-Bad:", "x"),
        "space" => ("X Bad", "x"),
        "name-newline" => ("X-Bad\r\n", "x"),
        "length" => ("Content-Length", "many"),
        _ => ("X-B\u{e4}d", "x"),
    };
    refused(call, "200 OK", &[TEXT, (name, value)])
}

fn hop_by_hop(call: Call) -> Result<Iterable> {
    let name = call.environ.query_parameter("name");
    let name = name.unwrap_or_else(|| "Connection".to_owned());
    refused(call, "200 OK", &[TEXT, (&name, "close")])
}

fn many_headers(call: &Call) -> Result<Iterable> {
    let value = "x".to_owned();
    let names: Vec<_> = (0..call.number("n", 100)?)
        .map(|n| format!("X-{n}"))
        .collect();
    let headers: Vec<_> = names
        .iter()
        .map(|name| (name.as_str(), value.as_str()))
        .collect();
    call.start_response.call("200 OK", &headers, None)?;
    Ok(Iterable::whole("many"))
}

fn big_header(call: &Call) -> Result<Iterable> {
    let bytes = usize::try_from(call.number("bytes", 1 << 20)?).unwrap_or(usize::MAX);
    let value = "x".repeat(bytes);
    call.start_response
        .call("200 OK", &[("X-Big", &value)], None)?;
    Ok(Iterable::whole("big"))
}

fn twice(start_response: &StartResponse) -> Result<Iterable> {
    start_response.call("200 OK", &[TEXT], None)?;
    start_response.call("200 OK", &[TEXT], None)?;
    Ok(Iterable::whole("not refused"))
}

fn twice_after_refusal(start_response: &StartResponse) -> Result<Iterable> {
    start_response.call("200", &[TEXT], None).ok();
    start_response.call("200 OK", &[TEXT], None)?;
    Ok(Iterable::whole("not refused"))
}

fn exc_info_before(start_response: &StartResponse) -> Result<Iterable> {
    start_response.call("200 OK", &[TEXT, ("X-First", "1")], None)?;
    let error = Error::internal("changed my mind");
    let headers = [TEXT, ("X-Second", "2")];
    start_response.call("503 Service Unavailable", &headers, Some(&error))?;
    Ok(Iterable::whole("replaced"))
}

fn exc_info_after(start_response: StartResponse) -> Result<Iterable> {
    start_response.call("200 OK", &[TEXT], None)?;
    let mut calls = 0;
    Ok(chunks(std::iter::from_fn(move || {
        calls += 1;
        match calls {
            1 => Some(Ok("sent\n")),
            2 => {
                let error = Error::internal("too late");
                match start_response.call("500 Oops", &[TEXT], Some(&error)) {
                    Err(StartError::HeadersSent) => Some(Err(error)),
                    Err(other) => Some(Err(other.into())),
                    Ok(_) => Some(Ok("not refused")),
                }
            }
            _ => None,
        }
    })))
}

fn write(call: &Call) -> Result<Iterable> {
    let write = call.start_response.call("200 OK", &[TEXT], None)?;
    write.call(b"written 1\n")?;
    write.call(b"written 2\n")?;
    Ok(chunks(["returned 1\n", "returned 2\n"]))
}

fn write_only(call: &Call) -> Result<Iterable> {
    let write = call.start_response.call("200 OK", &[TEXT], None)?;
    for n in 0..call.number("n", 3)? {
        write.call(format!("{n}\n").as_bytes())?;
    }
    Ok(chunks(std::iter::empty::<String>()))
}

fn late_start(start_response: StartResponse) -> Result<Iterable> {
    let mut first = true;
    Ok(chunks(std::iter::from_fn(move || {
        if !std::mem::replace(&mut first, false) {
            return None;
        }
        match start_response.call("200 OK", &[TEXT, ("X-Late", "yes")], None) {
            Ok(_) => Some(Ok("late\n")),
            Err(error) => Some(Err(Error::from(error))),
        }
    })))
}

fn empty_chunks_first(start_response: &StartResponse) -> Result<Iterable> {
    start_response.call("200 OK", &[TEXT], None)?;
    Ok(chunks(["", "", "body", ""]))
}

fn of_length(call: &Call, length: &str) -> Result<Iterable> {
    let headers = [TEXT, ("Content-Length", length)];
    call.start_response.call("200 OK", &headers, None)?;
    Ok(chunks(["hello", " ", "world"]))
}

fn with_body(call: &Call, status: &str) -> Result<Iterable> {
    call.start_response.call(status, &[TEXT], None)?;
    Ok(Iterable::whole("a body"))
}

/// Answers through a recorder, as a middleware does.
fn recorder(call: Call) -> Result<Iterable> {
    let recorder = StartResponse::recorder();
    recorder.call("201 Created", &[TEXT, ("X-Inner", "1")], None)?;
    let Some((status, headers)) = recorder.recorded() else {
        return call.ok("error: nothing was recorded");
    };
    let headers: Vec<_> = headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    call.start_response.call(&status, &headers, None)?;
    Ok(Iterable::whole("recorded"))
}
