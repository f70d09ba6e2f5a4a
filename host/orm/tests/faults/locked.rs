//! Another process that holds the database's lock.

use std::path::Path;
use std::time::{Duration, Instant};

use wasgi_orm::backup::{self, Reason};
use wasgi_orm::connection::{Role, TransactionKind};
use wasgi_orm::{Error, migrate};

use super::fixture::*;
use super::models::{Refine as _, model, schema, text};
use super::process::{Process, tell, wait_for_the_end};

/// Long enough for a slow machine, and far from a wait without end.
const SOON: Duration = Duration::from_secs(5);

const WRITES: &str = "BEGIN IMMEDIATE; INSERT INTO note (title, body) VALUES ('never', '')";
const ALONE: &str = "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE";

/// Runs this SQL, and holds what it has locked until it may go.
pub(crate) fn hold(path: &Path, sql: &str) {
    let raw = rusqlite::Connection::open(path).expect("open");
    raw.execute_batch(sql).expect(sql);
    tell("locked");
    wait_for_the_end();
}

fn locked(path: &Path, sql: &str) -> Process {
    let mut process = Process::start(sql, path);
    process.wait_for("locked");
    process
}

#[test]
fn writes_are_busy_while_another_process_writes_and_reads_go_on() {
    for sql in [WRITES, "BEGIN EXCLUSIVE"] {
        let site = Site::new();
        let (writer, reader) = (site.writer(), site.reader());
        let wanted = schema(vec![model(
            "note",
            vec![text("title"), text("body"), text("more").nullable()],
        )]);
        let plan = migrate::plan(&writer, &wanted, &Default::default()).expect("plan");
        let other = locked(&site.path(), sql);
        let begun = Instant::now();
        assert_eq!(add(&writer, "not to stay"), Err(Error::Busy), "{sql}");
        assert_eq!(writer.begin(TransactionKind::Write), Err(Error::Busy));
        assert_eq!(migrate::apply(&writer, &plan), Err(Error::Busy));
        assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
        assert_eq!(titles(&reader).expect("read"), ["first"]);
        assert_eq!(titles(&site.reader()).expect("read"), ["first"]);
        assert_eq!(add(&site.writer(), "not to stay"), Err(Error::Busy));
        // Waits for nobody, and says nothing where there is nothing it can do.
        writer.checkpoint(false).expect("checkpoint");
        backup::create(&site.path(), Reason::Manual).expect("backup");
        site.neighbour_serves();
        other.end();
        add(&writer, "second").expect("write");
        assert_eq!(titles(&reader).expect("read"), ["first", "second"]);
        assert_sound(&writer);
        site.serves_again();
    }
}

#[test]
fn a_database_that_another_process_has_for_itself_is_busy_to_all() {
    let site = Site::new();
    let other = locked(&site.path(), ALONE);
    let begun = Instant::now();
    for role in [Role::Writer, Role::Reader, Role::Host] {
        let opened = open(&site.path(), role).and_then(|connection| titles(&connection));
        assert_eq!(opened, Err(Error::Busy), "{role:?}");
    }
    assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
    site.neighbour_serves();
    other.end();
    site.serves_again();
}

#[test]
fn the_lock_of_a_process_that_was_killed_is_nobodys() {
    let site = Site::new();
    let (writer, reader) = (site.writer(), site.reader());
    let other = locked(&site.path(), WRITES);
    assert_eq!(add(&writer, "second"), Err(Error::Busy));
    other.kill();
    add(&writer, "second").expect("write");
    assert_eq!(titles(&reader).expect("read"), ["first", "second"]);
    assert_sound(&writer);
}
