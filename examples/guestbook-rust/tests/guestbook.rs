//! Drives the guestbook natively, as its visitors do.

use guestbook_rust::{Author, Entry, EntryTag, Tag, app, schema};
use wasgi::orm::{Foreign, Timestamp, prelude::*};
use wasgi::test::{Client, Response, assert_queries};

fn client() -> Client {
    Client::new(app).database(schema())
}

fn sign(client: &Client, name: &str, message: &str, tags: &str) -> Response {
    client.form(
        "/sign",
        &[("name", name), ("message", message), ("tags", tags)],
    )
}

/// Writes so many entries, each a second younger than the one before.
fn fill(entries: i64) {
    let author = Author {
        id: 0,
        name: "Ada".to_owned(),
        joined: Timestamp::from_seconds(0),
    };
    let author = author.insert().unwrap();
    let tag = Tag {
        id: 0,
        name: "many".to_owned(),
    };
    let tag = tag.insert().unwrap();
    let rows = (1..=entries).map(|id| Entry {
        id,
        author: Foreign::from(&author),
        message: format!("message no{id}"),
        created: Timestamp::from_seconds(id),
    });
    Entry::insert_many(rows).unwrap();
    let pairs = (1..=entries).map(|id| EntryTag {
        entry: Foreign::new(id),
        tag: Foreign::from(&tag),
    });
    EntryTag::insert_many(pairs).unwrap();
}

/// Returns the messages on a page that [`fill`] wrote, in their order.
fn messages(page: &str) -> Vec<u32> {
    let texts = page.split("message no").skip(1);
    let number = |text: &str| text.split('<').next().unwrap().parse().unwrap();
    texts.map(number).collect()
}

/// Returns where the link to older entries leads.
fn older(page: &str) -> Option<String> {
    let (_, link) = page.split_once("rel=\"next\" href=\"")?;
    Some(link.split_once('"')?.0.replace("&amp;", "&"))
}

#[test]
fn an_empty_book_says_so() {
    let page = client().get("/").text();
    assert!(page.contains("Nobody has signed yet."), "{page}");
    assert!(page.contains("<h1>0 entries</h1>"), "{page}");
}

#[test]
fn who_signs_stands_in_the_book_with_author_tags_and_day() {
    let client = client();
    let signed = sign(
        &client,
        " Ada  Lovelace ",
        "Hello\r\nworld ",
        "#Rust, wasm rust",
    );
    assert_eq!(signed.status(), 303);
    let page = client.follow(&signed).text();
    assert!(page.contains("<h1>1 entry</h1>"), "{page}");
    assert!(
        page.contains("<p class=\"message\">Hello\nworld</p>"),
        "{page}"
    );
    assert!(
        page.contains("<a href=\"/authors/1\">Ada Lovelace</a> <time datetime=\"2"),
        "{page}"
    );
    assert!(page.contains("href=\"/?tag=rust\">rust</a>"), "{page}");
    assert_eq!(Tag::query().count(), Ok(2));
}

#[test]
fn an_author_is_found_again_by_the_name_and_a_tag_too() {
    let client = client();
    sign(&client, "Ada", "first", "rust");
    sign(&client, "ada", "second", "rust");
    assert_eq!(Author::query().count(), Ok(1));
    assert_eq!(Tag::query().count(), Ok(1));
    assert_eq!(Entry::query().count(), Ok(2));
}

#[test]
fn a_full_page_takes_two_queries_and_so_does_an_empty_one() {
    let client = client();
    assert_queries(2, || client.get("/"));
    fill(25);
    let page = assert_queries(2, || client.get("/")).text();
    assert_eq!(messages(&page).len(), 10);
    assert_queries(2, || client.get("/?q=message"));
    assert_queries(2, || client.get("/?tag=many"));
    assert_queries(3, || client.get("/authors/1"));
}

#[test]
fn older_entries_are_a_link_away_until_there_are_none() {
    let client = client();
    fill(25);
    for start in ["/", "/?q=message", "/?tag=many", "/authors/1"] {
        let mut seen = Vec::new();
        let mut path = Some(start.to_owned());
        while let Some(at) = path {
            let page = client.get(&at);
            assert_eq!(page.status(), 200, "{at}");
            assert!(page.text().contains("25 entries"), "{at}");
            seen.extend(messages(&page.text()));
            path = older(&page.text());
        }
        assert_eq!(seen, (1..=25).rev().collect::<Vec<_>>(), "{start}");
    }
}

