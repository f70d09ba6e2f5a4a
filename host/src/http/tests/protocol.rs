//! What a well-behaved client sees.

use std::sync::Mutex;

use http::{HeaderValue, StatusCode, Version};

use super::super::{ConnectionInfo, RequestId};
use super::*;

fn text(text: &'static str) -> Response<ResponseBody> {
    Response::new(ResponseBody::full(text))
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_their_order() {
    let server = Server::start(HttpLimits::default(), |request| async {
        // The first is the slowest.
        if request.uri().path() == "/0" {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        echo(request).await
    })
    .await;
    let mut requests = Vec::new();
    for n in 0..50 {
        let length = n % 3;
        requests.extend_from_slice(
            format!("POST /{n} HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n").as_bytes(),
        );
        requests.extend(std::iter::repeat_n(b'x', length));
    }
    requests.extend_from_slice(b"GET /end HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    let answer = server.talk(&requests).await;
    assert_eq!(statuses(&answer).len(), 51);
    let mut rest = answer.as_str();
    for n in 0..50 {
        let body = format!("\r\n\r\n/{n}{}HTTP", "x".repeat(n % 3));
        let at = rest
            .find(&body)
            .unwrap_or_else(|| panic!("{body} in {rest}"));
        rest = &rest[at + body.len() - 4..];
    }
    assert!(rest.ends_with("/end"));
}

#[tokio::test]
async fn date_server_and_request_id_are_added_where_absent() {
    let server = Server::start(HttpLimits::default(), |request| async move {
        let mut response = text("x");
        if request.uri().path() == "/own" {
            let own = HeaderValue::from_static("own");
            response.headers_mut().insert("server", own.clone());
            response.headers_mut().insert("date", own);
        }
        response
    })
    .await;
    let plain = server
        .talk(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        .await;
    assert!(plain.contains("\r\nserver: wasgi\r\n"), "{plain}");
    assert!(
        plain.contains(" GMT\r\n") && plain.contains("\r\nx-request-id: "),
        "{plain}"
    );
    let own = server
        .talk(b"GET /own HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Request-Id: mine-1\r\n\r\n")
        .await;
    assert!(
        own.contains("\r\nserver: own\r\n") && own.contains("\r\ndate: own\r\n"),
        "{own}"
    );
    assert!(!own.contains("wasgi") && !own.contains("GMT"), "{own}");
    assert!(own.contains("\r\nx-request-id: mine-1\r\n"), "{own}");
}

#[tokio::test]
async fn a_handler_sees_the_target_the_connection_and_repeated_headers_in_order() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let server = Server::start(HttpLimits::default(), {
        let seen = Arc::clone(&seen);
        move |request| {
            let info = request.extensions().get::<ConnectionInfo>().copied();
            let id = request.extensions().get::<RequestId>().cloned();
            let values: Vec<_> = request.headers().get_all("x").iter().cloned().collect();
            let upgrade = request.headers().contains_key("upgrade")
                || request.headers().contains_key("-ignore");
            seen.lock().expect("lock").push((
                request.uri().to_string(),
                request.version(),
                info,
                id,
                values,
                upgrade,
            ));
            async { text("x") }
        }
    })
    .await;
    server
        .talk(b"GET http://b:81/p%20q?r%2Fs HTTP/1.0\r\nHost: a\r\nX: 1\r\nx: 2\r\nX-Request-Id: abc\r\nUpgrade: h2c\r\n\r\n")
        .await;
    let seen = seen.lock().expect("lock");
    let (uri, version, info, id, values, upgrade) = seen.first().expect("one");
    assert_eq!(uri, "http://b:81/p%20q?r%2Fs");
    assert_eq!(*version, Version::HTTP_10);
    let info = info.expect("info");
    assert_eq!((info.local, info.scheme), (server.address, "http"));
    assert_eq!(info.peer.ip(), server.address.ip());
    assert_eq!(id.as_ref().map(RequestId::as_str), Some("abc"));
    assert_eq!(values, &["1", "2"]);
    assert!(!upgrade, "an Upgrade that is not honoured is not shown");
}

#[tokio::test]
async fn head_204_and_304_have_no_body_and_the_connection_goes_on() {
    let server = Server::start(HttpLimits::default(), |request| async move {
        let mut response = match request.uri().path() {
            "/stream" => Response::new(ResponseBody::boxed(http_body_util::Full::new(
                bytes::Bytes::from("stream"),
            ))),
            _ => text("body"),
        };
        *response.status_mut() = match request.uri().path() {
            "/204" => StatusCode::NO_CONTENT,
            "/304" => StatusCode::NOT_MODIFIED,
            _ => StatusCode::OK,
        };
        response
    })
    .await;
    let answer = server
        .talk(
            b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\nHEAD /stream HTTP/1.1\r\nHost: a\r\n\r\n\
              GET /204 HTTP/1.1\r\nHost: a\r\n\r\nGET /304 HTTP/1.1\r\nHost: a\r\n\r\n\
              HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        )
        .await;
    assert_eq!(
        statuses(&answer),
        ["200", "200", "204", "304", "200"],
        "{answer}"
    );
    assert!(
        !answer.contains("\r\n\r\nbody") && !answer.contains("\r\n\r\nstream"),
        "{answer}"
    );
    assert_eq!(
        answer.matches("content-length: 4\r\n").count(),
        2,
        "{answer}"
    );
    assert_eq!(
        answer.matches("content-length: 6\r\n").count(),
        1,
        "{answer}"
    );
}

#[tokio::test]
async fn http_1_0_closes_unless_it_asks_to_be_kept() {
    let server = Server::start(HttpLimits::default(), echo).await;
    let closed = server
        .talk(b"GET / HTTP/1.0\r\n\r\nGET /2 HTTP/1.0\r\n\r\n")
        .await;
    assert_eq!(statuses(&closed), ["200"]);
    let kept = server
        .talk(b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /2 HTTP/1.0\r\n\r\n")
        .await;
    assert_eq!(statuses(&kept), ["200", "200"]);
}

#[tokio::test]
async fn continue_is_sent_when_the_body_is_first_read_and_not_before() {
    let (go, gone) = tokio::sync::watch::channel(false);
    let server = Server::start(HttpLimits::default(), move |request| {
        let mut gone = gone.clone();
        async move {
            if request.uri().path() == "/unread" {
                return text("no thanks");
            }
            gone.wait_for(|go| *go).await.expect("open");
            echo(request).await
        }
    })
    .await;
    let mut client = server.connect().await;
    client
        .send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        .await;
    let mut byte = [0];
    let early = timeout(Duration::from_millis(100), client.0.peek(&mut byte)).await;
    assert!(early.is_err(), "nothing before the first read");
    go.send_replace(true);
    assert_eq!(
        client.until("\r\n\r\n").await,
        "HTTP/1.1 100 Continue\r\n\r\n"
    );
    client.send(b"hi").await;
    assert!(client.until("/hi").await.starts_with("HTTP/1.1 200 OK"));

    let unread = server
        .talk(b"POST /unread HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        .await;
    assert_eq!(statuses(&unread), ["200"], "no 100, and closed: {unread}");
    assert!(unread.contains("connection: close"), "{unread}");
}

#[tokio::test]
async fn a_body_over_the_limit_is_413_before_the_handler_or_while_it_reads() {
    let limits = HttpLimits {
        request_body: Some(4),
        ..HttpLimits::default()
    };
    let server = Server::start(limits, echo).await;
    let at = server
        .talk(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nConnection: close\r\n\r\nfour")
        .await;
    assert_eq!(statuses(&at), ["200"]);
    let announced = server
        .talk(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
        .await;
    assert_eq!(statuses(&announced), ["413"], "{announced}");
    assert!(announced.contains("connection: close"), "{announced}");
    assert_eq!(server.calls(), 1);
    let chunked = server
        .talk(b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
        .await;
    assert_eq!(statuses(&chunked), ["413"], "{chunked}");
    assert_eq!(server.calls(), 2);
}

#[tokio::test]
async fn an_unread_body_never_becomes_the_next_request() {
    let server = Server::start(HttpLimits::default(), |_| async { text("ok") }).await;
    let inner = b"GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
    // Short and here already: skipped, and the connection goes on.
    let head = format!(
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n",
        inner.len()
    );
    let last: &[u8] = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let short = server.talk(&[head.as_bytes(), inner, last].concat()).await;
    assert!(matches!(statuses(&short).len(), 1 | 2), "{short}");
    let calls = server.calls();
    assert!(calls <= 2, "{calls}");
    // Long: the connection closes, and says so.
    let long = inner.repeat(100_000);
    let head = format!(
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n",
        long.len()
    );
    let mut client = server.connect().await;
    client.send(head.as_bytes()).await;
    let answer = client.until("ok").await;
    assert!(answer.contains("connection: close"), "{answer}");
    // The server stops reading sooner or later.
    let _ = client.0.write_all(&long).await;
    assert_eq!(server.calls(), calls + 1);
}

#[tokio::test]
async fn a_panic_is_a_500_for_that_request_alone() {
    let server = Server::start(HttpLimits::default(), |request| async move {
        assert_ne!(request.uri().path(), "/panic", "as asked");
        text("fine")
    })
    .await;
    let answer = server
        .talk(b"GET /panic HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        .await;
    assert_eq!(statuses(&answer), ["500", "200"], "{answer}");
    assert!(!answer.contains("as asked"));
}

#[tokio::test]
async fn too_many_or_too_large_header_fields_are_431() {
    let limits = HttpLimits {
        max_headers: 200,
        max_head_bytes: 20_000,
        ..HttpLimits::default()
    };
    let server = Server::start(limits, echo).await;
    let with = |fields: String| {
        format!("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{fields}\r\n").into_bytes()
    };
    for (fields, status) in [
        ("X: y\r\n".repeat(198), "200"),
        ("X: y\r\n".repeat(199), "431"),
        (format!("X: {}\r\n", "y".repeat(19_000)), "200"),
        (format!("X: {}\r\n", "y".repeat(21_000)), "431"),
        (format!("X: {}", "y".repeat(100_000)), "431"),
    ] {
        let answer = server.talk(&with(fields)).await;
        assert_eq!(statuses(&answer), [status], "{answer}");
    }
    let long = format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "x".repeat(33_000));
    let server = Server::start(HttpLimits::default(), echo).await;
    assert_eq!(statuses(&server.talk(long.as_bytes()).await), ["414"]);
}
