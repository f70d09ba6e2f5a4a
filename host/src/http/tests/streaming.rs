//! Bodies in motion: pacing, truncation, disconnects, memory.

use std::pin::Pin;
use std::sync::atomic::AtomicBool;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame};
use tokio::sync::mpsc;

use super::*;

/// A body fed by a channel, which tells when it is dropped.
struct Fed {
    chunks: mpsc::Receiver<Result<Bytes, &'static str>>,
    dropped: Arc<AtomicBool>,
}

impl Body for Fed {
    type Data = Bytes;
    type Error = &'static str;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, &'static str>>> {
        self.chunks
            .poll_recv(cx)
            .map(|next| next.map(|chunk| chunk.map(Frame::data)))
    }
}

impl Drop for Fed {
    fn drop(&mut self) {
        self.dropped.store(true, Ordering::SeqCst);
    }
}

type Feeder = mpsc::Sender<Result<Bytes, &'static str>>;

/// A server whose every response is fed by the sender it hands out.
async fn fed() -> (Server, mpsc::Receiver<Feeder>, Arc<AtomicBool>) {
    let (out, feeders) = mpsc::channel(8);
    let dropped = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&dropped);
    let server = Server::start(HttpLimits::default(), move |_| {
        let (feeder, chunks) = mpsc::channel(1);
        let (out, dropped) = (out.clone(), Arc::clone(&flag));
        async move {
            out.send(feeder).await.expect("open");
            Response::new(ResponseBody::boxed(Fed { chunks, dropped }))
        }
    })
    .await;
    (server, feeders, dropped)
}

async fn eventually(what: &str, mut condition: impl FnMut() -> bool) {
    timeout(PATIENCE, async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    })
    .await
    .unwrap_or_else(|_| panic!("never: {what}"));
}

#[tokio::test]
async fn each_chunk_is_on_its_way_before_the_next_is_made() {
    let (server, mut feeders, _) = fed().await;
    let mut client = server.connect().await;
    client.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let feeder = feeders.recv().await.expect("called");
    for n in 0..5 {
        let chunk = format!("chunk-{n}");
        feeder.send(Ok(chunk.clone().into())).await.expect("open");
        let seen = client.until(&format!("{chunk}\r\n")).await;
        assert!(seen.contains("7\r\n"), "{seen}");
    }
    drop(feeder);
    client.until("0\r\n\r\n").await;
}

#[tokio::test]
async fn a_chunk_is_not_asked_for_while_the_one_before_is_unsent() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    const CHUNK: usize = 1 << 20;
    let server = Server::start(HttpLimits::default(), move |_| {
        let counter = Arc::clone(&counter);
        let chunks = futures_util::stream::repeat_with(move || {
            counter.fetch_add(1, Ordering::SeqCst);
            Ok::<_, std::io::Error>(Frame::data(Bytes::from(vec![b'x'; CHUNK])))
        });
        async { Response::new(ResponseBody::boxed(http_body_util::StreamBody::new(chunks))) }
    })
    .await;
    let mut client = server.connect().await;
    client.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    // The kernel takes what fits in its socket buffers; then it stands still.
    let mut before = usize::MAX;
    loop {
        tokio::time::sleep(Duration::from_millis(150)).await;
        let now = asked.load(Ordering::SeqCst);
        if now == before {
            break;
        }
        before = now;
    }
    assert!(
        before < 20,
        "{before} chunks of 1 MiB for a client that reads nothing"
    );
    let mut sink = vec![0; CHUNK];
    timeout(PATIENCE, async {
        for _ in 0..32 {
            client.0.read_exact(&mut sink).await.expect("more");
        }
    })
    .await
    .expect("goes on when read");
    assert!(asked.load(Ordering::SeqCst) > before);
}

#[tokio::test]
async fn a_body_that_fails_looks_cut_to_the_client() {
    let (server, mut feeders, _) = fed().await;
    let mut client = server.connect().await;
    client.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let feeder = feeders.recv().await.expect("called");
    feeder.send(Ok("part".into())).await.expect("open");
    client.until("part\r\n").await;
    feeder.send(Err("broken")).await.expect("open");
    assert_eq!(client.rest().await, "", "no final chunk");

    // HTTP/1.0 has no final chunk to miss: a reset shows it.
    let mut client = server.connect().await;
    client.send(b"GET / HTTP/1.0\r\n\r\n").await;
    let feeder = feeders.recv().await.expect("called");
    feeder.send(Ok("part".into())).await.expect("open");
    client.until("part").await;
    feeder.send(Err("broken")).await.expect("open");
    let end = timeout(PATIENCE, client.0.read_u8()).await.expect("an end");
    assert_eq!(
        end.expect_err("no byte").kind(),
        std::io::ErrorKind::ConnectionReset
    );
}

