//! Names with digests in them: how long they are kept, and their tags.

use super::*;

/// The folder, with digests of some of its files.
fn digested() -> Folder {
    let mut folder = folder();
    let digests = [
        ("css/site.css", "0123456789ab"),
        ("digits.bin", "ba9876543210"),
    ];
    folder.files = StaticFiles::new(&folder.root, "/static")
        .expect("open")
        .with_digests(digests.map(|(name, digest)| (name.to_owned(), digest.to_owned())));
    folder
}

#[tokio::test]
async fn a_digested_name_is_kept_for_ever_and_the_plain_one_asked_about() {
    let folder = digested();
    let by_digest = folder.get("/static/css/site.0123456789ab.css", &[]).await;
    assert_eq!(
        (by_digest.status, &by_digest.body[..]),
        (200, &b"body{}"[..])
    );
    assert_eq!(
        by_digest.header(CACHE_CONTROL),
        "public, max-age=31536000, immutable"
    );
    assert_eq!(by_digest.header(ETAG), "\"0123456789ab\"");
    assert_eq!(by_digest.header(CONTENT_TYPE), "text/css; charset=utf-8");
    assert_eq!(by_digest.header(VARY), "accept-encoding");
    let plain = folder.get("/static/css/site.css", &[]).await;
    assert_eq!((plain.status, &plain.body[..]), (200, &b"body{}"[..]));
    assert_eq!(
        plain.header(CACHE_CONTROL),
        "public, max-age=0, must-revalidate"
    );
    assert_eq!(plain.header(ETAG), "W/\"0123456789ab\"");
    for unknown in [
        "/static/css/site.0123456789ac.css",
        "/static/site.0123456789ab.css",
        "/static/css/site.0123456789ab.js",
        "/static/css/../css/site.0123456789ab.css",
        "/static/css%2fsite.0123456789ab.css",
    ] {
        assert_eq!(folder.get(unknown, &[]).await.status, 404, "{unknown}");
    }
}

#[tokio::test]
async fn a_digested_name_answers_304_206_and_416() {
    let folder = digested();
    let path = "/static/digits.ba9876543210.bin";
    let tag = "\"ba9876543210\"";
    let fresh = folder.get(path, &[(IF_NONE_MATCH, tag)]).await;
    assert_eq!(fresh.status, 304);
    assert_eq!(fresh.header(ETAG), tag);
    assert_eq!(
        fresh.header(CACHE_CONTROL),
        "public, max-age=31536000, immutable"
    );
    for (condition, status, body) in [
        (tag, 206, "23"),
        ("W/\"ba9876543210\"", 200, "0123456789"),
        ("\"another\"", 200, "0123456789"),
    ] {
        let answer = folder
            .get(path, &[(RANGE, "bytes=2-3"), (IF_RANGE, condition)])
            .await;
        assert_eq!((answer.status, &answer.body[..]), (status, body.as_bytes()));
    }
    let part = folder.get(path, &[(RANGE, "bytes=-2")]).await;
    assert_eq!((part.status, &part.body[..]), (206, &b"89"[..]));
    assert_eq!(part.header(CONTENT_RANGE), "bytes 8-9/10");
    assert_eq!(
        part.header(CACHE_CONTROL),
        "public, max-age=31536000, immutable"
    );
    let none = folder.get(path, &[(RANGE, "bytes=10-")]).await;
    assert_eq!(none.status, 416);
    assert_eq!(
        none.header(CACHE_CONTROL),
        "public, max-age=0, must-revalidate"
    );
}

#[tokio::test]
async fn variants_of_a_digested_file_are_found_beside_it_and_have_tags_of_their_own() {
    let folder = digested();
    fs::write(folder.root.join("css/site.css.br"), "B").expect("write");
    let path = "/static/css/site.0123456789ab.css";
    let answer = folder.get(path, &[(ACCEPT_ENCODING, "br")]).await;
    assert_eq!(
        (answer.header(CONTENT_ENCODING), &answer.body[..]),
        ("br", &b"B"[..])
    );
    assert_eq!(answer.header(ETAG), "\"0123456789ab-1.br\"");
    assert_eq!(answer.header(CONTENT_TYPE), "text/css; charset=utf-8");
    let whole = folder
        .get(
            path,
            &[(ACCEPT_ENCODING, "br"), (IF_NONE_MATCH, "\"0123456789ab\"")],
        )
        .await;
    assert_eq!(whole.status, 200);
}

#[tokio::test]
async fn a_digest_does_not_bring_back_a_file_that_is_gone() {
    let folder = digested();
    fs::remove_file(folder.root.join("digits.bin")).expect("remove");
    let answer = folder.get("/static/digits.ba9876543210.bin", &[]).await;
    assert_eq!(answer.status, 404);
    assert_eq!(answer.header(CACHE_CONTROL), "");
}

#[tokio::test]
async fn a_file_that_was_changed_for_its_digested_name_is_served_under_it_alone() {
    let mut folder = folder();
    fs::write(folder.root.join("css/site.0123456789ab.css"), "new").expect("write");
    let digests = [("css/site.css".to_owned(), "0123456789ab".to_owned())];
    folder.files = StaticFiles::new(&folder.root, "/static")
        .expect("open")
        .with_digests(digests);
    let by_digest = folder.get("/static/css/site.0123456789ab.css", &[]).await;
    assert_eq!(by_digest.body, "new");
    assert_eq!(by_digest.header(ETAG), "\"0123456789ab\"");
    let plain = folder.get("/static/css/site.css", &[]).await;
    assert_eq!(plain.body, "body{}");
    let tag = plain.header(ETAG);
    assert_eq!(tag, "W/\"0123456789ab\"");
    let again = folder
        .get("/static/css/site.css", &[(IF_NONE_MATCH, tag)])
        .await;
    assert_eq!(again.status, 304);
}
