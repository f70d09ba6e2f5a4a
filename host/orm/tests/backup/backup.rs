//! Backups of a database in use.

use wasgi_orm::Error;
use wasgi_orm::backup::{self, Reason};

use super::fixture::*;

#[test]
fn a_backup_holds_what_is_committed_while_others_read_and_write() {
    let fixture = Fixture::new();
    let writer = fixture.open();
    let reader = fixture.open();
    run(&reader, "BEGIN; SELECT count(*) FROM note");
    run(
        &writer,
        "INSERT INTO note (title) VALUES ('third'); BEGIN IMMEDIATE; INSERT INTO note (title) VALUES ('fourth')",
    );
    let path = backup::create(&fixture.path(), Reason::Manual).expect("backup");
    run(&writer, "COMMIT");
    assert_eq!(
        titles(&writer),
        ["first words", "second", "third", "fourth"]
    );
    assert_eq!(titles(&open(&path)), ["first words", "second", "third"]);
}

#[test]
fn a_backup_is_one_file_with_a_speaking_name() {
    let fixture = Fixture::new();
    let open_meanwhile = fixture.open();
    let path = backup::create(&fixture.path(), Reason::Migration).expect("backup");
    let folder = fixture.folder().join("app.db.backups");
    assert_eq!(path.parent(), Some(folder.as_path()));
    let names: Vec<_> = std::fs::read_dir(&folder)
        .expect("folder")
        .flatten()
        .map(|entry| entry.path())
        .collect();
    assert_eq!(names, std::slice::from_ref(&path));
    // Not in WAL mode: bytes 18 and 19 (https://sqlite.org/fileformat.html section 1.3).
    let bytes = std::fs::read(&path).expect("read");
    assert_eq!(bytes.get(18..20), Some(&[1, 1][..]));
    let list = backup::list(&fixture.path()).expect("list");
    let [only] = list.as_slice() else {
        panic!("{list:?}")
    };
    assert_eq!((only.reason, &only.path), (Reason::Migration, &path));
    assert_eq!(only.bytes, u64::try_from(bytes.len()).expect("length"));
    assert!(
        only.made_at.starts_with("20") && only.made_at.ends_with('Z'),
        "{only:?}"
    );
    drop(open_meanwhile);
}

#[test]
fn there_is_no_backup_of_what_is_not_there() {
    let fixture = Fixture::new();
    let missing = fixture.folder().join("missing.db");
    assert!(matches!(
        backup::create(&missing, Reason::Manual),
        Err(Error::Unavailable(_))
    ));
    assert_eq!(backup::list(&missing).expect("list"), []);
    assert!(!missing.exists());
}

#[test]
fn a_damaged_database_gives_no_backup_and_leaves_nothing_behind() {
    let fixture = Fixture::new();
    run(
        &fixture.open(),
        "INSERT INTO note (title) SELECT hex(randomblob(2000)) FROM note, note AS n, note AS m",
    );
    damage(&fixture.path(), 4096 * 3);
    let result = backup::create(&fixture.path(), Reason::Manual);
    assert!(matches!(result, Err(Error::Corrupt(_))), "{result:?}");
    let left = std::fs::read_dir(backup::folder(&fixture.path()))
        .expect("folder")
        .count();
    assert_eq!(left, 0);
    match backup::check_file(&fixture.path()) {
        Ok(lines) => assert_ne!(lines, [""; 0]),
        Err(error) => assert!(matches!(error, Error::Corrupt(_)), "{error:?}"),
    }
}

#[test]
fn old_automatic_backups_are_removed_and_others_kept() {
    let fixture = Fixture::new();
    let path = fixture.path();
    let manual = backup::create(&path, Reason::Manual).expect("backup");
    let automatic: Vec<_> = [
        Reason::Migration,
        Reason::Restore,
        Reason::Migration,
        Reason::Migration,
    ]
    .map(|reason| backup::create(&path, reason).expect("backup"))
    .into();
    let fresh = backup::folder(&path).join(".partial-fresh.db");
    std::fs::write(&fresh, "").expect("write");
    let removed = backup::prune(&path, 2).expect("prune");
    assert_eq!(removed.len(), 2);
    assert!(removed.contains(&automatic[0]) && removed.contains(&automatic[1]));
    let left: Vec<_> = backup::list(&path)
        .expect("list")
        .into_iter()
        .map(|one| one.path)
        .collect();
    assert_eq!(left, [automatic[3].clone(), automatic[2].clone(), manual]);
    assert!(fresh.exists());
}

#[test]
fn what_a_dead_process_left_is_removed_in_time() {
    let fixture = Fixture::new();
    let path = fixture.path();
    backup::create(&path, Reason::Manual).expect("backup");
    let stale = backup::folder(&path).join(".partial-stale.db");
    let file = std::fs::File::create(&stale).expect("create");
    let long_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(7200);
    file.set_modified(long_ago).expect("time");
    let removed = backup::prune(&path, 10).expect("prune");
    assert_eq!(removed, std::slice::from_ref(&stale));
    assert!(!stale.exists());
}

#[test]
fn a_check_tells_of_broken_references_and_of_what_is_no_database() {
    let fixture = Fixture::new();
    assert_eq!(backup::check_file(&fixture.path()).expect("check"), [""; 0]);
    run(
        &fixture.open(),
        "PRAGMA foreign_keys = OFF; CREATE TABLE child (n INTEGER REFERENCES note (id)); INSERT INTO child VALUES (99)",
    );
    assert_eq!(
        backup::check_file(&fixture.path()).expect("check"),
        ["table child: row 1 refers to a row of note that is not there"]
    );
    let text = fixture.folder().join("text.db");
    std::fs::write(
        &text,
        "this is no database, whatever it is called".repeat(50),
    )
    .expect("write");
    assert!(matches!(backup::check_file(&text), Err(Error::Corrupt(_))));
}
