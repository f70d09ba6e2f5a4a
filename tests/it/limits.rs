//! What a misbehaving application costs: its own request, and nothing else.

use std::time::{Duration, Instant};

use wasgi_tests::server::wait_for;
use wasgi_tests::{Connection, Server};

use crate::rules::{Language, Subject};

const BOTH: [Language; 2] = [Language::Rust, Language::Python];

/// Asks for these paths, each of which is to be answered with this status, cost
/// its instance at most, and be told in the log.
fn costs_one_request(subject: &Subject, status: u16, cases: &[(&str, &str)]) {
    for (path, told) in cases {
        let response = subject.get(path);
        assert_eq!(response.status, status, "{path}: {}", response.text());
        let id = response.header("x-request-id").unwrap();
        let id = format!("request=\"{id}\"");
        wait_for(&format!("`{told}` of {path} in the log"), || {
            let log = subject.server.log();
            let mut lines = log.lines();
            lines
                .any(|line| line.contains(told) && line.contains(&id))
                .then_some(())
        });
        subject.is_usable();
    }
}

/// Returns how long the quickest of some requests took to be answered 504: on a
/// machine that is busy with other tests, a single one tells little.
fn quickest_timeout(server: &Server, path: &str) -> Duration {
    let timed = |_| {
        let begun = Instant::now();
        let response = wasgi_tests::get(server.addr, path);
        assert_eq!(response.status, 504, "{path}: {}", response.text());
        begun.elapsed()
    };
    (0..5).map(timed).min().unwrap()
}

#[test]
fn a_loop_ends_at_the_wall_limit() {
    for language in BOTH {
        let subject = Subject::with(language, &["--instances", "1", "--wall", "300ms"]);
        let took = quickest_timeout(&subject.server, "/loop");
        assert!(took >= Duration::from_millis(300), "{took:?}");
        assert!(took <= Duration::from_millis(400), "{took:?}");
        subject.server.logged("longer than its wall limit");
        subject.is_usable();
    }
}

#[test]
fn a_sleep_ends_at_the_wall_limit() {
    for language in BOTH {
        let subject = Subject::with(language, &["--instances", "1", "--wall", "300ms"]);
        let took = quickest_timeout(&subject.server, "/sleep?ms=20000");
        assert!(took >= Duration::from_millis(300), "{took:?}");
        assert!(took <= Duration::from_millis(400), "{took:?}");
        subject.is_usable();
    }
}

#[test]
fn a_loop_after_the_first_chunk_cuts_the_response_at_the_wall_limit() {
    for language in BOTH {
        let subject = Subject::with(language, &["--instances", "1", "--wall", "300ms"]);
        let response = subject.get("/loop-after");
        assert_eq!((response.status, response.complete), (200, false));
        assert_eq!(response.text(), "the first chunk\n");
        subject.is_usable();
    }
}

#[test]
fn a_loop_leaves_the_other_instances_alone() {
    let rust = Subject::with(Language::Rust, &["--instances", "4"]);
    // More loops than the machine has cores for, which go on for 30 s.
    let looping: Vec<Connection> = (0..3)
        .map(|_| {
            let mut connection = Connection::open(rust.server.addr);
            connection.send(b"GET /loop-after HTTP/1.1\r\nHost: x\r\n\r\n");
            assert_eq!(connection.head().status, 200);
            connection
        })
        .collect();
    let begun = Instant::now();
    for _ in 0..10 {
        rust.is_usable();
    }
    assert!(
        begun.elapsed() < Duration::from_secs(10),
        "{:?}",
        begun.elapsed()
    );
    drop(looping);
}

#[test]
fn whatever_a_rust_app_does_costs_that_one_request() {
    let rust = Subject::with(Language::Rust, &["--instances", "1", "--memory", "32MiB"]);
    let cases = [
        ("/trap", "the app trapped"),
        ("/exit", "the app trapped"),
        ("/panic", "a panic on purpose"),
        ("/memory", "more memory than its limit"),
        // Its stack lies at the bottom of its memory, and ends in a fault there.
        ("/recurse", "misbehave::recurse"),
        ("/no-start-response", "without calling start_response"),
        ("/bad-header?kind=newline&raise", "has a control character"),
        ("/bad-status?status=abc&raise", "three digits"),
    ];
    costs_one_request(&rust, 500, &cases);
}

#[test]
fn whatever_a_python_app_does_costs_that_one_request() {
    let python = Subject::with(Language::Python, &["--instances", "1"]);
    let cases = [
        ("/trap", "the app trapped"),
        ("/exit", "the app trapped"),
        ("/exception", "RuntimeError"),
        ("/memory", "MemoryError"),
        ("/recursion", "RecursionError"),
        ("/no-start-response", "without calling start_response"),
        ("/bad-header?kind=newline&raise", "has a control character"),
        ("/bad-status?status=abc&raise", "three digits"),
    ];
    costs_one_request(&python, 500, &cases);
}

