//! Rules 14 to 21: what `start_response` takes, and when the head is sent.

use wasgi_tests::Connection;

use super::Subject;

pub(crate) fn rule_14_start_response_returns_write(subject: &Subject) {
    let response = subject.get("/write");
    assert_eq!(response.status, 200);
    assert!(
        response.text().starts_with("written 1\n"),
        "{}",
        response.text()
    );
}

pub(crate) fn rule_15_a_status_is_three_digits_a_space_and_a_reason(subject: &Subject) {
    let bad = [
        "",
        "200",
        "200%20",
        "200++OK",
        "+200+OK",
        "200+OK+",
        "20+OK",
        "2000+OK",
        "abc+OK",
        "099+Low",
        "200+O%0AK",
        "200+O%0DK",
        "200+O%00K",
        "200%09OK",
        "101+Switching+Protocols",
        "200+%E2%82%AC",
    ];
    for status in bad {
        subject.refuses(&format!("/bad-status?status={status}"), "invalid-status");
    }
    let response = subject.get("/bad-status?status=299+Quite+fine");
    assert_eq!((response.status, &*response.reason), (299, "Quite fine"));
}

pub(crate) fn rule_16_headers_are_tokens_and_latin_1_without_controls(subject: &Subject) {
    let kinds = [
        "newline",
        "nul",
        "tab",
        "wide",
        "empty-name",
        "colon",
        "space",
        "name",
        "name-newline",
        "length",
    ];
    for kind in kinds {
        subject.refuses(&format!("/bad-header?kind={kind}"), "invalid-header");
    }
    subject.is_usable();
}

pub(crate) fn rule_17_hop_by_hop_headers_are_refused(subject: &Subject) {
    let names = [
        "Connection",
        "keep-alive",
        "PROXY-AUTHENTICATE",
        "Proxy-Authorization",
        "TE",
        "Trailer",
        "Trailers",
        "Transfer-Encoding",
        "upgrade",
    ];
    for name in names {
        subject.refuses(&format!("/hop-by-hop?name={name}"), "hop-by-hop");
    }
}

pub(crate) fn rule_18_a_second_call_without_exc_info_is_an_error(subject: &Subject) {
    for path in ["/twice", "/twice-after-refusal"] {
        let response = subject.get(path);
        assert_eq!(response.status, 500, "{path}: {}", response.text());
    }
    subject.is_usable();
}

pub(crate) fn rule_19_exc_info_replaces_a_head_that_was_not_sent(subject: &Subject) {
    let response = subject.get("/exc-info-before");
    assert_eq!((response.status, &*response.text()), (503, "replaced"));
    assert_eq!(response.header("x-second"), Some("2"));
    assert_eq!(response.header("x-first"), None);
}

pub(crate) fn rule_19_exc_info_after_the_head_ends_the_response(subject: &Subject) {
    let mut connection = Connection::open(subject.server.addr);
    let response = connection.get("/exc-info-after");
    assert_eq!((response.status, &*response.text()), (200, "sent\n"));
    assert!(!response.complete, "the client must see that it was cut");
    assert!(connection.is_closed());
    subject.server.logged("too late");
    subject.is_usable();
}

pub(crate) fn rule_20_headers_wait_for_a_chunk_that_is_not_empty_or_the_end(subject: &Subject) {
    let response = subject.get("/empty-chunks-first");
    assert_eq!((response.status, &*response.text()), (200, "body"));
    let response = subject.get("/chunks?n=0");
    assert_eq!((response.status, &*response.text()), (200, ""));
    assert!(response.complete);
    let response = subject.get("/write-only");
    assert_eq!((response.status, &*response.text()), (200, "0\n1\n2\n"));
}

pub(crate) fn rule_21_start_response_may_be_called_during_iteration(subject: &Subject) {
    let response = subject.get("/late-start");
    assert_eq!((response.status, &*response.text()), (200, "late\n"));
    assert_eq!(response.header("x-late"), Some("yes"));
}