#[test]
fn a_part_of_a_page_asks_for_no_more_than_it_shows() {
    let client = client();
    fill(25);
    let part =
        |part: &str, path: &str| client.request("GET", path).header("X-Partial", part).send();
    let whole = client.get("/").text();
    let older = older(&whole).unwrap();
    let entries = assert_queries(1, || part("entries", &older)).text();
    assert_eq!(messages(&entries), (6..=15).rev().collect::<Vec<_>>());
    assert!(entries.trim_start().starts_with("<article"), "{entries}");
    let entries = assert_queries(2, || part("entries", "/authors/1")).text();
    assert_eq!(messages(&entries), (16..=25).rev().collect::<Vec<_>>());
    let book = assert_queries(2, || part("book", "/"));
    assert_eq!(book.header("Vary"), Some("X-Partial, Accept-Language"));
    let book = book.text();
    assert!(
        book.starts_with("<section class=\"book\">\n<h1>25 entries</h1>"),
        "{book}"
    );
    assert!(whole.contains(&book) && !book.contains("<form"), "{book}");
    let refused = assert_queries(0, || {
        let request = client.request("POST", "/sign").header("X-Partial", "book");
        request.form(&[("name", "Ada"), ("message", "")]).send()
    });
    assert_eq!(refused.status(), 422);
    let form = refused.text();
    assert!(
        form.contains("Please write a message.") && !form.contains("<main>"),
        "{form}"
    );
}

#[test]
fn a_page_stays_where_it_is_while_others_sign() {
    let client = client();
    fill(25);
    let second = older(&client.get("/").text()).unwrap();
    let before = messages(&client.get(&second).text());
    sign(&client, "Bob", "new", "");
    assert_eq!(messages(&client.get(&second).text()), before);
}

#[test]
fn a_page_that_somebody_made_up_is_refused() {
    let client = client();
    fill(25);
    let token = client.get("/?page=nonsense");
    assert_eq!(token.status(), 400);
    assert!(token.text().contains("There is no such page."));
}

#[test]
fn words_are_found_in_messages_and_nothing_typed_is_a_query_language() {
    let client = client();
    sign(&client, "Ada", "Engines and looms", "");
    sign(&client, "Bob", "Rivers", "");
    let page = client.get("/?q=LOOMS+engines").text();
    assert!(page.contains("1 entry with “LOOMS engines”"), "{page}");
    assert!(page.contains("Engines and looms") && !page.contains("Rivers"));
    assert!(client.get("/?q=sea").text().contains("Nothing was found."));
    for typed in ["%22", "looms+OR", "%2A", "a%5Eb", "%3Cb%3E", "%00"] {
        let page = client.get(&format!("/?q={typed}"));
        assert_eq!(page.status(), 200, "{typed}");
        assert!(!page.text().contains("<b>"));
    }
}

#[test]
fn an_author_has_a_page_and_a_tag_too() {
    let client = client();
    sign(&client, "Ada", "Engines", "looms");
    sign(&client, "Bob", "Rivers", "water");
    let page = client.get("/authors/2").text();
    assert!(page.contains("<h1>Bob</h1>") && page.contains("1 entry since"));
    assert!(page.contains("Rivers") && !page.contains("Engines"));
    let page = client.get("/?tag=looms").text();
    assert!(page.contains("Engines") && !page.contains("Rivers"));
    let missing = client.get("/authors/9");
    assert_eq!(missing.status(), 404);
    assert!(missing.text().contains("There is no author 9."));
}

#[test]
fn markup_is_text_wherever_it_was_typed() {
    let client = client();
    let typed = "<script>\"x\"</script>&";
    sign(&client, typed, typed, "<b>");
    let search = client.get("/?q=%3Cscript%3E%22x%22").text();
    for page in [
        client.get("/").text(),
        client.get("/authors/1").text(),
        sign(&client, typed, typed, "<b> <i> <u> <s>").text(),
        sign(&client, "", typed, "").text(),
        search,
    ] {
        assert!(
            !page.contains("<script>") && !page.contains("<b>"),
            "{page}"
        );
        assert!(page.contains("&lt;script&gt;&quot;x&quot;"), "{page}");
    }
}

#[test]
fn a_form_comes_back_with_what_was_typed_and_what_is_wrong() {
    let client = client();
    let refused = sign(&client, "Ada", "  ", "a b c d");
    assert_eq!(refused.status(), 422);
    let page = refused.text();
    assert!(page.contains("Please write a message."), "{page}");
    assert!(page.contains("3 tags are the most."), "{page}");
    assert!(page.contains("value=\"Ada\"") && page.contains("value=\"a b c d\""));
    assert!(!page.contains("Please write your name."));
    let page = sign(&client, &"ä".repeat(41), &"x".repeat(1001), &"y".repeat(21)).text();
    assert!(page.contains("This has 41 characters; 40 are the most."));
    assert!(page.contains("This has 1001 characters; 1000 are the most."));
    assert!(page.contains("A tag has at most 20 characters."));
    let nothing = client.form("/sign", &[("nothing", "")]);
    assert!(nothing.text().contains("Please write your name."));
    assert_eq!(Entry::query().count(), Ok(0));
    assert_eq!(sign(&client, "Ada", &"x".repeat(40_000), "").status(), 413);
}

#[test]
fn links_lead_to_where_the_application_is_mounted() {
    let client = client();
    fill(11);
    let page = client.request("GET", "/").mounted_at("/demo").send().text();
    for link in [
        "href=\"/demo/static/style.css\"",
        "action=\"/demo/sign\"",
        "href=\"/demo/authors/1\"",
        "href=\"/demo/?page=",
        "href=\"/demo/?tag=many\"",
    ] {
        assert!(page.contains(link), "{link}: {page}");
    }
}
