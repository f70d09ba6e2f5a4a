//! What costs the host time, memory or nerves, and must cost one request only.

use std::hint::black_box;
use std::time::Duration;

use wasgi::{Error, Iterable, Result, chunks};

use crate::{Answer, Call};

pub(crate) fn answer(path: &str, call: Call) -> Answer {
    Ok(match path {
        "/loop" => endless_loop(),
        "/sleep" => sleep(&call),
        "/trap" => std::process::abort(),
        "/exit" => std::process::exit(3),
        "/panic" => panic!("a panic on purpose"),
        "/memory" => memory(&call),
        "/recurse" => call.ok(recurse(1).to_string()),
        "/error" => Err(an_error()),
        "/error-after" => error_after(&call, |_| Err(an_error())),
        "/panic-after" => error_after(&call, |_| panic!("a panic after the first chunk")),
        "/loop-after" => error_after(&call, |_| endless_loop().map(|_| String::new())),
        "/trap-after" => error_after(&call, |_| std::process::abort()),
        _ => return Err(call),
    })
}

fn an_error() -> Error {
    match "seven".parse::<u32>() {
        Ok(_) => Error::internal("seven is a number now"),
        Err(error) => Error::from(error).context("counting the chunks"),
    }
}

fn endless_loop() -> Result<Iterable> {
    let mut turns = 0_u64;
    loop {
        turns = black_box(turns).wrapping_add(1);
    }
}

fn sleep(call: &Call) -> Result<Iterable> {
    let duration = Duration::from_millis(call.number("ms", 100)?);
    std::thread::sleep(duration);
    call.ok(format!("slept {} ms\n", duration.as_millis()))
}

/// Takes memory by the megabyte: for ever, or `mib` and then answers.
fn memory(call: &Call) -> Result<Iterable> {
    let most = call.number("mib", u64::MAX)?;
    let mut taken = Vec::new();
    for _ in 0..most {
        taken.push(black_box(vec![1_u8; 1 << 20]));
    }
    call.ok(format!("{} MiB\n", taken.len()))
}

#[expect(unconditional_recursion, reason = "the stack is to overflow")]
fn recurse(depth: u64) -> u64 {
    let frame = black_box([depth; 16]);
    // The box keeps the compiler from making a loop of it.
    let deeper = black_box(recurse(depth.wrapping_add(1)));
    frame.iter().sum::<u64>() ^ deeper
}

/// Sends one chunk and then does something worse.
fn error_after(call: &Call, worse: impl Fn(u32) -> Result<String> + 'static) -> Result<Iterable> {
    call.start_response
        .call("200 OK", &[("Content-Type", "text/plain")], None)?;
    Ok(chunks((1..=2).map(move |n| match n {
        1 => Ok("the first chunk\n".to_owned()),
        n => worse(n),
    })))
}
