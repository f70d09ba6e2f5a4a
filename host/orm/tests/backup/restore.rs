//! Backups put back.

use wasgi_orm::Error;
use wasgi_orm::backup::{self, Reason};
use wasgi_orm::migrate::{self, Kind};

use super::fixture::*;

#[test]
fn open_connections_see_the_old_data_and_then_the_restored_ones() {
    let fixture = Fixture::new();
    let path = fixture.path();
    let saved = backup::create(&path, Reason::Manual).expect("backup");
    let writer = fixture.open();
    let reader = fixture.open();
    run(
        &writer,
        "DELETE FROM note; INSERT INTO note (title) VALUES ('later'); CREATE TABLE extra (x)",
    );
    run(&reader, "BEGIN; SELECT count(*) FROM note");
    assert_eq!(titles(&reader), ["later"]);
    let restored = backup::restore(&saved, &path).expect("restore");
    // The reader's transaction goes on over what it has seen.
    assert_eq!(titles(&reader), ["later"]);
    run(&reader, "COMMIT");
    assert_eq!(titles(&reader), ["first words", "second"]);
    assert_eq!(titles(&writer), ["first words", "second"]);
    run(&writer, "INSERT INTO note (title) VALUES ('and on')");
    assert_eq!(titles(&reader), ["first words", "second", "and on"]);
    assert_eq!(lines(&writer, "PRAGMA journal_mode"), ["Text(\"wal\")"]);
    assert_eq!(backup::check(&writer).expect("check"), [""; 0]);
    // What was overwritten is saved.
    let before = restored.saved.expect("saved");
    assert_eq!(titles(&open(&before)), ["later"]);
    assert_eq!(
        backup::list(&path)
            .expect("list")
            .iter()
            .map(|one| one.reason)
            .collect::<Vec<_>>(),
        [Reason::Restore, Reason::Manual]
    );
}

#[test]
fn the_history_tells_of_the_restore_and_the_schema_is_known() {
    let fixture = Fixture::new();
    let path = fixture.path();
    let saved = backup::create(&path, Reason::Manual).expect("backup");
    backup::restore(&saved, &path).expect("restore");
    let connection = fixture.open();
    let history = migrate::history(&connection).expect("history");
    let kinds: Vec<Kind> = history.iter().map(|entry| entry.kind).collect();
    assert_eq!(kinds, [Kind::Migration, Kind::Restore]);
    let name = saved
        .file_name()
        .and_then(|name| name.to_str())
        .expect("name");
    assert_eq!(history.last().map(|entry| entry.name.as_str()), Some(name));
    assert!(migrate::is_current(&connection, &schema().digest()).expect("ask"));
    // The backup itself is as it was.
    assert_eq!(migrate::history(&open(&saved)).expect("history").len(), 1);
}

#[test]
fn a_database_that_is_not_there_is_made() {
    let fixture = Fixture::new();
    let other = fixture.folder().join("other.db");
    let restored = backup::restore(&fixture.path(), &other).expect("restore");
    assert_eq!(restored.saved, None);
    assert_eq!(titles(&open(&other)), ["first words", "second"]);
}

#[test]
fn a_damaged_backup_is_refused_and_the_database_stays() {
    let fixture = Fixture::new();
    let path = fixture.path();
    run(
        &fixture.open(),
        "INSERT INTO note (title) SELECT hex(randomblob(2000)) FROM note, note AS n, note AS m",
    );
    let saved = backup::create(&path, Reason::Manual).expect("backup");
    damage(&saved, 4096 * 3);
    run(&fixture.open(), "INSERT INTO note (title) VALUES ('kept')");
    let result = backup::restore(&saved, &path);
    assert!(matches!(result, Err(Error::Corrupt(_))), "{result:?}");
    let titles = titles(&fixture.open());
    assert_eq!(titles.last().map(String::as_str), Some("kept"));
    let text = fixture.folder().join("text.db");
    std::fs::write(&text, "no database".repeat(500)).expect("write");
    assert!(matches!(
        backup::restore(&text, &path),
        Err(Error::Corrupt(_))
    ));
    let missing = backup::restore(&fixture.folder().join("missing.db"), &path);
    assert!(matches!(missing, Err(Error::Unavailable(_))), "{missing:?}");
}

#[test]
fn a_damaged_database_is_restored_and_set_aside_as_it_was() {
    for damaged in ["middle", "head", "nothing"] {
        let fixture = Fixture::new();
        let path = fixture.path();
        run(
            &fixture.open(),
            "INSERT INTO note (title) SELECT hex(randomblob(2000)) FROM note, note AS n, note AS m",
        );
        let saved = backup::create(&path, Reason::Manual).expect("backup");
        match damaged {
            "middle" => damage(&path, 4096 * 3),
            "head" => damage(&path, 0),
            _ => std::fs::write(&path, "").expect("write"),
        }
        let bytes = std::fs::read(&path).expect("read");
        let restored = backup::restore(&saved, &path).expect(damaged);
        assert_eq!(
            titles(&fixture.open()).first().map(String::as_str),
            Some("first words"),
            "{damaged}"
        );
        assert_eq!(
            backup::check_file(&path).expect("check"),
            [""; 0],
            "{damaged}"
        );
        let aside = restored.saved.expect("saved");
        if damaged != "nothing" {
            assert_eq!(std::fs::read(aside).expect("read"), bytes, "{damaged}");
        }
    }
}

#[test]
fn a_database_is_not_restored_from_itself() {
    let fixture = Fixture::new();
    let path = fixture.path();
    assert!(matches!(
        backup::restore(&path, &path),
        Err(Error::Invalid(_))
    ));
    assert_eq!(titles(&fixture.open()), ["first words", "second"]);
}

#[test]
fn a_backup_with_other_pages_is_refused_with_the_cure() {
    let fixture = Fixture::new();
    let other = fixture.folder().join("other.db");
    let raw = rusqlite::Connection::open(&other).expect("open");
    raw.execute_batch("PRAGMA page_size = 1024; CREATE TABLE t (x)")
        .expect("create");
    drop(raw);
    let result = backup::restore(&other, &fixture.path());
    let Err(Error::Invalid(what)) = result else {
        panic!("{result:?}")
    };
    assert!(
        what.contains("1024") && what.contains("move it away"),
        "{what}"
    );
    assert_eq!(titles(&fixture.open()), ["first words", "second"]);
}
