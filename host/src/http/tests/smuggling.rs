//! Nothing malformed or ambiguous reaches a handler, and nothing after it is
//! taken for a request.

use super::super::framing::corpus::{ACCEPTED, BROKEN_BODIES, Bad, REFUSED};
use super::*;

const NEXT: &[u8] = b"GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

#[tokio::test]
async fn what_is_malformed_is_refused_and_the_connection_closed_before_any_handler() {
    let server = Server::start(HttpLimits::default(), echo).await;
    assert!(REFUSED.len() >= 80);
    for Bad(what, request, status) in REFUSED {
        let answer = server.talk(&[request, NEXT].concat()).await;
        assert_eq!(statuses(&answer), [status.to_string()], "{what}: {answer}");
        assert!(
            answer.to_lowercase().contains("connection: close"),
            "{what}: {answer}"
        );
        assert!(answer.contains("x-request-id: "), "{what}: {answer}");
    }
    assert_eq!(server.calls(), 0);
}

#[tokio::test]
async fn a_refusal_waits_for_the_answers_before_it() {
    let server = Server::start(HttpLimits::default(), |request| async {
        tokio::time::sleep(Duration::from_millis(5)).await;
        echo(request).await
    })
    .await;
    let good = b"POST /first HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi";
    for (n, Bad(what, request, status)) in REFUSED.iter().enumerate() {
        let answer = server.talk(&[good, good, *request, NEXT].concat()).await;
        assert_eq!(
            statuses(&answer),
            ["200", "200", &status.to_string()],
            "{what}: {answer}"
        );
        assert_eq!(answer.matches("/firsthi").count(), 2, "{what}: {answer}");
        assert_eq!(server.calls(), (n + 1) * 2, "{what}");
    }
}

#[tokio::test]
async fn a_broken_body_fails_in_the_handler_and_closes_the_connection() {
    let server = Server::start(HttpLimits::default(), echo).await;
    for (n, (what, body)) in BROKEN_BODIES.iter().enumerate() {
        let head = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
        let answer = server.talk(&[head, *body, NEXT].concat()).await;
        assert_eq!(statuses(&answer), ["400"], "{what}: {answer}");
        assert!(answer.contains("malformed"), "{what}: {answer}");
        assert_eq!(server.calls(), n + 1, "{what}");
    }
}

#[tokio::test]
async fn what_is_well_formed_is_answered_and_followed_by_the_next() {
    let server = Server::start(HttpLimits::default(), echo).await;
    for (what, request, body) in ACCEPTED {
        let last = b"GET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        let answer = server.talk(&[*request, last].concat()).await;
        assert!(
            answer.contains(&*String::from_utf8_lossy(body)),
            "{what}: {answer}"
        );
        let expected: &[&str] = if request.windows(8).any(|eight| eight == b"HTTP/1.0") {
            &["200"]
        } else {
            &["200", "200"]
        };
        assert_eq!(statuses(&answer), expected, "{what}: {answer}");
    }
}

#[tokio::test]
async fn a_refusal_arrives_although_the_client_goes_on_sending() {
    let server = Server::start(HttpLimits::default(), echo).await;
    let mut request = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +9\r\n\r\n".to_vec();
    request.resize(200_000, b'x');
    for _ in 0..20 {
        let answer = server.talk(&request).await;
        assert_eq!(statuses(&answer), ["400"], "{answer}");
    }
}