#[test]
fn what_ends_an_instance_after_the_first_chunk_cuts_the_response() {
    let rust = Subject::new(Language::Rust);
    for path in ["/trap-after", "/panic-after", "/error-after"] {
        let response = rust.get(path);
        assert_eq!((response.status, response.complete), (200, false), "{path}");
        assert_eq!(response.text(), "the first chunk\n", "{path}");
        rust.is_usable();
    }
}

#[test]
fn memory_below_the_limit_is_the_apps_to_use() {
    let rust = Subject::with(Language::Rust, &["--memory", "64MiB"]);
    assert_eq!(rust.get("/memory?mib=40").text(), "40 MiB\n");
    assert_eq!(rust.get("/memory?mib=80").status, 500);
    assert_eq!(
        rust.get("/memory?mib=40").text(),
        "40 MiB\n",
        "the next instance starts anew"
    );
}

#[test]
fn a_head_that_is_too_large_is_refused_or_sent_whole() {
    let rust = Subject::new(Language::Rust);
    for path in ["/many-headers?n=100000", "/big-header?bytes=20000000"] {
        assert_eq!(rust.get(path).status, 500, "{path}");
        rust.is_usable();
    }
    assert_eq!(
        rust.get("/many-headers?n=100")
            .headers
            .iter()
            .filter(|h| h.1 == "x")
            .count(),
        100
    );
    assert_eq!(
        rust.get("/big-header?bytes=5000")
            .header("x-big")
            .map(str::len),
        Some(5000)
    );
}

#[test]
fn a_full_queue_is_503_with_retry_after() {
    let rust = Subject::with(Language::Rust, &["--instances", "1", "--queue", "0"]);
    let mut busy = Connection::open(rust.server.addr);
    busy.send(b"GET /endless HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_eq!(busy.head().status, 200);
    let refused = rust.get("/");
    assert_eq!(refused.status, 503);
    assert_eq!(refused.header("retry-after"), Some("1"));
    drop(busy);
    wait_for("the instance", || {
        (rust.get("/").status == 200).then_some(())
    });
}

#[test]
fn who_finds_all_instances_busy_waits_in_turn() {
    let rust = Subject::with(Language::Rust, &["--instances", "1", "--queue", "1"]);
    let mut busy = Connection::open(rust.server.addr);
    busy.send(b"GET /endless HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_eq!(busy.head().status, 200);
    let mut waiting = Connection::open(rust.server.addr);
    waiting.send(b"GET /counter HTTP/1.1\r\nHost: x\r\n\r\n");
    // Once that one waits, there is room for nobody else.
    let path = "/closed";
    wait_for("a full queue", || {
        let mut next = Connection::open(rust.server.addr);
        next.stream
            .set_read_timeout(Some(Duration::from_millis(200)))
            .unwrap();
        next.send(
            format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").as_bytes(),
        );
        next.rest().starts_with(b"HTTP/1.1 503 ").then_some(())
    });
    drop(busy);
    assert_eq!(waiting.response("GET").status, 200);
}

#[test]
fn an_instance_is_reused() {
    for language in BOTH {
        let subject = Subject::new(language);
        let counts: Vec<u64> = (0..5).map(|_| subject.number("/counter")).collect();
        assert_eq!(counts, [1, 2, 3, 4, 5]);
    }
}

#[test]
fn a_reuse_of_one_gives_every_request_a_fresh_instance() {
    for language in BOTH {
        let subject = Subject::with(language, &["--reuse", "1"]);
        let counts: Vec<u64> = (0..5).map(|_| subject.number("/counter")).collect();
        assert_eq!(counts, [1; 5]);
    }
}

#[test]
fn an_instance_is_replaced_after_its_requests_give_or_take_a_tenth() {
    let rust = Subject::with(Language::Rust, &["--instances", "1", "--reuse", "20"]);
    let counts: Vec<u64> = (0..120).map(|_| rust.number("/counter")).collect();
    let mut lives: Vec<u64> = counts
        .windows(2)
        .filter(|pair| pair[1] == 1)
        .map(|pair| pair[0])
        .collect();
    assert!(lives.len() >= 4, "{counts:?}");
    assert!(
        lives.iter().all(|life| (18..=22).contains(life)),
        "{lives:?}"
    );
    // Five equal ones of five: a chance of one in six hundred, were they drawn.
    lives.extend(another_five_lives());
    lives.dedup();
    assert!(lives.len() > 1, "instances must not all end at once");
}

/// Lives of instances in another process.
fn another_five_lives() -> Vec<u64> {
    let rust = Subject::with(Language::Rust, &["--instances", "1", "--reuse", "20"]);
    let counts: Vec<u64> = (0..120).map(|_| rust.number("/counter")).collect();
    counts
        .windows(2)
        .filter(|pair| pair[1] == 1)
        .map(|pair| pair[0])
        .collect()
}