#[tokio::test]
async fn a_client_that_leaves_ends_the_body_and_the_handler() {
    let (server, mut feeders, dropped) = fed().await;
    let mut client = server.connect().await;
    client.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let feeder = feeders.recv().await.expect("called");
    feeder.send(Ok("part".into())).await.expect("open");
    client.until("part\r\n").await;
    drop(client);
    eventually("the body is dropped", || dropped.load(Ordering::SeqCst)).await;

    struct Flag(Arc<AtomicBool>);
    impl Drop for Flag {
        fn drop(&mut self) {
            self.0.store(true, Ordering::SeqCst);
        }
    }
    let gone = Arc::new(AtomicBool::new(false));
    let in_handler = Arc::clone(&gone);
    let server = Server::start(HttpLimits::default(), move |request| {
        let flag = Flag(Arc::clone(&in_handler));
        async move {
            let _flag = flag;
            std::future::pending::<()>().await;
            echo(request).await
        }
    })
    .await;
    let mut client = server.connect().await;
    client.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    eventually("called", || server.calls() == 1).await;
    drop(client);
    eventually("the handler is dropped", || gone.load(Ordering::SeqCst)).await;
}

#[tokio::test]
async fn a_body_cut_by_its_client_is_disconnected_and_not_short() {
    let (out, mut results) = mpsc::channel(1);
    let server = Server::start(
        HttpLimits::default(),
        move |request: Request<RequestBody>| {
            let out = out.clone();
            async move {
                // Apart from the connection, as a guest on its own thread reads.
                let mut body = request.into_body();
                tokio::spawn(async move {
                    let first = body.read(100).await;
                    let second = body.read(100).await;
                    let third = body.read(100).await;
                    out.send((first, second, third)).await.expect("open");
                });
                std::future::pending().await
            }
        },
    )
    .await;
    for head in [
        "Content-Length: 9\r\n\r\nfour",
        "Transfer-Encoding: chunked\r\n\r\n4\r\nfour\r\n",
    ] {
        let mut client = server.connect().await;
        client
            .send(format!("POST / HTTP/1.1\r\nHost: a\r\n{head}").as_bytes())
            .await;
        eventually("called", || server.calls() > 0).await;
        tokio::time::sleep(Duration::from_millis(20)).await;
        drop(client);
        let (first, second, third) = results.recv().await.expect("read");
        assert_eq!(first, Ok(Bytes::from("four")));
        assert_eq!(second, Err(super::super::BodyError::Disconnected));
        assert_eq!(third, second);
    }
}

#[tokio::test]
async fn a_response_to_an_upgrade_arrives_whole_before_the_close() {
    let server = Server::start(HttpLimits::default(), |_| async {
        Response::new(ResponseBody::full(vec![b'x'; 8 << 20]))
    })
    .await;
    let mut client = server.connect().await;
    client
        .send(b"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nConnection: Upgrade, close\r\n\r\n")
        .await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    let all = client.rest().await;
    assert!(all.len() > 8 << 20, "{}", all.len());
}

/// Peak memory of this process in KiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM"))
        .unwrap_or_default();
    line.split_whitespace()
        .nth(1)
        .and_then(|n| n.parse().ok())
        .unwrap_or(0)
}

#[tokio::test]
async fn a_large_upload_and_download_at_once_keep_memory_flat() {
    const SIZE: u64 = 256 << 20;
    let limits = HttpLimits {
        request_body: None,
        ..HttpLimits::default()
    };
    let server = Server::start(limits, |request: Request<RequestBody>| async {
        // Sends back what comes, as it comes.
        let body = futures_util::stream::unfold(request.into_body(), |mut body| async {
            match body.read(64 * 1024).await {
                Ok(chunk) if chunk.is_empty() => None,
                next => Some((next.map(Frame::data), body)),
            }
        });
        Response::new(ResponseBody::boxed(http_body_util::StreamBody::new(body)))
    })
    .await;
    let before = peak();
    for chunked in [false, true] {
        let (mut read, mut write) = server.connect().await.0.into_split();
        let writer = tokio::spawn(async move {
            let framing = if chunked {
                "Transfer-Encoding: chunked".to_owned()
            } else {
                format!("Content-Length: {SIZE}")
            };
            let head =
                format!("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{framing}\r\n\r\n");
            write.write_all(head.as_bytes()).await.expect("send");
            let piece = vec![b'x'; 64 * 1024];
            let framed = [b"10000\r\n", piece.as_slice(), b"\r\n"].concat();
            for _ in 0..SIZE / 65_536 {
                let piece = if chunked { &framed } else { &piece };
                write.write_all(piece).await.expect("send");
            }
            if chunked {
                write.write_all(b"0\r\n\r\n").await.expect("send");
            }
            write
        });
        let mut sink = vec![0; 128 * 1024];
        let mut total = 0_u64;
        timeout(PATIENCE * 3, async {
            loop {
                match read.read(&mut sink).await.expect("no reset") {
                    0 => break,
                    n => total += n as u64,
                }
            }
        })
        .await
        .expect("in time");
        assert!(total > SIZE, "{total}");
        writer.await.expect("writer");
    }
    let grown = peak().saturating_sub(before);
    assert!(grown < 48 * 1024, "{grown} KiB for {SIZE} bytes");
}
