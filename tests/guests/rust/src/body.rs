//! Bodies, in and out.

use std::io::BufRead;
use std::sync::atomic::{AtomicU64, Ordering};

use wasgi::{Error, Iterable, Result, Status, chunks, closing};

use crate::{Answer, Call};

const BLOCK: u32 = 64 * 1024;

/// How often `close()` was called in this instance.
static CLOSED: AtomicU64 = AtomicU64::new(0);

pub(crate) fn answer(path: &str, call: Call) -> Answer {
    Ok(match path {
        "/" => call.ok("Hello from wasgi!\n"),
        "/echo" => echo(call),
        "/lines" => lines(call),
        "/upload" => upload(call),
        "/ignore-input" => call.ok("not read\n"),
        "/download" => download(&call),
        "/chunks" => small_chunks(&call),
        "/endless" => endless(&call),
        "/close" => close(&call),
        "/closed" => call.ok(CLOSED.load(Ordering::Relaxed).to_string()),
        "/file-wrapper" => file_wrapper(&call),
        _ => return Err(call),
    })
}

/// Sends each chunk back as it arrives.
fn echo(call: Call) -> Result<Iterable> {
    call.start_response.call("200 OK", &[], None)?;
    let mut input = call.environ.into_input();
    Ok(chunks(std::iter::from_fn(move || {
        input
            .next_chunk(BLOCK)
            .map(|chunk| (!chunk.is_empty()).then_some(chunk))
            .transpose()
    })))
}

/// Reads by lines and sends each back with its length before it.
fn lines(mut call: Call) -> Result<Iterable> {
    let mut text = String::new();
    for line in call.environ.input().lines() {
        let line = line?;
        text.push_str(&format!("{}: {line}\n", line.len()));
    }
    call.ok(text)
}

/// Counts what arrives, in blocks.
fn upload(mut call: Call) -> Result<Iterable> {
    let mut total = 0;
    loop {
        match call.environ.input().next_chunk(BLOCK) {
            Ok(chunk) if chunk.is_empty() => return call.ok(total.to_string()),
            Ok(chunk) => total += chunk.len(),
            Err(error) => {
                let error = Error::from(error);
                return call.text(error.status(), format!("{total} and then {error}"));
            }
        }
    }
}

/// Streams `bytes` bytes in blocks of `block`.
fn download(call: &Call) -> Result<Iterable> {
    let bytes = call.number("bytes", 1 << 20)?;
    let block = call.number("block", BLOCK.into())?.max(1);
    call.start_response.call("200 OK", &[], None)?;
    let mut left = bytes;
    Ok(chunks(std::iter::from_fn(move || {
        let length = left.min(block);
        left -= length;
        let length = usize::try_from(length).ok()?;
        (length > 0).then(|| vec![b'x'; length])
    })))
}

/// Streams `n` numbered lines, each a chunk.
fn small_chunks(call: &Call) -> Result<Iterable> {
    let count = call.number("n", 3)?;
    call.start_response.call("200 OK", &[], None)?;
    Ok(chunks((1..=count).map(|n| format!("{n}\n"))))
}

/// Streams until the client goes, and counts its close.
fn endless(call: &Call) -> Result<Iterable> {
    call.start_response.call("200 OK", &[], None)?;
    closing(chunks(std::iter::repeat_with(|| vec![b'x'; 1024])), count)
}

/// Streams three chunks and counts its close; with `error`, fails at the second,
/// with `none`, returns an error instead of a body.
fn close(call: &Call) -> Result<Iterable> {
    let fails = call.environ.query_parameter("error").is_some();
    if call.environ.query_parameter("none").is_some() {
        let error: Result<Iterable> = Err(Error::internal("no body"));
        return closing(error, count);
    }
    call.start_response.call("200 OK", &[], None)?;
    let body = chunks((1..=3).map(move |n| match n {
        2 if fails => Err(Error::internal("the second chunk failed")),
        _ => Ok(format!("{n}\n")),
    }));
    closing(body, count)
}

fn count() {
    CLOSED.fetch_add(1, Ordering::Relaxed);
}

/// A reader's body from its current position: `skip` bytes of 200,000.
fn file_wrapper(call: &Call) -> Result<Iterable> {
    let mut file = std::io::Cursor::new(vec![b'f'; 200_000]);
    file.set_position(call.number("skip", 0)?);
    call.start_response
        .call(&Status::OK.to_string(), &[], None)?;
    closing(wasgi::reader(file), count)
}
