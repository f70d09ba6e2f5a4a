//! The guestbooks: two languages, one behaviour, and a database that comes from the
//! first version of their models to the second with everything in it.

mod book;

use std::collections::BTreeMap;
use std::path::PathBuf;

use book::{Book, assert_has, between};
use wasgi_tests::{Connection, output, root};

fn signing(book: &Book) {
    assert_has(
        &book.see("/"),
        &["<h1>0 entries</h1>", "Nobody has signed yet."],
    );
    let page = book.sign("name=+Ada++Lovelace&message=Hello%0D%0Aworld+&tags=%23Rust,+wasm+rust");
    assert_has(
        &page,
        &[
            "<h1>1 entry</h1>",
            "<p class=\"message\">Hello\nworld</p>",
            "<a href=\"/authors/1\">Ada Lovelace</a> <time datetime=\"2",
            "href=\"/?tag=rust\">rust</a>",
            "href=\"/?tag=wasm\">wasm</a>",
        ],
    );
    let page = book.sign("name=J%C3%BCrgen&message=second&tags=");
    assert_has(&page, &["<h1>2 entries</h1>", "Jürgen"]);
    assert!(
        page.find("second") < page.find("world"),
        "the newest stands first: {page}"
    );
}

fn refusing(book: &Book) {
    let response = book.post("name=Ada&message=+&tags=a+b+c+d");
    assert_eq!(response.status, 422);
    let page = response.text();
    assert_has(
        &page,
        &[
            "Please write a message.",
            "3 tags are the most.",
            "value=\"Ada\"",
            "value=\"a b c d\"",
            "<h1>0 entries</h1>",
        ],
    );
    assert!(!page.contains("Please write your name."), "{page}");
    let long = format!("name={}&message={}", "%C3%A4".repeat(41), "x".repeat(1001));
    let long = book.post(&format!("{long}&tags={}", "y".repeat(21))).text();
    assert_has(
        &long,
        &[
            "This has 41 characters; 40 are the most.",
            "This has 1001 characters; 1000 are the most.",
            "A tag has at most 20 characters.",
        ],
    );
    let nothing = book.post("nothing=");
    assert_eq!(nothing.status, 422);
    assert_has(&nothing.text(), &["Please write your name."]);
    let large = format!("name=Ada&message={}", "x".repeat(40_000));
    assert_eq!(book.post(&large).status, 413);
    assert!(book.see("/").contains("<h1>0 entries</h1>"));
}

fn escaping(book: &Book) {
    let typed = "%3Cscript%3E%22x%22%3C%2Fscript%3E%26";
    book.sign(&format!("name={typed}&message={typed}&tags=%3Cb%3E"));
    let refused = book.post(&format!("name={typed}&message=&tags=%3Cb%3E"));
    assert_eq!(refused.status, 422);
    for page in [
        book.see("/"),
        book.see("/authors/1"),
        book.see(&format!("/?q={typed}")),
        book.see(&format!("/?tag={typed}")),
        refused.text(),
    ] {
        assert!(!page.contains("<script>"), "{page}");
        assert!(!page.contains("<b>"), "{page}");
        assert!(page.contains("&lt;script&gt;"), "{page}");
    }
}

fn paging(book: &Book) {
    for number in 1..=23 {
        book.sign(&format!("name=Ada&message=word+no{number}&tags=many"));
    }
    let expected: Vec<_> = (1..=23)
        .rev()
        .map(|number| format!("word no{number}"))
        .collect();
    for start in ["/", "/?q=word", "/?tag=many", "/authors/1"] {
        let pages = book.messages(start);
        let sizes: Vec<_> = pages.iter().map(Vec::len).collect();
        assert_eq!(sizes, [10, 10, 3], "{start}");
        assert_eq!(pages.concat(), expected, "{start}");
        assert!(book.see(start).contains("23 entries"), "{start}");
    }
    // Whoever signs meanwhile moves nothing on the older pages.
    let first = book.see("/");
    let older = &between(&first, "rel=\"next\" href=\"", "\"")[0];
    book.sign("name=Bob&message=new&tags=");
    assert_eq!(book.messages(older).concat(), expected[10..]);
    let made_up = book.get("/?page=nonsense");
    assert_eq!(made_up.status, 400);
    assert_has(&made_up.text(), &["There is no such page."]);
}

