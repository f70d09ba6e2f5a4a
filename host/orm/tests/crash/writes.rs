//! Killed while it writes rows.

use std::path::Path;
use std::time::Duration;

use wasgi_orm::connection::{Connection, Options, Role};
use wasgi_orm::migrate;

use super::chance::{number, repeat};
use super::ledger;
use super::process::tell;

/// Opens a database as the host does, which checkpoints by itself or leaves it to SQLite.
pub(crate) fn open(path: &Path, role: Role, auto_checkpoint: bool) -> Connection {
    let options = Options {
        auto_checkpoint,
        ..Options::default()
    };
    Connection::open(path, role, &options).expect("open")
}

/// Makes a ledger without transactions.
pub(crate) fn begin(path: &Path) {
    let connection = open(path, Role::Writer, true);
    let plan = migrate::plan(&connection, &ledger::schema(), &Default::default()).expect("plan");
    migrate::apply(&connection, &plan).expect("apply");
}

pub(crate) fn work(path: &Path, seed: u64) {
    tell("opening");
    let connection = open(path, Role::Writer, seed.is_multiple_of(2));
    let mut last = ledger::last(&connection);
    tell("ready");
    loop {
        last += 1;
        ledger::write(&connection, last);
        tell(&format!("committed {last}"));
        match number(&format!("{seed} {last}")) % 20 {
            0 => connection.checkpoint(true).expect("checkpoint"),
            1 | 2 => connection.checkpoint(false).expect("checkpoint"),
            _ => {}
        }
    }
}

#[test]
fn no_committed_row_is_lost_and_no_transaction_is_there_by_half() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = folder.path().join("app.db");
    begin(&path);
    let mut last = 0;
    let mut untold = 0;
    repeat("writes", |kill| {
        // Who has it open keeps the index of the log in use; else it is made anew.
        let witness = (kill.below("witness", 2) == 0).then(|| open(&path, Role::Reader, true));
        for line in kill.after_some_work(&path, Duration::from_millis(120), &["committed"]) {
            if let Some(told) = line.strip_prefix("committed ") {
                last = told.parse().expect("number");
            }
        }
        if let Some(reader) = &witness {
            let seen = ledger::check(reader);
            assert!((last..=last + 1).contains(&seen), "{seen} after {last}");
        }
        let writer = open(&path, Role::Writer, true);
        let found = ledger::check(&writer);
        ledger::check_search(&writer);
        assert!(
            (last..=last + 1).contains(&found),
            "transaction {last} was committed, and {found} is the last that is there"
        );
        untold += found - last;
        last = found;
        // It is written to, as before.
        last += 1;
        ledger::write(&writer, last);
    });
    println!("writes: {last} transactions; {untold} were killed between COMMIT and telling");
    assert!(last > 0);
}
