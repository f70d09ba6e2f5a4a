//! PEP 3333 over HTTP, against a Python application.

use wasgi_tests::Connection;

use crate::rules::{Language, Subject, hold_to};

hold_to! {
    Python:
    environ::rule_03_method_name_and_port_are_never_empty,
    environ::rule_04_the_path_is_decoded_into_bytes_as_latin_1,
    environ::rule_05_the_query_string_is_raw,
    environ::rule_06_content_type_and_length_stand_without_http,
    environ::rule_07_headers_are_mirrored_joined_and_not_spoofed,
    environ::rule_08_values_are_bytes_as_chars_and_absent_ones_left_out,
    environ::rule_10_protocol_and_peer_are_the_connections,
    body::rule_11_the_input_ends_at_content_length,
    body::rule_12_chunked_requests_are_decoded,
    body::rule_13_wsgi_errors_takes_any_text,
    start_response::rule_14_start_response_returns_write,
    start_response::rule_15_a_status_is_three_digits_a_space_and_a_reason,
    start_response::rule_16_headers_are_tokens_and_latin_1_without_controls,
    start_response::rule_17_hop_by_hop_headers_are_refused,
    start_response::rule_18_a_second_call_without_exc_info_is_an_error,
    start_response::rule_19_exc_info_replaces_a_head_that_was_not_sent,
    start_response::rule_19_exc_info_after_the_head_ends_the_response,
    start_response::rule_20_headers_wait_for_a_chunk_that_is_not_empty_or_the_end,
    start_response::rule_21_start_response_may_be_called_during_iteration,
    body::rule_22_what_write_takes_goes_before_the_iterable,
    body::rule_23_chunks_are_not_altered,
    body::rule_23_a_chunk_is_on_its_way_before_the_next_is_asked_for,
    body::rule_24_one_chunk_gets_a_content_length,
    body::rule_25_more_body_than_content_length_is_cut_and_logged,
    body::rule_25_less_body_than_content_length_closes_and_is_logged,
    body::rule_26_close_is_called_at_the_end_and_at_an_error,
    body::rule_26_close_is_called_where_the_client_has_gone,
    body::rule_26_close_is_called_after_head,
    body::rule_28_date_and_server_are_added,
    body::rule_29_no_body_for_head_204_and_304,
    body::rule_30_100_continue_is_sent_when_the_app_first_reads,
    body::rule_31_a_file_is_sent_from_its_current_position,
    body::rule_32_an_error_is_a_500_and_logged,
    body::rule_32_an_error_after_the_first_chunk_cuts_the_response,
    body::rule_34_an_instance_is_called_again_and_again,
}

fn python() -> Subject {
    Subject::new(Language::Python)
}

/// Sends a body to a path, and returns the answer's text.
fn post(python: &Subject, path: &str, body: &[u8]) -> String {
    Connection::open(python.server.addr).post(path, body).text()
}

#[test]
fn rule_01_the_validator_passes_get_post_and_head() {
    // It asserts two positional arguments, the types of all there is in the
    // environ, the input's and error's methods, and that close() is called.
    let python = python();
    assert_eq!(python.get("/valid/?a=b").text(), "Hello from wasgi!\n");
    assert_eq!(
        post(&python, "/valid/echo", b"through the validator"),
        "through the validator"
    );
    assert_eq!(post(&python, "/valid/upload", &[b'u'; 100_000]), "100000");
    let mut connection = Connection::open(python.server.addr);
    let head = connection.request("HEAD", "/valid/", &[], b"");
    assert_eq!(
        (head.status, head.header("content-length")),
        (200, Some("18"))
    );
    assert_eq!(connection.get("/valid/write").status, 200);
    assert_eq!(connection.get("/valid/close").text(), "1\n2\n3\n");
    assert_eq!(python.number("/closed"), 1);
    let log = python.server.log();
    assert!(
        !log.contains("AssertionError") && !log.contains("garbage collected"),
        "{log}"
    );
}

#[test]
fn rule_02_the_environ_is_a_dict_that_the_app_may_change() {
    let python = python();
    assert_eq!(python.get("/change-environ").text(), "True");
    assert_eq!(python.get("/environ").json()["REQUEST_METHOD"], "GET");
}

#[test]
fn rule_09_the_wsgi_values_tell_the_truth() {
    let values = python().get("/environ-values").json();
    assert_eq!(values["wsgi.version"], "(1, 0)");
    assert_eq!(values["wsgi.url_scheme"], "'http'");
    assert_eq!(values["wsgi.multithread"], "False");
    assert_eq!(
        values["wsgi.multiprocess"], "False",
        "there is one instance"
    );
    assert_eq!(values["wsgi.run_once"], "False");
    assert_eq!(values["wsgi.input_terminated"], "True");
    let once = Subject::with(Language::Python, &["--reuse", "1"]);
    let values = once.get("/environ-values").json();
    assert_eq!(values["wsgi.multiprocess"], "True");
    assert_eq!(values["wsgi.run_once"], "True");
}

#[test]
fn rule_11_the_input_is_a_file_to_read_from() {
    let python = python();
    assert_eq!(post(&python, "/read", b"hello"), "5 0");
    assert_eq!(
        post(&python, "/read?twice", b"hello"),
        "5 0",
        "at the end for ever"
    );
    assert_eq!(post(&python, "/read?size=2&twice", b"hello"), "2 1");
    assert_eq!(post(&python, "/read?size=0&twice", b"hello"), "0 1");
    assert_eq!(python.get("/read?twice").text(), "0 0");
    assert_eq!(post(&python, "/readline", b"a\n\nbc"), "a\n|\n|bc");
    assert_eq!(post(&python, "/readline?size=2", b"abc\nd"), "ab|c\n|d");
    assert_eq!(post(&python, "/readlines", b"a\nb\nc"), "a\n|b\n|c");
    assert_eq!(post(&python, "/readlines?hint=1", b"a\nb\nc"), "a\n");
    assert_eq!(post(&python, "/lines", b"a\nb\nc"), "a\n|b\n|c");
}

