//! The guard alone: what it lets through must not depend on how the bytes come.

use std::sync::Arc;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

use super::corpus::{ACCEPTED, BROKEN_BODIES, Bad, REFUSED};
use super::{Guard, HIDDEN_UPGRADE, HeadLimits, Refusal, STAND_IN};
use crate::http::wire::Wire;

const LIMITS: HeadLimits = HeadLimits {
    bytes: 1024,
    fields: 10,
};

/// What came out of a guard.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    passed: Vec<u8>,
    broken: bool,
    refusal: Option<Refusal>,
}

/// Sends `input` in pieces of `piece` bytes and reads `read` bytes at a time.
async fn guard(input: &[u8], piece: usize, read: usize) -> Outcome {
    let (mut client, server) = duplex(piece);
    let wire = Arc::new(Wire::new());
    let mut guard = Guard::new(server, Arc::clone(&wire), LIMITS);
    let has_empty_lines = input.windows(8).any(|eight| eight == b"\r\n\r\n\r\n\r\n");
    let input = input.to_vec();
    let sender = tokio::spawn(async move {
        // The guard stops reading after a refusal.
        let _ = client.write_all(&input).await;
    });
    let mut passed = Vec::new();
    let mut buf = vec![0; read];
    let broken = loop {
        let next =
            tokio::time::timeout(std::time::Duration::from_millis(300), guard.read(&mut buf));
        match next.await {
            // Nothing follows a refusal.
            Err(_) => break false,
            Ok(Ok(0)) => break false,
            Ok(Ok(n)) => passed.extend_from_slice(&buf[..n]),
            Ok(Err(_)) => break true,
        }
        if passed.ends_with(STAND_IN) {
            break false;
        }
    };
    sender.abort();
    // Requests beyond the heads that passed are the refused one.
    // Empty lines between requests may pass or not: hyper skips them.
    while has_empty_lines && let Some(at) = passed.windows(6).position(|six| six == b"\r\n\r\n\r\n")
    {
        passed.drain(at..at + 2);
    }
    let refusal = (0..8).find_map(|_| wire.begin_request());
    Outcome {
        passed,
        broken,
        refusal,
    }
}

async fn in_all_sizes(input: &[u8]) -> Outcome {
    let whole = guard(input, 4096, 4096).await;
    for (piece, read) in [(1, 4096), (4096, 1), (1, 1), (7, 3), (3, 64)] {
        let outcome = guard(input, piece, read).await;
        assert_eq!(
            outcome,
            whole,
            "sent by {piece}, read by {read}: {}",
            input.escape_ascii()
        );
    }
    whole
}

#[tokio::test]
async fn accepted_requests_pass_unchanged_however_they_come() {
    for (what, request, _) in ACCEPTED {
        let request = request.strip_prefix(b"\r\n").unwrap_or(request);
        let twice = [request, request].concat();
        let outcome = in_all_sizes(&twice).await;
        let hidden =
            String::from_utf8_lossy(&twice).replace("Upgrade: ", &format!("{HIDDEN_UPGRADE}: "));
        if twice.is_ascii() {
            assert_eq!(String::from_utf8_lossy(&outcome.passed), hidden, "{what}");
        } else {
            assert_eq!(outcome.passed, twice, "{what}");
        }
        assert_eq!((outcome.broken, outcome.refusal), (false, None), "{what}");
    }
}

#[tokio::test]
async fn a_refused_head_is_replaced_however_it_comes() {
    const BEFORE: &[u8] = b"GET /1 HTTP/1.1\r\nHost: a\r\n\r\n";
    for Bad(what, request, status) in REFUSED {
        let outcome =
            in_all_sizes(&[BEFORE, request, b"GET /2 HTTP/1.1\r\nHost: a\r\n\r\n"].concat()).await;
        assert_eq!(
            outcome.refusal.map(|r| r.status.as_u16()),
            Some(*status),
            "{what}"
        );
        assert_eq!(
            outcome.passed.escape_ascii().to_string(),
            [BEFORE, STAND_IN].concat().escape_ascii().to_string(),
            "{what}"
        );
    }
}

#[tokio::test]
async fn a_broken_body_ends_reading_however_it_comes() {
    for (what, body) in BROKEN_BODIES {
        let head = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
        let input = [head, *body, b"GET /2 HTTP/1.1\r\nHost: a\r\n\r\n"].concat();
        let outcome = in_all_sizes(&input).await;
        assert!(outcome.broken, "{what}");
        assert!(!outcome.passed.windows(2).any(|two| two == b"/2"), "{what}");
    }
}

#[tokio::test]
async fn heads_and_trailers_have_a_size() {
    let status = |outcome: Outcome| outcome.refusal.map(|r| r.status.as_u16());
    let with = |fields: &str| format!("GET / HTTP/1.1\r\nHost: a\r\n{fields}\r\n").into_bytes();
    let fits = with(&format!("X: {}\r\n", "y".repeat(1024 - 25 - 2 - 5)));
    assert_eq!(fits.len(), 1024);
    assert_eq!(status(in_all_sizes(&fits).await), None);
    let over = with(&format!("X: {}\r\n", "y".repeat(1024 - 25 - 2 - 4)));
    assert_eq!(status(in_all_sizes(&over).await), Some(431));
    let endless = vec![b'a'; 2000];
    assert_eq!(status(in_all_sizes(&endless).await), Some(431));
    assert_eq!(
        status(in_all_sizes(&with(&"X: y\r\n".repeat(9))).await),
        None
    );
    assert_eq!(
        status(in_all_sizes(&with(&"X: y\r\n".repeat(10))).await),
        Some(431)
    );
    let trailers = format!(
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n{}\r\n",
        "X: y\r\n".repeat(11)
    );
    assert!(in_all_sizes(trailers.as_bytes()).await.broken);
}
