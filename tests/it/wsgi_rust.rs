//! PEP 3333 over HTTP, against a Rust application.
//!
//! Rules 1, 2, 9, 27 and 33 are about Python's objects; Rust's types leave no
//! room to break them.

use crate::rules::{Language, Subject, hold_to};

hold_to! {
    Rust:
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

#[test]
fn rule_11_the_input_is_read_by_lines() {
    let rust = Subject::new(Language::Rust);
    let mut connection = wasgi_tests::Connection::open(rust.server.addr);
    assert_eq!(
        connection.post("/lines", b"one\n\nthree").text(),
        "3: one\n0: \n5: three\n"
    );
}

#[test]
fn rule_19_a_refused_call_can_be_put_right_with_exc_info() {
    let rust = Subject::new(Language::Rust);
    rust.refuses("/hop-by-hop", "hop-by-hop");
    rust.refuses("/bad-status?status=200", "invalid-status");
    rust.is_usable();
}

#[test]
fn rule_26_close_is_called_where_an_error_stands_in_the_bodys_place() {
    let rust = Subject::new(Language::Rust);
    assert_eq!(rust.get("/close?none").status, 500);
    assert_eq!(rust.number("/closed"), 1);
    assert_eq!(rust.get("/file-wrapper").body.len(), 200_000);
    assert_eq!(rust.number("/closed"), 2);
}

#[test]
fn rule_29_a_status_may_be_any_that_is_final() {
    let rust = Subject::new(Language::Rust);
    for (status, code) in [("200+OK", 200), ("404+Not+Found", 404), ("599+Odd", 599)] {
        let response = rust.get(&format!("/status?status={status}"));
        assert_eq!((response.status, &*response.text()), (code, "a body"));
    }
    for status in [100, 103] {
        assert_eq!(
            rust.get(&format!("/status?status={status}+Early")).status,
            500,
            "{status}"
        );
    }
}

#[test]
fn rule_32_an_error_tells_its_chain_of_causes_to_the_log_alone() {
    let rust = Subject::new(Language::Rust);
    let response = rust.get("/error");
    assert_eq!(response.status, 500);
    assert!(!response.text().contains("counting"), "{}", response.text());
    let log = rust.server.logged("while: counting the chunks");
    assert!(log.contains("invalid digit"), "{log}");
}

#[test]
fn a_middleware_can_look_at_what_the_inner_application_answered() {
    let rust = Subject::new(Language::Rust);
    let response = rust.get("/recorder");
    assert_eq!((response.status, &*response.text()), (201, "recorded"));
    assert_eq!(response.header("x-inner"), Some("1"));
}

#[test]
fn a_body_without_start_response_is_a_500() {
    let rust = Subject::new(Language::Rust);
    for path in ["/no-start-response", "/no-start-response-streamed"] {
        assert_eq!(rust.get(path).status, 500, "{path}");
    }
    rust.server.logged("without calling start_response");
    rust.is_usable();
}
