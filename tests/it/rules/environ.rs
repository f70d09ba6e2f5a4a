//! Rules 3 to 10: what the `environ` tells.

use serde_json::Value;
use wasgi_tests::Connection;

use super::Subject;

/// Sends these header lines, and returns the environ that the guest saw.
fn environ_of(subject: &Subject, target: &str, lines: &[u8]) -> Value {
    let mut connection = Connection::open(subject.server.addr);
    connection.send(format!("GET {target} HTTP/1.1\r\nHost: example.test:8080\r\n").as_bytes());
    connection.send(lines);
    connection.send(b"\r\n");
    connection.response("GET").json()
}

pub(crate) fn rule_03_method_name_and_port_are_never_empty(subject: &Subject) {
    let environ = environ_of(subject, "/environ", b"");
    assert_eq!(environ["REQUEST_METHOD"], "GET");
    assert_eq!(environ["SERVER_NAME"], "example.test");
    assert_eq!(environ["SERVER_PORT"], "8080");
    // Without a Host, which HTTP/1.0 allows, they are the socket's.
    let mut connection = Connection::open(subject.server.addr);
    connection.send(b"GET /environ HTTP/1.0\r\n\r\n");
    let environ = connection.response("GET").json();
    assert_eq!(environ["SERVER_NAME"], "127.0.0.1");
    assert_eq!(
        environ["SERVER_PORT"],
        subject.server.addr.port().to_string()
    );
}

pub(crate) fn rule_04_the_path_is_decoded_into_bytes_as_latin_1(subject: &Subject) {
    let environ = environ_of(subject, "/environ/a%20b%2Fc%FF/%C3%A9", b"");
    assert_eq!(environ["PATH_INFO"], "/environ/a b/c\u{ff}/\u{c3}\u{a9}");
    assert_eq!(environ["SCRIPT_NAME"], "");
}

pub(crate) fn rule_05_the_query_string_is_raw(subject: &Subject) {
    let environ = environ_of(subject, "/environ?a=%20+b&%FF=/?", b"");
    assert_eq!(environ["QUERY_STRING"], "a=%20+b&%FF=/?");
    assert_eq!(environ_of(subject, "/environ", b"")["QUERY_STRING"], "");
}

pub(crate) fn rule_06_content_type_and_length_stand_without_http(subject: &Subject) {
    let mut connection = Connection::open(subject.server.addr);
    let headers = [("Content-Type", "text/plain; charset=utf-8")];
    let environ = connection
        .request("POST", "/environ", &headers, b"four")
        .json();
    assert_eq!(environ["CONTENT_TYPE"], "text/plain; charset=utf-8");
    assert_eq!(environ["CONTENT_LENGTH"], "4");
    assert_eq!(environ["HTTP_CONTENT_TYPE"], Value::Null);
    assert_eq!(environ["HTTP_CONTENT_LENGTH"], Value::Null);
}

pub(crate) fn rule_07_headers_are_mirrored_joined_and_not_spoofed(subject: &Subject) {
    let lines = b"X-Twice: a\r\nx-twice: b\r\nCookie: a=1\r\nCookie: b=2\r\n\
        X_Forwarded_For: 6.6.6.6\r\nAccept-Language: de\r\n";
    let environ = environ_of(subject, "/environ", lines);
    assert_eq!(environ["HTTP_HOST"], "example.test:8080");
    assert_eq!(environ["HTTP_ACCEPT_LANGUAGE"], "de");
    assert_eq!(environ["HTTP_X_TWICE"], "a,b");
    assert_eq!(environ["HTTP_COOKIE"], "a=1; b=2");
    assert_eq!(environ["HTTP_X_FORWARDED_FOR"], Value::Null);
}

pub(crate) fn rule_08_values_are_bytes_as_chars_and_absent_ones_left_out(subject: &Subject) {
    let environ = environ_of(subject, "/environ", b"X-Name: caf\xc3\xa9 \xff\r\n");
    assert_eq!(environ["HTTP_X_NAME"], "caf\u{c3}\u{a9} \u{ff}");
    for absent in [
        "CONTENT_TYPE",
        "CONTENT_LENGTH",
        "HTTP_COOKIE",
        "REMOTE_USER",
    ] {
        assert_eq!(environ[absent], Value::Null, "{absent}");
    }
}

pub(crate) fn rule_10_protocol_and_peer_are_the_connections(subject: &Subject) {
    let environ = environ_of(subject, "/environ", b"X-Forwarded-For: 6.6.6.6\r\n");
    assert_eq!(environ["SERVER_PROTOCOL"], "HTTP/1.1");
    assert_eq!(environ["REMOTE_ADDR"], "127.0.0.1");
    let mut connection = Connection::open(subject.server.addr);
    connection.send(b"GET /environ HTTP/1.0\r\n\r\n");
    assert_eq!(
        connection.response("GET").json()["SERVER_PROTOCOL"],
        "HTTP/1.0"
    );
}
