//! What an application sees of the world outside: as little as it was granted.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::io::Write;
use std::net::{TcpListener, TcpStream, ToSocketAddrs};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;
use std::{env, fs, io};

use serde_json::{Map, Value};
use wasgi::{Iterable, Result};

use crate::{Answer, Call};

/// Requests that this instance has served.
static SERVED: AtomicU64 = AtomicU64::new(0);

pub(crate) fn answer(path: &str, call: Call) -> Answer {
    Ok(match path {
        path if path == "/environ" || path.starts_with("/environ/") => {
            let variables = call.environ.iter();
            let object = variables.map(|(name, value)| (name.to_owned(), value.into()));
            call.json(&Value::Object(object.collect()))
        }
        "/env" => {
            let object: Map<_, _> = env::vars()
                .map(|(name, value)| (name, value.into()))
                .collect();
            call.json(&Value::Object(object))
        }
        "/args" => call.json(&env::args().collect::<Vec<_>>().into()),
        "/counter" => {
            let served = SERVED.fetch_add(1, Ordering::Relaxed) + 1;
            call.ok(served.to_string())
        }
        "/random" => call.ok(format!("{:016x}", RandomState::new().hash_one(0))),
        "/time" => {
            let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
            call.outcome(since.map(|since| since.as_secs().to_string()))
        }
        "/stdout" => print(&call, &mut io::stdout()),
        "/stderr" => print(&call, &mut io::stderr()),
        "/errors" => print(&call, &mut call.environ.errors()),
        "/file" => {
            let text = fs::read(call.parameter("path"));
            call.outcome(text.map(|text| String::from_utf8_lossy(&text).into_owned()))
        }
        "/write-file" => {
            let written = fs::write(call.parameter("path"), "written by a guest");
            call.outcome(written.map(|()| "written".to_owned()))
        }
        "/remove-file" => {
            let removed = fs::remove_file(call.parameter("path"));
            call.outcome(removed.map(|()| "removed".to_owned()))
        }
        "/dir" => call.outcome(list(&call.parameter("path"))),
        "/socket" => {
            let address = call.environ.query_parameter("address");
            let address = address.unwrap_or_else(|| "127.0.0.1:80".to_owned());
            call.outcome(TcpStream::connect(address).map(|_| "connected".to_owned()))
        }
        "/listen" => call.outcome(TcpListener::bind("127.0.0.1:0").map(|_| "bound".to_owned())),
        "/resolve" => {
            let addresses = ("localhost", 80).to_socket_addrs();
            call.outcome(addresses.map(|addresses| format!("{} addresses", addresses.count())))
        }
        "/thread" => {
            let spawned = std::thread::Builder::new().spawn(|| {});
            call.outcome(spawned.map(|_| "spawned".to_owned()))
        }
        _ => return Err(call),
    })
}

/// Prints `n` numbered lines, and with `partial` one without an end.
fn print(call: &Call, stream: &mut dyn Write) -> Result<Iterable> {
    for n in 1..=call.number("n", 2)? {
        writeln!(stream, "line {n} {}", call.parameter("text"))?;
    }
    if call.environ.query_parameter("partial").is_some() {
        write!(stream, "no newline")?;
    }
    stream.flush()?;
    call.ok("printed\n")
}

fn list(path: &str) -> io::Result<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(path)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names.join("\n"))
}