#[test]
fn rule_13_wsgi_errors_takes_text_that_is_no_unicode() {
    let python = python();
    assert_eq!(python.get("/errors").status, 200);
    let log = python.server.logged("lone surrogate");
    assert!(log.contains("euro €") && log.contains("udcff"), "{log}");
}

#[test]
fn rule_15_and_16_what_has_the_wrong_type_is_a_type_error() {
    let python = python();
    let paths = [
        "/bad-status?kind=number",
        "/bad-status?kind=bytes",
        "/bad-header?kind=bytes",
        "/bad-header?kind=number",
        "/bad-header?kind=triple",
        "/bad-headers-type?kind=dict",
        "/bad-headers-type?kind=tuple",
    ];
    for path in paths {
        let text = python.get(path).text();
        assert!(text.starts_with("TypeError: "), "{path}: {text}");
        assert_eq!(python.get(&format!("{path}&raise")).status, 500, "{path}");
    }
    python.is_usable();
}

#[test]
fn rule_16_a_list_that_changes_after_the_call_changes_nothing() {
    let response = python().get("/headers-changed-later");
    assert_eq!((response.status, response.header("x-later")), (200, None));
}

#[test]
fn rule_19_no_reference_to_exc_info_is_kept() {
    let python = python();
    assert_eq!(python.get("/exc-info-kept").text(), "gone");
    assert_eq!(python.get("/exc-info-kept").text(), "gone");
    python.get("/exc-info-after");
    assert_eq!(python.get("/exc-info-kept").text(), "gone");
}

#[test]
fn rule_26_a_generator_is_closed_where_the_client_has_gone_and_where_it_has_not() {
    let python = python();
    assert_eq!(python.get("/generator").text(), "first\nsecond\n");
    assert_eq!(python.number("/closed"), 1);
    let mut connection = Connection::open(python.server.addr);
    assert_eq!(
        connection.request("HEAD", "/generator", &[], b"").status,
        200
    );
    drop(connection);
    assert_eq!(python.number("/closed"), 2);
}

#[test]
fn rule_31_the_file_wrapper_is_lazy_and_takes_a_real_file() {
    let python = python();
    let mut connection = Connection::open(python.server.addr);
    connection.send(b"GET /file-wrapper?skip=1 HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_eq!(connection.head().status, 200);
    assert_eq!(connection.chunk().map(|chunk| chunk.len()), Some(8192));
    let source = std::fs::read(wasgi_tests::root().join("tests/guests/python/body.py")).unwrap();
    assert_eq!(python.get("/file-wrapper?kind=open").body, source);
}

#[test]
fn rule_32_an_exceptions_traceback_is_in_the_log_under_its_request() {
    let python = python();
    let paths = ["/exception", "/exception-after-start"];
    for path in paths {
        let response = python.get(path);
        assert_eq!(response.status, 500, "{path}");
        assert!(
            !response.text().contains("Traceback"),
            "{}",
            response.text()
        );
        let id = response.header("x-request-id").unwrap().to_owned();
        let log = python.server.logged(&id);
        let lines: Vec<_> = log.lines().filter(|line| line.contains(&id)).collect();
        for part in [
            "Traceback (most recent call last)",
            "misbehave.py\"",
            "RuntimeError: an exception",
        ] {
            assert!(
                lines.iter().any(|line| line.contains(part)),
                "{path}: {part}: {lines:#?}"
            );
        }
    }
    assert!(
        python.server.log().contains("on purpose: é"),
        "{}",
        python.server.log()
    );
    assert_eq!(python.get("/exception-with-cause").status, 500);
    let log = python.server.logged("RuntimeError: counting the chunks");
    assert!(log.contains("ValueError: invalid literal"), "{log}");
    python.is_usable();
}

#[test]
fn rule_32_exceptions_that_are_no_exception_leave_the_instance_usable() {
    let python = python();
    assert_eq!(python.number("/counter"), 1);
    let paths = [
        ("/sys-exit", "SystemExit"),
        ("/keyboard-interrupt", "KeyboardInterrupt"),
        ("/recursion", "RecursionError"),
        ("/text-chunk", "TypeError"),
        ("/not-iterable", "TypeError"),
    ];
    for (path, name) in paths {
        assert_eq!(python.get(path).status, 500, "{path}");
        python.server.logged(name);
    }
    assert_eq!(python.get("/recursion-caught").text(), "RecursionError");
    assert_eq!(python.number("/counter"), 2, "it is the same instance");
}

#[test]
fn rule_33_a_middleware_passes_on_chunk_by_chunk() {
    let python = python();
    let mut connection = Connection::open(python.server.addr);
    connection.send(b"GET /valid/chunks?n=3 HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_eq!(connection.head().status, 200);
    for expected in ["1\n", "2\n", "3\n", ""] {
        assert_eq!(connection.chunk().as_deref(), Some(expected.as_bytes()));
    }
}

#[test]
fn a_body_without_start_response_is_a_500() {
    let python = python();
    assert_eq!(python.get("/no-start-response").status, 500);
    python.server.logged("without calling start_response");
    python.is_usable();
}
