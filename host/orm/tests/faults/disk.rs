//! A disk that takes no more.

use std::fs;
use std::path::Path;
use std::process::Command;

use wasgi_orm::Connection;
use wasgi_orm::backup::{self, Reason};
use wasgi_orm::connection::{Role, TransactionKind};
use wasgi_orm::migrate;
use wasgi_orm::schema::Schema;

use super::fixture::*;
use super::models::{Refine as _, model, schema, text};
use super::process::{Process, tell};

/// Files of half a MiB at most (in blocks of 512 bytes), of which the process is told
/// by an error and not by a signal.
const LIMIT: &str = "trap '' XFSZ; ulimit -f 1024; exec \"$0\" \"$@\"";

/// A disk of two MiB, in a namespace of its own.
const SMALL_DISK: &str =
    "mount -t tmpfs -o size=2m none \"$WASGI_TEST_DISK\" && exec \"$0\" \"$@\"";

/// Adds notes until there is no room, and returns how many there are then; what the error
/// says is told.
fn fill(writer: &Connection) -> usize {
    for count in 1.. {
        if let Err(error) = add_large(writer, &format!("note {count}"), 3000) {
            let told = unavailable(Err::<(), _>(error));
            assert_eq!(titles(writer).expect("read").len(), count);
            tell(&told);
            return count;
        }
        assert!(count < 1000, "there is room for everything");
    }
    0
}

/// The models with a table built anew.
fn rebuilt() -> Schema {
    schema(vec![model(
        "note",
        vec![text("title"), text("body"), text("more").fill("title")],
    )])
}

pub(crate) fn with_no_more_room(path: &Path) {
    let writer = open(path, Role::Writer).expect("open");
    fill(&writer);
    let count = titles(&writer).expect("read").len();
    // Again, and in the middle of a transaction, of which nothing stays.
    writer.begin(TransactionKind::Write).expect("begin");
    let added = (0..100).try_for_each(|_| add_large(&writer, "not to stay", 3000));
    let committed = added.and_then(|()| writer.commit());
    tell(&unavailable(committed));
    writer.rollback().expect("roll back");
    assert!(writer.is_autocommit());
    assert_eq!(titles(&writer).expect("read").len(), count);
    // The neighbour has a log of its own, with room in it.
    let neighbour = open(&path.with_file_name("neighbour.db"), Role::Writer).expect("open");
    assert_eq!(titles(&neighbour).expect("read"), ["first"]);
    add(&neighbour, "second").expect("write");
    let made = backup::create(path, Reason::Manual);
    let left = fs::read_dir(backup::folder(path)).expect("folder").count();
    assert_eq!(left, usize::from(made.is_ok()), "{made:?}");
    tell(&count.to_string());
}

#[test]
fn files_that_may_not_grow_are_an_error_and_nothing_is_there_by_half() {
    let site = Site::new();
    let binary = std::env::current_exe().expect("own path");
    let mut limited = Command::new("sh");
    limited.args(["-c", LIMIT]).arg(binary);
    let mut other = Process::run(limited, "no more room", &site.path());
    for _ in 0..2 {
        let told = other.next();
        assert_eq!(
            told.as_deref(),
            // SQLITE_IOERR_WRITE
            Some("the database cannot be read or written: disk I/O error (SQLite's code 778)")
        );
    }
    let count: usize = other
        .next()
        .and_then(|count| count.parse().ok())
        .expect("how many notes there are");
    assert!(count > 10, "{count}");
    other.end();
    // Whoever may write serves on with what was committed.
    let writer = site.writer();
    assert_eq!(titles(&writer).expect("read").len(), count);
    assert_sound(&writer);
    site.serves_again();
}

pub(crate) fn with_a_full_disk(disk: &Path) {
    let path = disk.join("app.db");
    prepare(&path);
    let ballast = disk.join("ballast");
    fs::write(&ballast, vec![0; 1 << 20]).expect("write");
    let writer = open(&path, Role::Writer).expect("open");
    let count = fill(&writer);
    tell(&unavailable(add_large(&writer, "too much", 300_000)));
    let plan = migrate::plan(&writer, &rebuilt(), &Default::default()).expect("plan");
    for result in [
        migrate::apply(&writer, &plan).map(drop),
        backup::create(&path, Reason::Manual).map(drop),
    ] {
        let said = quota(result);
        assert!(said.contains("the disk has no room"), "{said}");
    }
    let left = fs::read_dir(backup::folder(&path)).expect("folder").count();
    assert_eq!(left, 0);
    assert_eq!(titles(&writer).expect("read").len(), count);
    assert_sound(&writer);
    // The same connection, once there is room.
    fs::remove_file(&ballast).expect("remove");
    add(&writer, "one more").expect("write");
    backup::create(&path, Reason::Manual).expect("backup");
    assert_eq!(titles(&writer).expect("read").len(), count + 1);
    assert_sound(&writer);
    tell("served on");
}

#[test]
#[ignore = "mounts a file system: as root, or where users have namespaces of their own"]
fn a_full_disk_is_an_error_and_a_connection_serves_on_when_there_is_room() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let binary = std::env::current_exe().expect("own path");
    let mut mounted = Command::new("unshare");
    mounted
        .args(["-rm", "sh", "-c", SMALL_DISK])
        .arg(binary)
        .env("WASGI_TEST_DISK", folder.path());
    let mut other = Process::run(mounted, "full disk", folder.path());
    for _ in 0..2 {
        other.wait_for("the database cannot be read or written: the disk is full; make room on it");
    }
    other.wait_for("served on");
    other.end();
}
