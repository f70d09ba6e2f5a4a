//! Static files: what is served, how, and what never is.

mod digests;

use std::fs;
use std::path::PathBuf;

use bytes::Bytes;
use http::header::{HeaderName, LAST_MODIFIED};
use http_body_util::BodyExt as _;
use tempfile::TempDir;

use super::*;

struct Folder {
    _outer: TempDir,
    root: PathBuf,
    secret: PathBuf,
    files: StaticFiles,
}

/// A folder to serve, with a secret beside it.
fn folder() -> Folder {
    let outer = tempfile::tempdir().expect("a temporary directory");
    let root = outer.path().join("public");
    fs::create_dir_all(root.join("css")).expect("mkdir");
    let secret = outer.path().join("secret.txt");
    fs::write(&secret, "secret").expect("write");
    fs::write(root.join("css/site.css"), "body{}").expect("write");
    fs::write(root.join("index.html"), "<p>hi</p>").expect("write");
    fs::write(root.join(".env"), "KEY=1").expect("write");
    fs::write(root.join("digits.bin"), "0123456789").expect("write");
    let files = StaticFiles::new(&root, "/static").expect("open");
    Folder {
        _outer: outer,
        root,
        secret,
        files,
    }
}

struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Bytes,
}

impl Answer {
    fn header(&self, name: HeaderName) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap_or("?"))
    }
}

impl Folder {
    async fn send(&self, method: Method, path: &str, headers: &[(HeaderName, &str)]) -> Answer {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name, HeaderValue::from_str(value).expect("value"));
        }
        let response = self.files.serve(&method, path, &map).await;
        let (head, body) = response.into_parts();
        Answer {
            status: head.status.as_u16(),
            headers: head.headers,
            body: body.collect().await.expect("body").to_bytes(),
        }
    }

    async fn get(&self, path: &str, headers: &[(HeaderName, &str)]) -> Answer {
        self.send(Method::GET, path, headers).await
    }
}

#[test]
fn a_prefix_matches_at_a_segment_boundary() {
    let folder = folder();
    for (path, expected) in [
        ("/static/x", true),
        ("/static/", true),
        ("/static", false),
        ("/staticfoo", false),
        ("/", false),
        ("/x/static/y", false),
        ("/Static/x", false),
    ] {
        assert_eq!(folder.files.matches(path), expected, "{path}");
    }
    let root = StaticFiles::new(&folder.root, "/").expect("open");
    assert!(root.matches("/x") && root.matches("/"));
    let trimmed = StaticFiles::new(&folder.root, "a/b/").expect("open");
    assert!(trimmed.matches("/a/b/c") && !trimmed.matches("/a/bc"));
}

#[tokio::test]
async fn a_file_comes_with_its_type_validators_and_caching() {
    let folder = folder();
    let css = folder.get("/static/css/site.css", &[]).await;
    assert_eq!((css.status, &css.body[..]), (200, &b"body{}"[..]));
    assert_eq!(css.header(CONTENT_TYPE), "text/css; charset=utf-8");
    assert_eq!(
        css.header(CACHE_CONTROL),
        "public, max-age=0, must-revalidate"
    );
    assert_eq!(css.header(VARY), "accept-encoding");
    assert_eq!(css.header(http::header::CONTENT_LENGTH), "6");
    assert!(css.header(ETAG).starts_with("W/\"6-"));
    assert!(css.header(LAST_MODIFIED).ends_with("GMT"));
    let html = folder.get("/static/index.html", &[]).await;
    assert_eq!(html.header(CONTENT_TYPE), "text/html; charset=utf-8");
    fs::write(folder.root.join("a.js"), "").expect("write");
    assert_eq!(
        folder.get("/static/a.js", &[]).await.header(CONTENT_TYPE),
        "text/javascript; charset=utf-8"
    );
    fs::write(folder.root.join("a.unknown-type"), "").expect("write");
    let unknown = folder.get("/static/a.unknown-type", &[]).await;
    assert_eq!(unknown.header(CONTENT_TYPE), "application/octet-stream");
    assert_eq!(unknown.header(X_CONTENT_TYPE_OPTIONS), "nosniff");
}

#[tokio::test]
async fn head_has_the_headers_of_get_and_no_body() {
    let folder = folder();
    let get = folder.get("/static/index.html", &[]).await;
    let head = folder.send(Method::HEAD, "/static/index.html", &[]).await;
    assert_eq!(head.headers, get.headers);
    assert!(head.body.is_empty());
}

