//! Bodies in motion: memory stays flat, clients may be slow or go, the wire is HTTP.

use std::io::{Read, Write};
use std::net::TcpStream;

use wasgi_tests::server::wait_for;
use wasgi_tests::{Connection, Server};

use crate::rules::{Language, Subject};

const MIB: usize = 1 << 20;
/// Larger than what the host may take more for passing it on.
const LARGE: usize = 64 * MIB;
const BOTH: [Language; 2] = [Language::Rust, Language::Python];

/// Returns the most memory that the server ever had resident.
fn peak(server: &Server) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.pid())).unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    let kib: usize = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kib * 1024
}

/// Asserts that what is done raises the peak by a fraction of what is passed.
fn stays_flat(server: &Server, mut act: impl FnMut(usize)) {
    act(2 * MIB);
    let before = peak(server);
    act(LARGE);
    let grown = peak(server).saturating_sub(before);
    assert!(grown < LARGE / 4, "the peak grew by {} KiB", grown / 1024);
}

#[test]
fn an_upload_keeps_memory_flat() {
    for language in BOTH {
        let options = ["--instances", "1", "--request-body", "128MiB"];
        let subject = Subject::with(language, &options);
        stays_flat(&subject.server, |size| {
            let mut connection = Connection::open(subject.server.addr);
            let head =
                format!("POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n\r\n");
            connection.send(head.as_bytes());
            let block = vec![b'u'; MIB];
            (0..size / MIB).for_each(|_| connection.send(&block));
            assert_eq!(connection.response("POST").text(), size.to_string());
        });
    }
}