/// What the script in a page asks for: no whole pages, and each of its own.
fn parts(book: &Book) {
    for number in 1..=12 {
        book.sign(&format!("name=Ada&message=word+no{number}&tags=many"));
    }
    let whole = book.get("/");
    let vary = whole.header("vary").unwrap();
    assert!(vary.contains("X-Partial"), "{vary}");
    let older = &between(&whole.text(), "rel=\"next\" href=\"", "\"")[0];
    for path in [older, "/authors/1", "/?tag=many", "/?q=word"] {
        let part = book.part("entries", "GET", path, "");
        assert_eq!(part.status, 200, "{path}");
        let vary = part.header("vary").unwrap();
        assert!(vary.contains("X-Partial"), "{vary}");
        let part = part.text();
        assert!(part.trim_start().starts_with("<article"), "{path}: {part}");
        assert!(!part.contains("<h1>"), "{path}: {part}");
        assert!(book.see(path).contains(part.trim()), "{path}: {part}");
    }
    let refused = book.part("book", "POST", "/sign", "name=Ada&message=+&tags=");
    assert_eq!(refused.status, 422);
    let form = refused.text();
    assert_has(&form, &["Please write a message.", "value=\"Ada\""]);
    assert!(
        !form.contains("<article") && !form.contains("<main>"),
        "{form}"
    );
    let signed = book.part("book", "POST", "/sign", "name=Bob&message=new&tags=");
    assert_eq!(signed.status, 303);
    let part = book.part("book", "GET", signed.header("location").unwrap(), "");
    let part = part.text();
    assert_has(
        &part,
        &["<h1>13 entries</h1>", "<p class=\"message\">new</p>"],
    );
    assert!(
        !part.contains("<form") && !part.contains("<main>"),
        "{part}"
    );
    assert!(book.see("/").contains(part.trim()), "{part}");
    // Nobody is shown a template by its name.
    assert_has(
        &book.part("base.html", "GET", "/", "").text(),
        &["<main>", "<form"],
    );
}

/// Days are written as the visitor's language does; what is no language does no harm.
fn days(book: &Book) {
    book.sign("name=Ada&message=hello&tags=");
    let day = |language: &str| {
        let headers = [("Accept-Language", language)];
        let page = Connection::open(book.server.addr).request("GET", "/", &headers, b"");
        assert_eq!(page.status, 200, "{language}");
        let time = between(&page.text(), "<time datetime=\"", "</time>").remove(0);
        time.split_once('>').unwrap().1.to_owned()
    };
    let (american, british) = (day("en-US,en;q=0.5"), day("en-GB"));
    assert!(
        american.contains(", 20") && !british.contains(','),
        "{american} {british}"
    );
    for other in [
        "",
        "de-DE",
        "xx-\u{1f600}",
        "*",
        "../../x",
        "en-US-u-ca-zzzzzzzzzz",
    ] {
        assert_eq!(day(other), british, "{other}");
    }
}

fn searching(book: &Book) {
    book.sign("name=Ada&message=Engines+and+looms&tags=");
    book.sign("name=Bob&message=Rivers&tags=");
    let page = book.see("/?q=LOOMS+engines");
    assert_has(
        &page,
        &[
            "1 entry with “LOOMS engines”",
            "Engines and looms",
            "value=\"LOOMS engines\"",
        ],
    );
    assert!(!page.contains("Rivers"), "{page}");
    assert_has(
        &book.see("/?q=sea"),
        &["0 entries with", "Nothing was found."],
    );
    for typed in ["%22", "looms+OR", "%2A", "a%5Eb", "(", "%00", "message:x"] {
        book.see(&format!("/?q={typed}"));
    }
}

fn authors(book: &Book) {
    book.sign("name=Ada&message=Engines&tags=looms");
    book.sign("name=Bob&message=Rivers&tags=");
    book.sign("name=ADA&message=Notes&tags=");
    let page = book.see("/authors/1");
    assert_has(
        &page,
        &["<h1>Ada</h1>", "2 entries since <time", "Engines", "Notes"],
    );
    assert!(!page.contains("Rivers"), "{page}");
    let page = book.see("/?tag=looms");
    assert_has(&page, &["1 entry tagged “looms”", "Engines"]);
    assert!(!page.contains("Notes"), "{page}");
    let missing = book.get("/authors/9");
    assert_eq!(missing.status, 404);
    assert_has(
        &missing.text(),
        &["There is no author 9.", "href=\"/\">All entries</a>"],
    );
    for path in ["/nowhere", "/authors/x", "/authors/99999999999999999999"] {
        assert!(matches!(book.get(path).status, 400 | 404), "{path}");
    }
}

/// What stands in a folder, by its path.
fn files(folder: &str) -> BTreeMap<PathBuf, Vec<u8>> {
    let folder = root().join(folder);
    let files = std::fs::read_dir(&folder).unwrap().map(|entry| {
        let path = entry.unwrap().path();
        let file = std::fs::read(&path).unwrap();
        (path.strip_prefix(&folder).unwrap().to_owned(), file)
    });
    files.collect()
}

