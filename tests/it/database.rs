//! The database, as a served app has it.

use std::time::{Duration, Instant};

use wasgi_tests::{Response, Server, get, guest};

use crate::rules::{Language, Subject};
use crate::served::Served;

#[test]
fn what_is_written_is_there_after_a_restart() {
    let served = Served::new(&[]);
    for _ in 0..3 {
        assert_eq!(served.get("/db/add"), "1");
    }
    let db = served.db();
    let Served { subject, folder } = served;
    drop(subject);
    let again = Subject::with(Language::Rust, &["--db", db.to_str().unwrap()]);
    assert_eq!(again.number("/db/count"), 3);
    drop(folder);
}

#[test]
fn no_acknowledged_row_is_lost_when_the_server_is_killed() {
    let served = Served::new(&[]);
    let db = served.db();
    let Served {
        mut subject,
        folder,
    } = served;
    let mut acknowledged = 0;
    for _ in 0..3 {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_millis(50) {
            assert_eq!(subject.get("/db/add").text(), "1");
            acknowledged += 1;
        }
        // Dropping it is SIGKILL.
        drop(subject);
        subject = Subject::with(Language::Rust, &["--db", db.to_str().unwrap()]);
        assert_eq!(subject.number("/db/count"), acknowledged);
    }
    drop(folder);
}

#[test]
fn an_endless_query_ends_at_its_time_and_holds_up_nobody() {
    let served = Served::new(&["--query-timeout", "500ms", "--instances", "8"]);
    let addr = served.subject.server.addr;
    let endless: Vec<_> = (0..6)
        .map(|_| {
            std::thread::spawn(move || (Instant::now(), get(addr, "/db/endless"), Instant::now()))
        })
        .collect();
    // More of them than there are threads for requests: others are answered meanwhile.
    let mut quickest = Duration::MAX;
    for _ in 0..20 {
        let begun = Instant::now();
        served.subject.is_usable();
        quickest = quickest.min(begun.elapsed());
    }
    assert!(quickest < Duration::from_millis(50), "{quickest:?}");
    for thread in endless {
        let (begun, response, ended) = thread.join().unwrap();
        assert_eq!(
            response.text(),
            "error: the statement took longer than it may"
        );
        assert!(ended - begun >= Duration::from_millis(500));
    }
}

#[test]
fn an_interrupted_write_takes_its_transaction_back() {
    let served = Served::new(&["--query-timeout", "200ms"]);
    let text = served.get("/db/endless-write");
    assert!(text.starts_with("error: "), "{text}");
    assert_eq!(served.get("/db/count"), "0");
    assert_eq!(served.get("/db/add"), "1");
}

#[test]
fn a_trap_or_an_error_in_a_transaction_takes_it_back_and_frees_the_writer() {
    let served = Served::new(&["--instances", "1"]);
    assert_eq!(served.subject.get("/db/trap-in-transaction").status, 500);
    assert_eq!(served.subject.get("/db/fail-in-transaction").status, 500);
    assert_eq!(served.get("/db/count"), "0");
    assert_eq!(served.get("/db/add"), "1");
}

#[test]
fn transactions_of_many_requests_do_not_lose_each_others_writes() {
    let served = Served::new(&["--instances", "8"]);
    served.get("/db/add");
    let addr = served.subject.server.addr;
    let threads: Vec<_> = (0..8)
        .map(|_| {
            std::thread::spawn(move || {
                for _ in 0..25 {
                    let response: Response = get(addr, "/db/increment");
                    assert!(
                        response.text().parse::<i64>().is_ok(),
                        "{}",
                        response.text()
                    );
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(served.get("/db/increment"), "201");
}

#[test]
fn a_result_and_a_database_have_bounds() {
    let served = Served::new(&["--database-size", "1MiB"]);
    let text = served.get("/db/large");
    assert!(text.contains("larger than 16777216 bytes"), "{text}");
    let fill = "/db/sql?q=INSERT+INTO+note+WITH+r(n)+AS+(SELECT+1+UNION+ALL+SELECT+n%2B1+FROM+r+LIMIT+1000000)+SELECT+n+FROM+r";
    let text = served.get(fill);
    assert!(text.contains("full"), "{text}");
    assert_eq!(served.get("/db/count"), "0");
    assert!(std::fs::metadata(served.db()).unwrap().len() <= 1 << 20);
}

#[test]
fn a_guest_reaches_no_other_file() {
    let served = Served::new(&[]);
    let other = served.folder.path().join("other.db");
    for sql in [
        format!("ATTACH+'{}'+AS+x", other.display()),
        format!("VACUUM+INTO+'{}'", other.display()),
        "PRAGMA+journal_mode=DELETE".to_owned(),
        "SELECT+load_extension('x')".to_owned(),
    ] {
        let text = served.get(&format!("/db/sql?q={sql}"));
        assert!(text.starts_with("error: "), "{sql}: {text}");
    }
    assert!(!other.exists());
}

/// Serves the Python guest whose tests need the host.
fn python() -> (Server, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let db = folder.path().join("app.db");
    let arguments = ["--db", db.to_str().unwrap(), "--instances", "1"];
    (
        Server::run(&guest("tests/guests/python-orm"), &arguments),
        folder,
    )
}

#[test]
fn the_python_orms_own_tests_pass_in_a_guest() {
    let (server, _folder) = python();
    let modules = get(server.addr, "/").text();
    assert!(modules.lines().count() >= 9, "{modules}");
    for module in modules.lines() {
        let report = get(server.addr, &format!("/run?{module}"));
        assert_eq!(report.status, 200, "{module}:\n{}", report.text());
    }
}

#[test]
fn a_transaction_that_a_request_left_open_is_taken_back() {
    let (server, _folder) = python();
    assert_eq!(get(server.addr, "/leave-open").text(), "left open\n");
    server.logged("a transaction was open at the end of its request");
    assert_eq!(get(server.addr, "/left-open").text(), "0\n");
    assert_eq!(get(server.addr, "/write-after").text(), "True\n");
}
