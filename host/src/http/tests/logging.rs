//! The access log: one line per request, however it ends.

use std::io::Write;
use std::sync::Mutex;

use bytes::Bytes;
use hyper::body::Frame;
use tracing::instrument::WithSubscriber as _;

use super::*;

#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("lock").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Sink {
    fn lines(&self) -> Vec<String> {
        let text = String::from_utf8_lossy(&self.0.lock().expect("lock")).into_owned();
        text.lines()
            .filter(|line| line.contains("access:"))
            .map(str::to_owned)
            .collect()
    }

    async fn wait_for(&self, count: usize) -> Vec<String> {
        timeout(PATIENCE, async {
            while self.lines().len() < count {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        })
        .await
        .unwrap_or_else(|_| panic!("{count} lines: {:?}", self.lines()));
        self.lines()
    }
}

#[tokio::test]
async fn every_request_is_one_line_however_it_ends() {
    let sink = Sink::default();
    let writer = sink.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let dispatch = tracing::Dispatch::new(subscriber);
    let handler = |request: Request<RequestBody>| async move {
        match request.uri().path() {
            "/never" => std::future::pending().await,
            "/fails" => {
                let chunks = [Ok(Frame::data(Bytes::from("part"))), Err("out of ink")];
                let chunks = futures_util::stream::iter(chunks);
                Response::new(ResponseBody::boxed(http_body_util::StreamBody::new(chunks)))
            }
            _ => echo(request).await,
        }
    };
    let listener = Listener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr();
    let shutdown = Shutdown::new();
    let calls = Arc::new(AtomicUsize::new(0));
    let handler = Arc::new(Fn(handler, Arc::clone(&calls)));
    // Connections are tasks of their own: the subscriber has to be this thread's.
    let _default = tracing::dispatcher::set_default(&dispatch);
    let serving = listener.serve(handler, HttpLimits::default(), shutdown.clone());
    let server = Server {
        address,
        calls,
        shutdown,
        task: tokio::spawn(serving.with_subscriber(dispatch.clone())),
    };

    server
        .talk(b"POST /a%20b?secret=1 HTTP/1.1\r\nHost: a\r\nX-Request-Id: id-1\r\nConnection: close\r\n\r\n")
        .await;
    let line = sink.wait_for(1).await.pop().expect("a line");
    for part in [
        "INFO",
        "request_id=\"id-1\"",
        "peer=127.0.0.1:",
        "method=\"POST\"",
        "path=\"/a%20b\"",
        "version=\"HTTP/1.1\"",
        "status=200",
        "bytes=6",
        "ms=",
        "ending=\"complete\"",
    ] {
        assert!(line.contains(part), "{part} in {line}");
    }
    assert!(
        !line.contains("secret") && !line.contains("error"),
        "{line}"
    );

    server.talk(b"GET / HTTP/1.1\n\n").await;
    let line = sink.wait_for(2).await.pop().expect("a line");
    for part in ["method=\"-\"", "path=\"-\"", "status=400", "bare line feed"] {
        assert!(line.contains(part), "{part} in {line}");
    }

    server.talk(b"GET /fails HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let line = sink.wait_for(3).await.pop().expect("a line");
    for part in [
        "status=200",
        "bytes=4",
        "ending=\"app-error\"",
        "out of ink",
    ] {
        assert!(line.contains(part), "{part} in {line}");
    }

    let mut client = server.connect().await;
    client.send(b"GET /never HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let before = server.calls();
    timeout(PATIENCE, async {
        while server.calls() < before.max(3) {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    })
    .await
    .expect("called");
    drop(client);
    let line = sink.wait_for(4).await.pop().expect("a line");
    for part in [
        "path=\"/never\"",
        "status=0",
        "bytes=0",
        "ending=\"client-gone\"",
    ] {
        assert!(line.contains(part), "{part} in {line}");
    }

    let head = "HEAD /h HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    server.talk(head.as_bytes()).await;
    let line = sink.wait_for(5).await.pop().expect("a line");
    assert!(
        line.contains("bytes=0") && line.contains("ending=\"complete\""),
        "{line}"
    );
}
