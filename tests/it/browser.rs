//! The examples in a real browser: headless Chromium. Skipped, saying so, where
//! there is none.

mod chromium;

use chromium::Browser;
use wasgi_tests::{Connection, Server, guest};

fn browser() -> Option<Browser> {
    let browser = Browser::start();
    if browser.is_none() {
        println!("skipped: Chromium is not installed (on Debian: apt install chromium)");
    }
    browser
}

/// Tells whether the whole page fits into the window's width.
fn fits(browser: &mut Browser) -> bool {
    browser.ask("document.documentElement.scrollWidth <= window.innerWidth") == true
}

#[test]
fn a_visitor_signs_the_flask_guestbook_and_sees_the_entry() {
    let Some(mut browser) = browser() else { return };
    let server = Server::run(&guest("examples/guestbook-flask"), &[]);
    browser.resize(1280);
    browser.open(&format!("http://{}/", server.addr));
    browser.wait_for_text("Nobody has signed yet.");
    browser.picture("guestbook-empty.png");

    browser.type_into("[name=name]", "Jürgen");
    browser.type_into("[name=text]", "<b>It works</b> & looks fine");
    browser.click(".sign button");
    browser.wait_for_text("Thank you for signing, Jürgen!");
    assert_eq!(browser.ask("location.pathname"), "/", "the form redirected");
    let entry = browser.ask("document.querySelector('.entry p').innerText");
    assert_eq!(
        entry, "<b>It works</b> & looks fine",
        "shown as it was typed"
    );
    browser.wait_for_text("Welcome back, Jürgen");
    browser.picture("guestbook-signed.png");

    browser.open(&format!("http://{}/", server.addr));
    browser.wait_for_text("It works");
}

#[test]
fn the_guestbooks_style_sheet_is_applied_wide_and_narrow() {
    let Some(mut browser) = browser() else { return };
    let server = Server::run(&guest("examples/guestbook-flask"), &[]);
    browser.resize(1280);
    browser.open(&format!("http://{}/", server.addr));
    browser.wait_for_text("Sign the book");
    let side_by_side = "document.querySelector('.sign').getBoundingClientRect().right \
        < document.querySelector('.entries').getBoundingClientRect().left";
    let rounded = "getComputedStyle(document.querySelector('.sign button')).borderRadius";
    assert_ne!(
        browser.ask(rounded),
        "0px",
        "a button without style has square corners"
    );
    assert_eq!(
        browser.ask("getComputedStyle(document.body).marginTop"),
        "0px"
    );
    assert_eq!(browser.ask(side_by_side), true);
    assert!(fits(&mut browser));

    browser.resize(390);
    assert_eq!(
        browser.ask(side_by_side),
        false,
        "on a telephone there is one column"
    );
    assert!(fits(&mut browser));
    browser.picture("guestbook-narrow.png");
    browser.open(&format!("http://{}/nowhere", server.addr));
    browser.wait_for_text("There is no such page");
    browser.picture("guestbook-not-found.png");
}

#[test]
fn notes_are_added_and_deleted_in_a_browser() {
    let Some(mut browser) = browser() else { return };
    let server = Server::run(&guest("examples/notes-rust"), &["--instances", "1"]);
    browser.resize(390);
    browser.open(&format!("http://{}/", server.addr));
    browser.wait_for_text("No notes yet.");
    browser.type_into("[name=text]", "milk & <honey>");
    browser.click(".add button");
    browser.wait_for_text("milk & <honey>");
    assert!(fits(&mut browser));
    browser.picture("notes-narrow.png");
    browser.resize(1280);
    browser.picture("notes-wide.png");
    browser.click("li button");
    browser.wait_for_text("No notes yet.");
}

/// Signs and turns a page in a guestbook on the ORM: its script updates parts of the page.
fn parts_of_a_guestbook(project: &str, picture: &str) {
    let Some(mut browser) = browser() else { return };
    let server = Server::run(&guest(project), &[]);
    for number in 1..=12 {
        let form = format!("name=Ada&message=word+no{number}&tags=many");
        let headers = [("Content-Type", "application/x-www-form-urlencoded")];
        let signed =
            Connection::open(server.addr).request("POST", "/sign", &headers, form.as_bytes());
        assert_eq!(signed.status, 303);
    }
    browser.resize(1280);
    browser.open(&format!("http://{}/", server.addr));
    browser.wait_for_text("12 entries");
    // Gone with the page, should another be loaded.
    browser.ask("window.same = true");
    browser.click("a[rel=next]");
    browser.wait_for_text("word no2");
    assert_eq!(
        browser.ask("document.querySelectorAll('.entry').length"),
        12
    );

    browser.type_into("[name=name]", "Jürgen");
    browser.type_into("[name=message]", "<b>It works</b>");
    browser.type_into("[name=tags]", "a b c d");
    browser.click("#sign button");
    browser.wait_for_text("3 tags are the most.");
    assert_eq!(browser.ask("document.activeElement.name"), "tags");
    browser.ask("document.activeElement.value = ''");
    browser.click("#sign button");
    browser.wait_for_text("Your entry is in the book.");
    browser.wait_for_text("13 entries");
    let newest = browser.ask("document.querySelector('.entry .message').innerText");
    assert_eq!(newest, "<b>It works</b>", "shown as it was typed");
    assert_eq!(
        browser.ask("document.querySelector('[name=message]').value"),
        ""
    );
    assert_eq!(
        browser.ask("window.same === true"),
        true,
        "no page was loaded"
    );
    assert!(fits(&mut browser));
    browser.picture(&format!("{picture}-wide.png"));
    browser.resize(360);
    assert!(fits(&mut browser));
    browser.picture(&format!("{picture}-narrow.png"));
}

#[test]
fn parts_of_the_rust_guestbook_change_without_another_page() {
    parts_of_a_guestbook("examples/guestbook-rust", "guestbook-rust");
}

#[test]
fn parts_of_the_python_guestbook_change_without_another_page() {
    parts_of_a_guestbook("examples/guestbook-python", "guestbook-python");
}
