//! Clients that are too slow, and the end of a server.

use bytes::Bytes;
use hyper::body::Frame;
use tokio::time::Instant;

use super::*;

const TICK: Duration = Duration::from_millis(150);

fn hasty() -> HttpLimits {
    HttpLimits {
        head_timeout: TICK,
        keep_alive: TICK * 8,
        body_idle: TICK,
        body_grace: TICK * 2,
        write_stall: TICK,
        ..HttpLimits::default()
    }
}

#[tokio::test]
async fn a_slow_head_is_408_although_its_bytes_keep_coming() {
    let server = Server::start(hasty(), echo).await;
    let mut client = server.connect().await;
    let begun = Instant::now();
    for byte in b"GET / HTTP/1.1\r\nHost: " {
        if client.0.write_all(&[*byte]).await.is_err() {
            break;
        }
        tokio::time::sleep(TICK / 10).await;
    }
    let answer = client.rest().await;
    assert_eq!(statuses(&answer), ["408"], "{answer}");
    assert!(answer.contains("connection: close"));
    assert!(begun.elapsed() >= TICK);
    assert_eq!(server.calls(), 0);
}

#[tokio::test]
async fn a_slow_second_head_is_408_and_an_idle_connection_just_closes() {
    let server = Server::start(hasty(), echo).await;
    let mut client = server.connect().await;
    client
        .send(b"GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2")
        .await;
    assert_eq!(statuses(&client.rest().await), ["200", "408"]);

    let mut client = server.connect().await;
    client.send(b"GET /1 HTTP/1.1\r\nHost: a\r\n\r\n").await;
    client.until("\r\n\r\n/1").await;
    // Longer than a head may take, shorter than idling may.
    tokio::time::sleep(TICK * 2).await;
    client.send(b"\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n").await;
    client.until("\r\n\r\n/2").await;
    let begun = Instant::now();
    assert_eq!(client.rest().await, "");
    assert!(begun.elapsed() >= TICK * 2, "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_connection_on_which_nothing_comes_closes_without_a_word() {
    let server = Server::start(hasty(), echo).await;
    let mut client = server.connect().await;
    let begun = Instant::now();
    assert_eq!(client.rest().await, "");
    assert!(begun.elapsed() < TICK * 8, "sooner than an idle one");
}

#[tokio::test]
async fn a_slow_handler_is_not_the_clients_fault() {
    let server = Server::start(hasty(), |request| async {
        tokio::time::sleep(TICK * 6).await;
        echo(request).await
    })
    .await;
    let answer = server
        .talk(b"POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi")
        .await;
    assert!(answer.ends_with("/slowhi"), "{answer}");
}

#[tokio::test]
async fn a_body_that_stops_or_trickles_times_out() {
    let server = Server::start(hasty(), echo).await;
    let head = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhi";
    let stopped = server.talk(head).await;
    assert_eq!(statuses(&stopped), ["408"], "{stopped}");

    let mut client = server.connect().await;
    client.send(&head[..head.len() - 2]).await;
    let begun = Instant::now();
    // Never idle for long, but below any rate.
    while begun.elapsed() < TICK * 4 {
        if client.0.write_all(b"x").await.is_err() || server.calls() == 0 {
            break;
        }
        if timeout(TICK / 2, client.0.readable()).await.is_ok() {
            break;
        }
    }
    let answer = client.rest().await;
    assert_eq!(statuses(&answer), ["408"], "{answer}");
}

#[tokio::test]
async fn a_client_that_takes_no_bytes_is_dropped() {
    let server = Server::start(hasty(), |_| async {
        let endless = futures_util::stream::repeat_with(|| {
            Ok::<_, std::io::Error>(Frame::data(Bytes::from(vec![b'x'; 1 << 20])))
        });
        Response::new(ResponseBody::boxed(http_body_util::StreamBody::new(
            endless,
        )))
    })
    .await;
    let mut client = server.connect().await;
    client.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    // Until the buffers are full, and then for the time of a stall.
    tokio::time::sleep(TICK * 8).await;
    server.shutdown.trigger();
    let drained = timeout(PATIENCE, server.task)
        .await
        .expect("soon")
        .expect("served");
    assert_eq!(drained, Drained { aborted: 0 }, "it had ended by itself");
}

#[tokio::test]
async fn a_shutdown_finishes_what_is_in_flight_and_closes_what_is_idle() {
    let server = Server::start(HttpLimits::default(), |request| async {
        if request.uri().path() == "/slow" {
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
        echo(request).await
    })
    .await;
    let mut idle = server.connect().await;
    idle.send(b"GET /1 HTTP/1.1\r\nHost: a\r\n\r\n").await;
    idle.until("\r\n\r\n/1").await;
    let mut fresh = server.connect().await;
    let mut busy = server.connect().await;
    busy.send(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let mut arriving = server.connect().await;
    arriving.send(b"GET /late HTTP/1.1\r\n").await;
    while server.calls() < 2 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    tokio::time::sleep(Duration::from_millis(30)).await;
    server.shutdown.trigger();
    assert_eq!(idle.rest().await, "");
    assert_eq!(fresh.rest().await, "");
    assert!(
        TcpStream::connect(server.address).await.is_err(),
        "the port is closed"
    );
    arriving.send(b"Host: a\r\n\r\n").await;
    let late = arriving.rest().await;
    assert!(
        late.ends_with("/late") && late.contains("connection: close"),
        "{late}"
    );
    let answer = busy.rest().await;
    assert!(
        answer.ends_with("/slow") && answer.contains("connection: close"),
        "{answer}"
    );
    let drained = timeout(PATIENCE, server.task)
        .await
        .expect("soon")
        .expect("served");
    assert_eq!(drained, Drained { aborted: 0 });
}

#[tokio::test]
async fn a_shutdown_cuts_what_outlives_its_grace() {
    let limits = HttpLimits {
        shutdown_grace: TICK,
        ..HttpLimits::default()
    };
    let server = Server::start(limits, |_| std::future::pending()).await;
    let mut client = server.connect().await;
    client.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    while server.calls() < 1 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    server.shutdown.trigger();
    let drained = timeout(PATIENCE, server.task)
        .await
        .expect("soon")
        .expect("served");
    assert_eq!(drained, Drained { aborted: 1 });
}

#[tokio::test]
async fn connections_beyond_the_maximum_wait_for_their_turn() {
    let limits = HttpLimits {
        max_connections: 1,
        ..HttpLimits::default()
    };
    let server = Server::start(limits, echo).await;
    let mut first = server.connect().await;
    first.send(b"GET /1 HTTP/1.1\r\nHost: a\r\n\r\n").await;
    first.until("\r\n\r\n/1").await;
    let mut second = server.connect().await;
    second.send(b"GET /2 HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert!(
        timeout(TICK, second.0.readable()).await.is_err(),
        "it waits"
    );
    drop(first);
    second.until("\r\n\r\n/2").await;
}