fn static_files(book: &Book) {
    let page = book.see("/");
    for (start, file, content_type) in [
        ("rel=\"stylesheet\" href=\"", "style.css", "text/css"),
        ("<script src=\"", "parts.js", "text/javascript"),
        ("<img src=\"", "icon.svg", "image/svg+xml"),
    ] {
        let url = &between(&page, start, "\"")[0];
        let served = book.get(url);
        assert_eq!(served.status, 200, "{url}");
        assert!(
            served
                .header("content-type")
                .unwrap()
                .starts_with(content_type),
            "{url}"
        );
        let rust = root().join("examples/guestbook-rust/static").join(file);
        assert_eq!(served.body, std::fs::read(rust).unwrap(), "{url}");
    }
}

#[test]
fn both_have_the_same_templates_and_static_files() {
    for folder in ["templates", "static"] {
        assert_eq!(
            files(&format!("examples/guestbook-rust/{folder}")),
            files(&format!("examples/guestbook-python/{folder}")),
            "{folder}"
        );
    }
}

/// Signs with the first version, and goes on with the second.
fn upgrading(first: &str, second: &str) {
    let old = Book::new(first);
    for message in ["old+engine", "%3Cb%3Eold%3C%2Fb%3E+water"] {
        old.sign(&format!("name=Ada&message={message}"));
    }
    assert_eq!(
        old.sign("name=ada&message=third"),
        "Ada: third\nAda: <b>old</b> water\nAda: old engine\n"
    );
    let new = old.upgrade(second);
    for change in [
        "backed up before the migration",
        "rename column entry.text to message",
        "create table tag",
    ] {
        new.server.logged(change);
    }
    let shown = ["third", "&lt;b&gt;old&lt;/b&gt; water", "old engine"];
    assert_eq!(new.messages("/").concat(), shown);
    // The hand-written steps: a tag for what was there, and a day for who was.
    assert_eq!(new.messages("/?tag=archive").concat(), shown);
    let author = new.see("/authors/1");
    let times = between(&author, "datetime=\"", "\"");
    assert_eq!(
        times.first(),
        times.last(),
        "joined with the first entry: {author}"
    );
    assert_eq!(times.len(), 4, "{author}");
    // The search knows the old and the new.
    assert_eq!(new.messages("/?q=engine").concat(), ["old engine"]);
    new.sign("name=ADA&message=new+engine&tags=fresh");
    assert_eq!(
        new.messages("/?q=engine").concat(),
        ["new engine", "old engine"]
    );
    assert!(new.see("/authors/1").contains("4 entries since"));
    assert_eq!(new.messages("/?tag=archive").concat(), shown);
    let db = new.db();
    // Another start finds nothing to do, and runs no step again.
    let again = new.upgrade(second);
    assert_eq!(again.messages("/?tag=archive").concat(), shown);
    // What is logged at the start stands before the first request.
    let log = again.server.logged("access");
    assert!(!log.contains("migrated:"), "{log}");
    let checked = output(["db".as_ref(), "check".as_ref(), db.as_os_str()]);
    assert!(checked.status.success(), "{checked:?}");
    assert_eq!(String::from_utf8_lossy(&checked.stdout).trim(), "ok");
}

/// Runs each check with the guestbook of each language.
macro_rules! both {
    ($($test:ident: $check:ident,)*) => {
        mod rust {
            $(
                #[test]
                fn $test() {
                    super::$check(&super::Book::new("examples/guestbook-rust"));
                }
            )*

            #[test]
            fn entries_of_the_first_version_are_in_the_second() {
                super::upgrading("tests/guests/guestbook-rust-v1", "examples/guestbook-rust");
            }
        }

        mod python {
            $(
                #[test]
                fn $test() {
                    super::$check(&super::Book::new("examples/guestbook-python"));
                }
            )*

            #[test]
            fn entries_of_the_first_version_are_in_the_second() {
                super::upgrading(
                    "tests/guests/guestbook-python-v1",
                    "examples/guestbook-python",
                );
            }
        }
    };
}

both! {
    who_signs_stands_in_the_book: signing,
    a_refused_form_comes_back_with_the_reasons: refusing,
    markup_is_text_wherever_it_was_typed: escaping,
    older_entries_are_a_link_away: paging,
    words_are_found_in_messages: searching,
    authors_and_tags_have_a_page: authors,
    a_script_gets_parts_of_pages: parts,
    days_are_written_in_the_visitors_language: days,
    static_files_are_where_the_page_says: static_files,
}