#[test]
fn a_download_keeps_memory_flat() {
    for language in BOTH {
        let subject = Subject::new(language);
        stays_flat(&subject.server, |size| {
            let mut connection = Connection::open(subject.server.addr);
            connection
                .send(format!("GET /download?bytes={size} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes());
            assert_eq!(connection.head().status, 200);
            let mut received = 0;
            while let Some(chunk) = connection.chunk().filter(|chunk| !chunk.is_empty()) {
                received += chunk.len();
            }
            assert_eq!(received, size);
        });
    }
}

#[test]
fn a_slow_reader_holds_back_the_app_and_costs_it_no_time() {
    let options = ["--instances", "2", "--wall", "1s"];
    let rust = Subject::with(Language::Rust, &options);
    rust.get("/download?bytes=2097152");
    let before = peak(&rust.server);
    let mut slow = Connection::open(rust.server.addr);
    slow.send(format!("GET /download?bytes={LARGE} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes());
    assert_eq!(slow.head().status, 200);
    // Longer than the wall limit together, each within it.
    for _ in 0..4 {
        assert_eq!(rust.get("/sleep?ms=400").status, 200);
    }
    let grown = peak(&rust.server).saturating_sub(before);
    assert!(grown < LARGE / 4, "the app went on: {} KiB", grown / 1024);
    let mut received = 0;
    while let Some(chunk) = slow.chunk().filter(|chunk| !chunk.is_empty()) {
        received += chunk.len();
    }
    assert_eq!(received, LARGE);
}

#[test]
fn a_slow_sender_costs_the_app_no_time() {
    let rust = Subject::with(Language::Rust, &["--instances", "2", "--wall", "1s"]);
    let mut slow = Connection::open(rust.server.addr);
    slow.send(b"POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345");
    for _ in 0..4 {
        assert_eq!(rust.get("/sleep?ms=400").status, 200);
    }
    slow.send(b"67890");
    assert_eq!(slow.response("POST").text(), "10");
}

#[test]
fn what_arrives_is_read_before_the_rest_is_sent() {
    for language in BOTH {
        let subject = Subject::new(language);
        let mut connection = Connection::open(subject.server.addr);
        connection.send(b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
        // Python's reader fills its block first: 64 KiB of it are a chunk.
        let block = vec![b'e'; 65536];
        connection.send(b"10000\r\n");
        connection.send(&block);
        connection.send(b"\r\n");
        assert_eq!(connection.head().status, 200);
        let mut echoed = 0;
        while echoed < block.len() {
            echoed += connection.chunk().unwrap().len();
        }
        connection.send(b"0\r\n\r\n");
        assert_eq!(connection.chunk(), Some(Vec::new()));
    }
}

#[test]
fn a_client_that_goes_in_its_own_body_leaves_a_usable_instance() {
    for language in BOTH {
        let subject = Subject::new(language);
        let mut connection = Connection::open(subject.server.addr);
        connection.send(b"POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\npart");
        drop(connection);
        subject.is_usable();
        assert_eq!(subject.get("/counter").text(), "1");
    }
}

#[test]
fn pipelined_requests_are_answered_in_order() {
    for language in BOTH {
        let subject = Subject::new(language);
        let mut connection = Connection::open(subject.server.addr);
        connection.send(
            b"GET /counter HTTP/1.1\r\nHost: x\r\n\r\n\
              POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello\
              HEAD / HTTP/1.1\r\nHost: x\r\n\r\n\
              GET /chunks?n=2 HTTP/1.1\r\nHost: x\r\n\r\n\
              GET /counter HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        );
        assert_eq!(connection.response("GET").text(), "1");
        assert_eq!(connection.response("POST").text(), "hello");
        assert_eq!(connection.response("HEAD").status, 200);
        assert_eq!(connection.response("GET").text(), "1\n2\n");
        assert_eq!(connection.response("GET").text(), "2");
        assert!(connection.is_closed());
    }
}

#[test]
fn a_malformed_request_is_400_and_no_app_sees_it() {
    let rust = Subject::new(Language::Rust);
    let malformed: [&[u8]; 8] = [
        b"GET /counter\r\nHost: x\r\n\r\n",
        b"GET /counter HTTP/1.1\r\n\r\n",
        b"GET /counter HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
        b"GET /counter HTTP/1.1\r\nHost: x\r\nA b: c\r\n\r\n",
        b"GET /counter HTTP/1.1\r\nHost: x\r\nX-A: 1\r\n folded\r\n\r\n",
        b"POST /counter HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"POST /counter HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET /counter HTTP/1.1\r\nHost: x\r\nX-A: a\0b\r\n\r\n",
    ];
    for request in malformed {
        let mut connection = Connection::open(rust.server.addr);
        connection.send(request);
        // What follows on the same connection is no request either.
        connection.send(b"GET /counter HTTP/1.1\r\nHost: x\r\n\r\n");
        let text = String::from_utf8_lossy(request);
        assert_eq!(connection.response("GET").status, 400, "{text}");
        assert!(connection.is_closed(), "{text}");
    }
    assert_eq!(rust.get("/counter").text(), "1", "the app saw none of them");
}

#[test]
fn a_body_over_the_limit_is_413() {
    let rust = Subject::with(
        Language::Rust,
        &["--instances", "1", "--request-body", "1KiB"],
    );
    let mut connection = Connection::open(rust.server.addr);
    assert_eq!(connection.post("/upload", &[b'u'; 1024]).text(), "1024");
    assert_eq!(connection.post("/counter", &[b'u'; 1025]).status, 413);
    assert!(connection.is_closed());
    assert_eq!(rust.get("/counter").text(), "1", "the app did not see it");
    // Where the length was not announced, the app meets the limit as it reads.
    let mut connection = Connection::open(rust.server.addr);
    connection
        .send(b"POST /upload HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n401\r\n");
    connection.send(&[b'u'; 1025]);
    connection.send(b"\r\n0\r\n\r\n");
    assert_eq!(connection.response("POST").status, 413);
    rust.is_usable();
}

#[test]
fn every_request_is_a_line_in_the_access_log() {
    let rust = Subject::new(Language::Rust);
    let response = rust.get("/chunks?n=2&token=hidden");
    let id = response.header("x-request-id").unwrap();
    let line = access_line(&rust.server, id);
    for part in [
        "method=\"GET\"",
        "path=\"/chunks\"",
        "status=200",
        "bytes=4",
        "ending=\"complete\"",
    ] {
        assert!(line.contains(part), "{part}: {line}");
    }
    assert!(
        !line.contains("hidden"),
        "the query may hold secrets: {line}"
    );
    // A body whose length was said is complete without its end being asked for.
    let id = rust.get("/head").header("x-request-id").unwrap().to_owned();
    let line = access_line(&rust.server, &id);
    assert!(
        line.contains("bytes=11") && line.contains("ending=\"complete\""),
        "{line}"
    );
}

fn access_line(server: &Server, id: &str) -> String {
    let id = format!("request_id=\"{id}\"");
    let find = |log: String| {
        log.lines()
            .find(|line| line.contains(&id))
            .map(str::to_owned)
    };
    wait_for("the access log", || find(server.log()))
}

#[test]
fn a_request_id_is_taken_over_by_answer_app_and_log() {
    for language in BOTH {
        let subject = Subject::new(language);
        let mut connection = Connection::open(subject.server.addr);
        let headers = [("X-Request-Id", "from-the-proxy/7")];
        let response = connection.request("GET", "/environ", &headers, b"");
        assert_eq!(response.header("x-request-id"), Some("from-the-proxy/7"));
        assert_eq!(response.json()["HTTP_X_REQUEST_ID"], "from-the-proxy/7");
        subject.server.logged("request_id=\"from-the-proxy/7\"");
        // One that could forge a line is replaced.
        let response = connection.request("GET", "/environ", &[("X-Request-Id", "a\" b")], b"");
        let id = response.header("x-request-id").unwrap();
        assert_eq!(id.len(), 32);
        assert_eq!(response.json()["HTTP_X_REQUEST_ID"], id);
    }
}

#[test]
fn sigterm_lets_requests_in_flight_finish_and_exits_0() {
    let Subject { server, .. } = Subject::with(Language::Rust, &["--instances", "2"]);
    let mut slow = Connection::open(server.addr);
    slow.send(
        b"POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n",
    );
    // The app reads: the request is in flight.
    assert_eq!(slow.head().status, 100);
    let mut idle = Connection::open(server.addr);
    assert_eq!(idle.get("/").status, 200);
    server.terminate();
    server.logged("SIGTERM: draining");
    wait_for("the port to close", || {
        TcpStream::connect(server.addr).is_err().then_some(())
    });
    assert!(idle.is_closed(), "an idle connection is closed at once");
    slow.send(b"12345");
    let response = slow.response("POST");
    assert_eq!((response.status, &*response.text()), (200, "5"));
    assert_eq!(response.header("connection"), Some("close"));
    let (status, log) = server.wait();
    assert_eq!(status.code(), Some(0), "{log}");
    assert!(log.contains("status=200"), "{log}");
}

#[test]
fn a_grace_that_is_over_cuts_what_is_left() {
    let Subject { server, .. } = Subject::with(Language::Rust, &["--grace", "200ms"]);
    let mut endless = TcpStream::connect(server.addr).unwrap();
    endless
        .write_all(b"GET /endless HTTP/1.1\r\nHost: x\r\n\r\n")
        .unwrap();
    endless.read_exact(&mut [0; 12]).unwrap();
    server.terminate();
    let (status, log) = server.wait();
    assert_eq!(status.code(), Some(0), "{log}");
}

#[test]
fn a_short_body_that_nobody_read_and_that_comes_late_leaves_the_connection_usable() {
    let server = Server::run(&wasgi_tests::guest("tests/guests/rust"), &[]);
    let mut connection = Connection::open(server.addr);
    for _ in 0..20 {
        connection.send(b"POST /counter HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n");
        // The answer is there before the body is.
        assert_eq!(connection.response("POST").status, 200);
        connection.send(b"12345");
    }
    assert_eq!(connection.get("/counter").status, 200);
}
