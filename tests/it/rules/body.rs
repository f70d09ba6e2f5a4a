//! Rules 11 to 13 and 22 to 34: what comes in, what goes out, and `close()`.

use std::time::{Duration, Instant};

use wasgi_tests::server::wait_for;
use wasgi_tests::{Connection, Response};

use super::Subject;

pub(crate) fn rule_11_the_input_ends_at_content_length(subject: &Subject) {
    let mut connection = Connection::open(subject.server.addr);
    let body = vec![b'u'; 300_000];
    assert_eq!(connection.post("/upload", &body).text(), "300000");
    assert_eq!(
        connection.post("/echo", b"kept as it is \xff\0").body,
        b"kept as it is \xff\0"
    );
    // The next request on the connection begins where the body ended.
    assert_eq!(connection.get("/upload").text(), "0");
}

pub(crate) fn rule_12_chunked_requests_are_decoded(subject: &Subject) {
    let mut connection = Connection::open(subject.server.addr);
    connection.send(b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    connection.send(b"5\r\nhello\r\n6;key=value\r\n world\r\n0\r\nTrailer-Field: x\r\n\r\n");
    assert_eq!(connection.response("POST").text(), "hello world");
    connection
        .send(b"GET /environ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    let environ = connection.response("GET").json();
    assert_eq!(environ["CONTENT_LENGTH"], serde_json::Value::Null);
}

pub(crate) fn rule_13_wsgi_errors_takes_any_text(subject: &Subject) {
    let response = subject.get("/errors?n=2&text=caf%C3%A9&partial");
    assert_eq!((response.status, &*response.text()), (200, "printed\n"));
    let log = subject.server.logged("line 2 café");
    assert!(log.contains("line 1 café"), "{log}");
    subject.server.logged("no newline");
}

pub(crate) fn rule_22_what_write_takes_goes_before_the_iterable(subject: &Subject) {
    let response = subject.get("/write");
    assert_eq!(
        response.text(),
        "written 1\nwritten 2\nreturned 1\nreturned 2\n"
    );
}

pub(crate) fn rule_23_chunks_are_not_altered(subject: &Subject) {
    let mut connection = Connection::open(subject.server.addr);
    connection.send(b"GET /chunks?n=3 HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_eq!(
        connection.head().header("transfer-encoding"),
        Some("chunked")
    );
    for expected in ["1\n", "2\n", "3\n", ""] {
        assert_eq!(connection.chunk().as_deref(), Some(expected.as_bytes()));
    }
}

pub(crate) fn rule_23_a_chunk_is_on_its_way_before_the_next_is_asked_for(subject: &Subject) {
    let begun = Instant::now();
    let mut connection = Connection::open(subject.server.addr);
    connection.send(b"GET /loop-after HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_eq!(connection.head().status, 200);
    assert_eq!(
        connection.chunk().as_deref(),
        Some(&b"the first chunk\n"[..])
    );
    // The app loops in its second chunk until the wall limit, which is 30 s.
    assert!(
        begun.elapsed() < Duration::from_secs(15),
        "it came after {:?}",
        begun.elapsed()
    );
}

pub(crate) fn rule_24_one_chunk_gets_a_content_length(subject: &Subject) {
    let response = subject.get("/environ");
    assert_eq!(
        response.header("content-length"),
        Some(&*response.body.len().to_string())
    );
    assert_eq!(response.header("transfer-encoding"), None);
}

pub(crate) fn rule_25_more_body_than_content_length_is_cut_and_logged(subject: &Subject) {
    let mut connection = Connection::open(subject.server.addr);
    let response = connection.get("/more-than-length");
    let length: usize = response.header("content-length").unwrap().parse().unwrap();
    assert!(length < "hello world".len() && response.complete);
    assert_eq!(response.text(), "hello world"[..length]);
    subject.server.logged("more body than Content-Length");
    assert_eq!(connection.get("/").text(), "Hello from wasgi!\n");
}

pub(crate) fn rule_25_less_body_than_content_length_closes_and_is_logged(subject: &Subject) {
    let mut connection = Connection::open(subject.server.addr);
    let response = connection.get("/less-than-length");
    assert_eq!(
        (&*response.text(), response.complete),
        ("hello world", false)
    );
    subject.server.logged("less body than Content-Length");
    assert!(connection.is_closed());
    subject.is_usable();
}

pub(crate) fn rule_26_close_is_called_at_the_end_and_at_an_error(subject: &Subject) {
    assert_eq!(subject.get("/close").text(), "1\n2\n3\n");
    assert_eq!(subject.number("/closed"), 1);
    let broken = subject.get("/close?error");
    assert_eq!((&*broken.text(), broken.complete), ("1\n", false));
    assert_eq!(subject.number("/closed"), 2);
    subject.server.logged("the second chunk failed");
}

pub(crate) fn rule_26_close_is_called_where_the_client_has_gone(subject: &Subject) {
    let mut connection = Connection::open(subject.server.addr);
    connection.send(b"GET /endless HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_eq!(connection.head().status, 200);
    assert!(connection.chunk().is_some());
    drop(connection);
    // The only instance is free again once the app was seen through.
    wait_for("close()", || (subject.number("/closed") == 1).then_some(()));
}

pub(crate) fn rule_26_close_is_called_after_head(subject: &Subject) {
    let mut connection = Connection::open(subject.server.addr);
    assert_eq!(connection.request("HEAD", "/close", &[], b"").status, 200);
    wait_for("close()", || (subject.number("/closed") == 1).then_some(()));
}

pub(crate) fn rule_28_date_and_server_are_added(subject: &Subject) {
    let response = subject.get("/");
    let count = |name| {
        response
            .headers
            .iter()
            .filter(|header| header.0 == name)
            .count()
    };
    assert_eq!((count("date"), count("server")), (1, 1));
    let date = response.header("date").unwrap();
    assert!(date.ends_with(" GMT") && date.len() == 29, "{date}");
}

pub(crate) fn rule_29_no_body_for_head_204_and_304(subject: &Subject) {
    let mut connection = Connection::open(subject.server.addr);
    let mut bodiless = |method: &str, path: &str| -> Response {
        let response = connection.request(method, path, &[], b"");
        // A byte of a body would stand in front of the next response.
        assert_eq!(
            connection.get("/").text(),
            "Hello from wasgi!\n",
            "{method} {path}"
        );
        response
    };
    assert_eq!(bodiless("HEAD", "/").header("content-length"), Some("18"));
    assert_eq!(
        bodiless("HEAD", "/head").header("content-length"),
        Some("11")
    );
    assert_eq!(
        bodiless("HEAD", "/less-than-length").header("content-length"),
        Some("20")
    );
    assert_eq!(bodiless("HEAD", "/chunks").status, 200);
    for (path, status) in [("/204-with-body", 204), ("/304", 304)] {
        let response = bodiless("GET", path);
        assert_eq!(response.status, status);
        assert_eq!(response.header("transfer-encoding"), None, "{path}");
    }
}

pub(crate) fn rule_30_100_continue_is_sent_when_the_app_first_reads(subject: &Subject) {
    let head = |path| {
        format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"
        )
    };
    let mut connection = Connection::open(subject.server.addr);
    connection.send(head("/upload").as_bytes());
    assert_eq!(connection.head().status, 100);
    connection.send(b"12345");
    assert_eq!(connection.response("POST").text(), "5");

    let mut connection = Connection::open(subject.server.addr);
    connection.send(head("/ignore-input").as_bytes());
    assert_eq!(connection.response("POST").text(), "not read\n");
}

pub(crate) fn rule_31_a_file_is_sent_from_its_current_position(subject: &Subject) {
    assert_eq!(subject.get("/file-wrapper").body, vec![b'f'; 200_000]);
    assert_eq!(subject.get("/file-wrapper?skip=199990").body, b"ffffffffff");
}

pub(crate) fn rule_32_an_error_is_a_500_and_logged(subject: &Subject) {
    assert_eq!(subject.number("/counter"), 1);
    let mut connection = Connection::open(subject.server.addr);
    let response = connection.get("/error");
    assert_eq!(response.status, 500);
    let id = response.header("x-request-id").unwrap();
    let log = subject.server.logged(id);
    assert!(log.contains("ERROR"), "{log}");
    // Nothing of the story is the client's business; the connection is.
    assert!(!response.text().contains("purpose"), "{}", response.text());
    assert_eq!(
        connection.get("/counter").text(),
        "2",
        "the instance went on"
    );
}

pub(crate) fn rule_32_an_error_after_the_first_chunk_cuts_the_response(subject: &Subject) {
    let response = subject.get("/error-after");
    assert_eq!(
        (&*response.text(), response.complete),
        ("the first chunk\n", false)
    );
    subject.is_usable();
}

pub(crate) fn rule_34_an_instance_is_called_again_and_again(subject: &Subject) {
    let mut connection = Connection::open(subject.server.addr);
    for expected in 1..=20 {
        assert_eq!(connection.get("/counter").text(), expected.to_string());
    }
}
