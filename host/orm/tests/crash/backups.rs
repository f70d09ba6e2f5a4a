//! Killed while it copies a database that is written to, or puts a copy back.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use parking_lot::Mutex;
use wasgi_orm::backup::{self, Reason};
use wasgi_orm::connection::{Connection, Role};
use wasgi_orm::migrate::{self, Kind};

use super::chance::{number, repeat};
use super::ledger;
use super::process::tell;
use super::writes::{begin, open};

/// Copies that are kept from one kill to the next, of those by hand and of the others.
const KEPT_COPIES: usize = 2;

/// Writes, under the eyes of copies; restores are told apart from writes, so that what
/// must be there is known.
pub(crate) fn work(path: &Path, seed: u64) {
    tell("opening");
    let writer = open(path, Role::Writer, true);
    ledger::last(&writer);
    tell("ready");
    let turn = Mutex::new(());
    std::thread::scope(|scope| {
        let turns = &turn;
        scope.spawn(move || {
            loop {
                let _turn = turns.lock();
                let next = ledger::last(&writer) + 1;
                ledger::write(&writer, next);
                tell(&format!("committed {next}"));
            }
        });
        for round in 0_u64.. {
            if number(&format!("{seed} {round}")).is_multiple_of(3) {
                let _turn = turn.lock();
                restore(path, number(&format!("{seed} {round} which")));
            } else {
                tell("copying");
                let copy = backup::create(path, Reason::Manual).expect("backup");
                tell(&format!("copied {}", copy.display()));
            }
        }
    });
}

fn restore(path: &Path, which: u64) {
    let copies = backup::list(path).expect("list");
    let newest = copies.get(..copies.len().min(4)).unwrap_or_default();
    let Some(at) = which.checked_rem(newest.len() as u64) else {
        return;
    };
    let copy = &newest[usize::try_from(at).expect("small")].path;
    let of = ledger::last(&open(copy, Role::Reader, true));
    tell(&format!("restoring {of}"));
    backup::restore(copy, path).expect("restore");
    tell(&format!("restored {of}"));
    backup::prune(path, KEPT_COPIES).expect("prune");
}

/// Checks every backup: each is whole and can be put back, and what else lies there is
/// known for unfinished, and removed in time.
pub(crate) fn check_copies(path: &Path, keep: usize, check: impl Fn(&Connection)) {
    let copies = backup::list(path).expect("list");
    for copy in &copies {
        assert_eq!(
            backup::check_file(&copy.path).expect("check"),
            [""; 0],
            "{copy:?}"
        );
        let scratch = tempfile::tempdir().expect("temporary folder");
        let target = scratch.path().join("app.db");
        // A plain copy of the one file: it needs nothing beside it.
        fs::copy(&copy.path, &target).expect("copy");
        check(&open(&target, Role::Writer, true));
    }
    let known: Vec<&PathBuf> = copies.iter().map(|copy| &copy.path).collect();
    let long_ago = SystemTime::now() - Duration::from_secs(2 * 60 * 60);
    for file in files(path) {
        if known.contains(&&file) {
            continue;
        }
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        assert!(name.starts_with(".partial-"), "{name} is left");
        fs::File::options()
            .write(true)
            .open(&file)
            .and_then(|file| file.set_modified(long_ago))
            .expect("make it old");
    }
    backup::prune(path, keep).expect("prune");
    for file in files(path) {
        assert!(known.contains(&&file), "{} is left", file.display());
    }
}

fn files(path: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(backup::folder(path)) else {
        return Vec::new();
    };
    entries.map(|entry| entry.expect("entry").path()).collect()
}

/// What must be there after a kill, by what was told.
#[derive(Default)]
struct Told {
    /// The last transaction.
    last: i64,
    /// What is being put back.
    restoring: Option<i64>,
    /// The last transaction before a copy was begun.
    copying: i64,
}

impl Told {
    fn hear(&mut self, line: &str) {
        let (what, rest) = line.split_once(' ').unwrap_or((line, ""));
        let number = || rest.parse::<i64>().expect("number");
        match what {
            "committed" => self.last = number(),
            "restoring" => self.restoring = Some(number()),
            "restored" => {
                self.last = number();
                self.restoring = None;
            }
            "copying" => self.copying = self.last,
            "copied" => {
                let copy = ledger::last(&open(Path::new(rest), Role::Reader, true));
                assert!(
                    copy >= self.copying,
                    "{rest} has {copy}, and {} was committed before it was begun",
                    self.copying
                );
            }
            _ => {}
        }
    }

    fn allows(&self, found: i64) -> bool {
        match self.restoring {
            Some(copy) => found == self.last || found == copy,
            None => found == self.last || found == self.last + 1,
        }
    }
}

fn restores(connection: &Connection) -> usize {
    let history = migrate::history(connection).expect("history");
    let restores = history.iter().filter(|entry| entry.kind == Kind::Restore);
    restores.count()
}

#[test]
fn a_backup_is_whole_and_a_restore_is_done_or_it_is_not() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = folder.path().join("app.db");
    begin(&path);
    let mut told = Told::default();
    let (mut copied, mut restored, mut in_restores, mut most) = (0, 0, 0, 0);
    repeat("backups", |kill| {
        let witness = (kill.below("witness", 2) == 0).then(|| open(&path, Role::Reader, true));
        for line in
            kill.after_some_work(&path, Duration::from_millis(250), &["copying", "restoring"])
        {
            told.hear(&line);
            copied += usize::from(line.starts_with("copied"));
            restored += usize::from(line.starts_with("restored"));
        }
        if let Some(reader) = &witness {
            let seen = ledger::check(reader);
            assert!(told.allows(seen), "{seen} after {}", told.last);
        }
        let writer = open(&path, Role::Writer, true);
        let found = ledger::check(&writer);
        ledger::check_search(&writer);
        assert!(
            told.allows(found),
            "{found} is there after {} and, if any, the restore of {:?}",
            told.last,
            told.restoring
        );
        in_restores += usize::from(told.restoring.is_some());
        most = most.max(restores(&writer));
        told = Told {
            last: found,
            ..Told::default()
        };
        check_copies(&path, KEPT_COPIES, |copy| {
            ledger::check(copy);
            ledger::check_search(copy);
        });
        let by_hand = backup::list(&path).expect("list").into_iter();
        let by_hand = by_hand.filter(|copy| copy.reason == Reason::Manual);
        for copy in by_hand.skip(KEPT_COPIES) {
            fs::remove_file(copy.path).expect("remove");
        }
    });
    println!(
        "backups: {copied} copies and {restored} restores; {in_restores} were killed while they restored"
    );
    assert!(copied > 0 && most > 0);
}
