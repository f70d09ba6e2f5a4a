//! A database that may not become larger.

use wasgi_orm::connection::{Options, Role, TransactionKind};
use wasgi_orm::{Connection, packed};

use super::fixture::*;

/// Bytes of the file: 150 pages.
const QUOTA: u64 = 600 << 10;

fn bounded(site: &Site, quota: u64) -> Connection {
    let options = Options {
        quota,
        ..Options::default()
    };
    Connection::open(&site.path(), Role::Writer, &options).expect("open")
}

/// Adds notes until there is no room, and returns how many there are then.
fn fill(writer: &Connection) -> usize {
    let before = titles(writer).expect("read").len();
    for count in before.. {
        if let Err(error) = add_large(writer, &format!("note {count}"), 3000) {
            let said = quota(Err::<(), _>(error));
            assert!(said.contains("has reached its quota"), "{said}");
            assert_eq!(titles(writer).expect("read").len(), count);
            return count;
        }
        assert!(count < 1000, "there is room for everything");
    }
    before
}

#[test]
fn writes_end_at_the_quota_and_go_on_when_rows_are_deleted() {
    let site = Site::new();
    let writer = bounded(&site, QUOTA);
    let reader = site.reader();
    let count = fill(&writer);
    assert_sound(&writer);
    assert_eq!(titles(&reader).expect("read").len(), count);
    site.neighbour_serves();
    // Deleting needs no room, a search's index included: nobody is locked in.
    for _ in 0..3 {
        let deleted = execute(&writer, "DELETE FROM note WHERE id % 2 = 0").expect("delete");
        assert!(deleted > 0);
        // The pages that became free are used again, without a VACUUM.
        assert!(fill(&writer) * 10 > count * 9);
        execute(&writer, "UPDATE note SET body = '' WHERE id % 3 = 0").expect("shorten");
        assert_sound(&writer);
    }
    execute(&writer, "DELETE FROM note").expect("delete");
    add(&writer, "alone").expect("write");
    assert_eq!(titles(&reader).expect("read"), ["alone"]);
    let size = std::fs::metadata(site.path()).expect("file").len();
    assert!(size <= QUOTA, "{size}");
    assert_sound(&writer);
}

#[test]
fn a_transaction_beyond_the_quota_leaves_nothing() {
    let site = Site::new();
    let writer = bounded(&site, QUOTA);
    writer.begin(TransactionKind::Write).expect("begin");
    let added = (0..1000).try_for_each(|_| add_large(&writer, "not to stay", 3000));
    quota(added);
    writer.rollback().expect("roll back");
    assert_eq!(titles(&writer).expect("read"), ["first"]);
    // Many rows of one call are all or nothing as well.
    let insert = writer
        .prepare_sql("INSERT INTO note (title, body) VALUES (?, ?)")
        .expect("prepare");
    let mut rows = packed::Rows::new();
    let body = "x".repeat(3000);
    for _ in 0..1000 {
        let row = rows.row(2).expect("row");
        for text in ["not to stay", &body] {
            let value = rusqlite::types::ValueRef::Text(text.as_bytes());
            packed::push(row, value).expect("value");
        }
    }
    quota(writer.execute_many(&insert, &rows.finish().expect("rows")));
    assert!(writer.is_autocommit());
    assert_eq!(titles(&writer).expect("read"), ["first"]);
    assert_sound(&writer);
    site.serves_again();
}

#[test]
fn a_database_larger_than_its_quota_of_today_can_be_read_and_made_smaller() {
    let site = Site::new();
    let count = fill(&bounded(&site, QUOTA));
    let writer = bounded(&site, QUOTA / 4);
    assert_eq!(titles(&writer).expect("read").len(), count);
    quota((0..10).try_for_each(|_| add_large(&writer, "too much", 3000)));
    execute(&writer, "DELETE FROM note WHERE id > 10").expect("delete");
    add(&writer, "into the free pages").expect("write");
    assert_eq!(titles(&writer).expect("read").len(), 11);
    assert_sound(&writer);
}