#[tokio::test]
async fn other_methods_are_405_with_allow() {
    let folder = folder();
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
        let answer = folder.send(method, "/static/index.html", &[]).await;
        assert_eq!((answer.status, answer.header(ALLOW)), (405, "GET, HEAD"));
    }
}

#[tokio::test]
async fn an_unchanged_file_is_304_by_tag_or_date_and_the_tag_decides() {
    let folder = folder();
    let path = "/static/index.html";
    let first = folder.get(path, &[]).await;
    let (tag, date) = (first.header(ETAG), first.header(LAST_MODIFIED));
    for headers in [
        vec![(IF_NONE_MATCH, tag)],
        vec![(IF_NONE_MATCH, "*")],
        vec![(IF_NONE_MATCH, "\"x\""), (IF_NONE_MATCH, tag)],
        vec![(IF_MODIFIED_SINCE, date)],
        vec![
            (IF_NONE_MATCH, tag),
            (IF_MODIFIED_SINCE, "Thu, 01 Jan 1970 00:00:00 GMT"),
        ],
    ] {
        let answer = folder.get(path, &headers).await;
        assert_eq!(answer.status, 304, "{headers:?}");
        assert_eq!(answer.header(ETAG), tag);
        assert_eq!(answer.header(VARY), "accept-encoding");
        assert!(answer.body.is_empty());
    }
    for headers in [
        vec![(IF_NONE_MATCH, "\"x\"")],
        vec![(IF_NONE_MATCH, "\"x\""), (IF_MODIFIED_SINCE, date)],
        vec![(IF_MODIFIED_SINCE, "Thu, 01 Jan 1970 00:00:00 GMT")],
        vec![(IF_MODIFIED_SINCE, "yesterday")],
    ] {
        assert_eq!(folder.get(path, &headers).await.status, 200, "{headers:?}");
    }
}

#[tokio::test]
async fn ranges_are_served_refused_or_ignored() {
    let folder = folder();
    let path = "/static/digits.bin";
    for (range, status, body, content_range) in [
        ("bytes=2-4", 206, "234", "bytes 2-4/10"),
        ("bytes=7-", 206, "789", "bytes 7-9/10"),
        ("bytes=-2", 206, "89", "bytes 8-9/10"),
        ("bytes=8-99", 206, "89", "bytes 8-9/10"),
        ("bytes=10-", 416, "", "bytes */10"),
        ("chars=1-2", 200, "0123456789", ""),
        (
            "bytes=0-0,0-0,0-0,0-0,0-0,0-0,0-0,0-0,0-0",
            200,
            "0123456789",
            "",
        ),
    ] {
        let answer = folder.get(path, &[(RANGE, range)]).await;
        assert_eq!(answer.status, status, "{range}");
        assert_eq!(answer.body, body, "{range}");
        assert_eq!(answer.header(CONTENT_RANGE), content_range, "{range}");
    }
    let part = folder.get(path, &[(RANGE, "bytes=0-1")]).await;
    assert_eq!(part.header(CONTENT_TYPE), "application/octet-stream");
    let two = folder.get(path, &[(RANGE, "bytes=0-1,8-9")]).await;
    assert_eq!(two.status, 206);
    assert!(two.header(CONTENT_TYPE).starts_with("multipart/byteranges"));
    let date = part.header(LAST_MODIFIED).to_owned();
    for (condition, status) in [
        (date.as_str(), 206),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 200),
        (part.header(ETAG), 200),
    ] {
        let answer = folder
            .get(path, &[(RANGE, "bytes=0-1"), (IF_RANGE, condition)])
            .await;
        assert_eq!(answer.status, status, "{condition}");
    }
}

#[tokio::test]
async fn a_large_file_is_streamed_whole_and_in_ranges() {
    let folder = folder();
    let content: Vec<u8> = (0..400_000_u32).flat_map(u32::to_le_bytes).collect();
    fs::write(folder.root.join("large.bin"), &content).expect("write");
    let whole = folder.get("/static/large.bin", &[]).await;
    assert_eq!(whole.body, content);
    let part = folder
        .get("/static/large.bin", &[(RANGE, "bytes=99999-1299999")])
        .await;
    assert_eq!(part.body, content[99_999..=1_299_999]);
}

