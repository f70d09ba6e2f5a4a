//! A file that is removed, moved or replaced while it is open.

use std::fs;

use wasgi_orm::connection::{Role, TransactionKind};
use wasgi_orm::{Connection, migrate};

use super::fixture::*;
use super::models::{Refine as _, model, schema, text};

/// Checks that nothing can be committed where nobody would find it.
fn assert_nothing_is_committed(writer: &Connection) {
    assert!(!writer.is_in_place());
    let before = titles(writer).expect("read");
    let said = unavailable(add(writer, "not to stay"));
    assert!(said.contains("put it back"), "{said}");
    writer.begin(TransactionKind::Write).expect("begin");
    add(writer, "not to stay").expect("write");
    unavailable(writer.commit());
    assert!(writer.is_autocommit());
    let wanted = schema(vec![model(
        "note",
        vec![text("title"), text("body"), text("more").nullable()],
    )]);
    let plan = migrate::plan(writer, &wanted, &Default::default()).expect("plan");
    unavailable(migrate::apply(writer, &plan));
    assert_eq!(titles(writer).expect("read"), before);
}

#[test]
fn a_file_that_was_moved_takes_no_writes_until_it_is_back() {
    let site = Site::new();
    let (writer, reader) = (site.writer(), site.reader());
    add(&writer, "second").expect("write");
    let elsewhere = site.folder().join("elsewhere.db");
    fs::rename(site.path(), &elsewhere).expect("move");
    assert_nothing_is_committed(&writer);
    assert!(!reader.is_in_place());
    unavailable(open(&site.path(), Role::Reader));
    site.neighbour_serves();
    fs::rename(&elsewhere, site.path()).expect("move back");
    assert!(writer.is_in_place());
    add(&writer, "third").expect("write");
    assert_eq!(titles(&reader).expect("read"), ["first", "second", "third"]);
    assert_sound(&writer);
    site.serves_again();
}

#[test]
fn a_file_that_was_removed_takes_no_writes() {
    let site = Site::new();
    let writer = site.writer();
    let saved = wasgi_orm::backup::create(&site.path(), wasgi_orm::backup::Reason::Manual);
    fs::remove_file(site.path()).expect("remove");
    assert_nothing_is_committed(&writer);
    unavailable(open(&site.path(), Role::Reader));
    site.neighbour_serves();
    drop(writer);
    wasgi_orm::backup::restore(&saved.expect("backup"), &site.path()).expect("restore");
    site.serves_again();
}

#[test]
fn a_file_that_was_replaced_is_not_written_to_by_those_who_have_the_old_one() {
    let site = Site::new();
    let (writer, reader) = (site.writer(), site.reader());
    // Nothing of the old file's is left to be played into the new one.
    writer.checkpoint(true).expect("checkpoint");
    let new = site.folder().join("new.db");
    prepare(&new);
    add(&open(&new, Role::Writer).expect("open"), "of the new one").expect("write");
    fs::rename(&new, site.path()).expect("replace");
    assert_nothing_is_committed(&writer);
    let fresh = site.writer();
    add(&fresh, "after").expect("write");
    // Whoever leaves takes nothing along.
    drop((writer, reader));
    let expected = ["first", "of the new one", "after"];
    assert_eq!(titles(&fresh).expect("read"), expected);
    assert_eq!(titles(&site.reader()).expect("read"), expected);
    assert_sound(&fresh);
    site.serves_again();
}