#[tokio::test]
async fn a_precompressed_variant_is_sent_to_those_who_take_it() {
    let folder = folder();
    for (suffix, content) in [("br", "B"), ("gz", "GG"), ("zst", "ZZZ")] {
        fs::write(folder.root.join(format!("css/site.css.{suffix}")), content).expect("write");
    }
    let path = "/static/css/site.css";
    let mut tags = Vec::new();
    for (accept, encoding, body) in [
        ("gzip, br, zstd", "br", "B"),
        ("gzip", "gzip", "GG"),
        ("br;q=0.1, zstd;q=0.2", "zstd", "ZZZ"),
        ("br;q=0", "", "body{}"),
        ("identity", "", "body{}"),
    ] {
        let answer = folder.get(path, &[(ACCEPT_ENCODING, accept)]).await;
        assert_eq!(answer.header(CONTENT_ENCODING), encoding, "{accept}");
        assert_eq!(answer.body, body, "{accept}");
        assert_eq!(answer.header(CONTENT_TYPE), "text/css; charset=utf-8");
        assert_eq!(answer.header(VARY), "accept-encoding");
        tags.push(answer.header(ETAG).to_owned());
    }
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), 4, "each variant has a tag of its own");
}

#[tokio::test]
async fn nothing_outside_hidden_or_listed_is_served() {
    let folder = folder();
    for path in [
        "/static/",
        "/static/css",
        "/static/css/",
        "/static/nothing",
        "/static/.env",
        "/static/%2eenv",
        "/static/../secret.txt",
        "/static/%2e%2e/secret.txt",
        "/static/..%2fsecret.txt",
        "/static/css/../../secret.txt",
        "/static//etc/passwd",
        "/static/%2fetc/passwd",
        "/static/index.html/",
        "/static/index.html%00",
        "/static/css%5csite.css",
        "/static/index.html/x",
        "/static/%252e%252e/secret.txt",
        "/staticfoo",
        "/other/index.html",
    ] {
        let answer = folder.get(path, &[]).await;
        assert_eq!(
            (answer.status, &answer.body[..]),
            (404, &b"not found\n"[..]),
            "{path}"
        );
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_symlink_is_followed_inside_the_folder_and_never_out_of_it() {
    use std::os::unix::fs::symlink;
    let folder = folder();
    let outer = folder.secret.parent().expect("parent");
    symlink("css/site.css", folder.root.join("inside.css")).expect("symlink");
    symlink(&folder.secret, folder.root.join("absolute.txt")).expect("symlink");
    symlink("../secret.txt", folder.root.join("relative.txt")).expect("symlink");
    symlink(outer, folder.root.join("dir")).expect("symlink");
    symlink("/proc/self/environ", folder.root.join("environ")).expect("symlink");
    symlink("loop", folder.root.join("loop")).expect("symlink");
    symlink(&folder.secret, folder.root.join("css/site.css.gz")).expect("symlink");
    assert_eq!(folder.get("/static/inside.css", &[]).await.status, 200);
    for path in [
        "/static/absolute.txt",
        "/static/relative.txt",
        "/static/dir/secret.txt",
        "/static/environ",
        "/static/loop",
    ] {
        assert_eq!(folder.get(path, &[]).await.status, 404, "{path}");
    }
    let css = folder
        .get("/static/css/site.css", &[(ACCEPT_ENCODING, "gzip")])
        .await;
    assert_eq!(css.body, "body{}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_symlink_that_is_swapped_in_while_serving_leads_nowhere() {
    use std::os::unix::fs::symlink;
    use std::sync::atomic::{AtomicBool, Ordering};
    let folder = folder();
    let stop = Arc::new(AtomicBool::new(false));
    let swapper = std::thread::spawn({
        let (stop, css) = (Arc::clone(&stop), folder.root.join("css"));
        let (aside, evil) = (folder.root.join("aside"), folder.root.join("evil"));
        let outer = folder.root.parent().expect("parent").to_owned();
        fs::write(outer.join("site.css"), "secret").expect("write");
        symlink(&outer, &evil).expect("symlink");
        move || {
            while !stop.load(Ordering::Relaxed) {
                fs::rename(&css, &aside).expect("rename");
                fs::rename(&evil, &css).expect("rename");
                fs::rename(&css, &evil).expect("rename");
                fs::rename(&aside, &css).expect("rename");
            }
        }
    });
    for _ in 0..500 {
        let answer = folder.get("/static/css/site.css", &[]).await;
        assert_ne!(answer.body, "secret");
    }
    stop.store(true, Ordering::Relaxed);
    swapper.join().expect("swapper");
}

#[cfg(unix)]
#[tokio::test]
async fn a_fifo_is_not_waited_for() {
    let folder = folder();
    let made = std::process::Command::new("mkfifo")
        .arg(folder.root.join("pipe"))
        .status();
    if made.is_ok_and(|status| status.success()) {
        assert_eq!(folder.get("/static/pipe", &[]).await.status, 404);
    }
}
