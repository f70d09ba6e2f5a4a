//! Files that are damaged.

use std::fs;
use std::path::Path;

use wasgi_orm::Error;
use wasgi_orm::backup::{self, Reason};
use wasgi_orm::connection::{Connection, Options, Role};

use super::fixture::*;
use super::process::beside;

const PAGE: usize = 4096;

/// A kind of damage.
type Damage = (&'static str, fn(&mut Vec<u8>));

/// Damage that shows as soon as the file is opened.
const AT_ONCE: [Damage; 7] = [
    ("another kind of file", |file| *file = b"text ".repeat(5000)),
    ("noise in the header", |file| fill(file, 0, 100)),
    ("noise in the schema", |file| fill(file, 100, PAGE)),
    ("half of it", |file| file.truncate(file.len() / 2)),
    ("half and a bit", |file| {
        file.truncate(file.len() / 2 + 1000)
    }),
    ("less than a header", |file| file.truncate(50)),
    ("a wrong number of pages", |file| fill(file, 28, 32)),
];

fn fill(file: &mut [u8], from: usize, to: usize) {
    for byte in file.iter_mut().take(to).skip(from) {
        *byte = 0xa5;
    }
}

/// A database of some pages, a backup of it, and what it holds.
fn with_notes() -> (Site, std::path::PathBuf) {
    let site = Site::new();
    let writer = site.writer();
    for number in 0..60 {
        add_large(&writer, &format!("note {number}"), 3000).expect("write");
    }
    let saved = backup::create(&site.path(), Reason::Manual).expect("backup");
    (site, saved)
}

fn damage(path: &Path, how: fn(&mut Vec<u8>)) -> Vec<u8> {
    let mut bytes = fs::read(path).expect("read");
    how(&mut bytes);
    fs::write(path, &bytes).expect("write");
    bytes
}

/// The cure, and that it is one.
fn restore(site: &Site, saved: &Path) {
    site.neighbour_serves();
    backup::restore(saved, &site.path()).expect("restore");
    assert_eq!(titles(&site.reader()).expect("read").len(), 61);
    site.serves_again();
}

#[test]
fn a_damaged_file_is_corrupt_and_stays_as_it_is_until_it_is_restored() {
    for (what, how) in AT_ONCE {
        let (site, saved) = with_notes();
        let bytes = damage(&site.path(), how);
        for role in [Role::Writer, Role::Reader, Role::Host] {
            let opened = open(&site.path(), role);
            assert!(
                matches!(opened, Err(Error::Corrupt(_))),
                "{what}: {opened:?}"
            );
        }
        corrupt(backup::create(&site.path(), Reason::Manual));
        corrupt(backup::check_file(&site.path()));
        assert!(fs::read(site.path()).expect("read") == bytes, "{what}");
        restore(&site, &saved);
    }
}

#[test]
fn damage_in_the_middle_shows_where_it_is_read_and_to_who_checks() {
    let (site, saved) = with_notes();
    let (writer, reader) = (site.writer(), site.reader());
    writer.checkpoint(true).expect("checkpoint");
    damage(&site.path(), |file| {
        let middle = file.len() / 2 / PAGE * PAGE;
        fill(file, middle, middle + 4 * PAGE);
    });
    corrupt(titles(&reader));
    corrupt(execute(&writer, "DELETE FROM note"));
    assert!(writer.is_autocommit());
    // A part that is whole serves on.
    execute(&reader, "SELECT title FROM note WHERE id = 1").expect("read");
    corrupt(backup::create(&site.path(), Reason::Manual));
    restore(&site, &saved);
    // Those who had it open see what was put back.
    assert_eq!(titles(&reader).expect("read").len(), 62);
    add(&writer, "and on").expect("write");
    assert_eq!(titles(&reader).expect("read").len(), 63);
}

#[test]
fn an_empty_file_is_an_empty_database() {
    let (site, saved) = with_notes();
    fs::write(site.path(), "").expect("write");
    let lost = Error::UnknownTable("note".into());
    assert_eq!(titles(&site.reader()), Err(lost.clone()));
    assert_eq!(add(&site.writer(), "not to stay"), Err(lost));
    restore(&site, &saved);
}

#[test]
fn a_folder_in_the_place_of_the_file_is_unavailable_until_it_is_gone() {
    let (site, saved) = with_notes();
    fs::remove_file(site.path()).expect("remove");
    fs::create_dir(site.path()).expect("folder");
    for role in [Role::Writer, Role::Reader, Role::Host] {
        let said = unavailable(open(&site.path(), role));
        assert!(said.contains("app.db"), "{said}");
    }
    unavailable(backup::create(&site.path(), Reason::Manual));
    fs::remove_dir(site.path()).expect("remove");
    restore(&site, &saved);
}

/// A database whose notes, each of a transaction of its own, are in the log only, and the
/// end of each in the log.
struct Logged {
    file: Vec<u8>,
    log: Vec<u8>,
    index: Vec<u8>,
    ends: Vec<usize>,
}

const LOGGED: usize = 12;

impl Logged {
    fn new() -> Self {
        let site = Site::new();
        let options = Options {
            auto_checkpoint: false,
            ..Options::default()
        };
        let writer = Connection::open(&site.path(), Role::Writer, &options).expect("open");
        let part = |suffix: &str| fs::read(beside(&site.path(), suffix)).expect("read");
        let mut ends = Vec::new();
        for number in 1..=LOGGED {
            add_large(&writer, &format!("note {number}"), 2000).expect("write");
            ends.push(part("-wal").len());
        }
        Self {
            file: part(""),
            log: part("-wal"),
            index: part("-shm"),
            ends,
        }
    }

    /// Opens it as a killed process leaves it, with this log and this index of the log;
    /// checks it, and returns how many notes are there.
    fn open(&self, log: &[u8], index: &[u8]) -> usize {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("app.db");
        for (suffix, bytes) in [("", &self.file[..]), ("-wal", log), ("-shm", index)] {
            fs::write(beside(&path, suffix), bytes).expect("write");
        }
        let found = titles(&open(&path, Role::Writer).expect("open")).expect("read");
        let mut expected = vec!["first".to_owned()];
        expected.extend((1..found.len()).map(|number| format!("note {number}")));
        assert_eq!(found, expected);
        serves(&path);
        found.len() - 1
    }
}

#[test]
fn a_damaged_log_gives_the_transactions_before_the_damage_whole() {
    let logged = Logged::new();
    assert_eq!(logged.open(&logged.log, &[]), LOGGED);
    let size = logged.log.len();
    // In the log's header, in those of its frames, in pages.
    for at in (0..size).step_by(size / 40 + 1) {
        let whole = logged.ends.iter().filter(|end| **end <= at).count();
        let mut log = logged.log.clone();
        log.truncate(at);
        assert_eq!(logged.open(&log, &[]), whole, "cut off at {at} of {size}");
        let mut log = logged.log.clone();
        if let Some(byte) = log.get_mut(at) {
            *byte ^= 0x10;
        }
        assert_eq!(logged.open(&log, &[]), whole, "damaged at {at} of {size}");
    }
    assert_eq!(logged.open(&vec![0xa5; size], &[]), 0);
}

#[test]
fn a_damaged_index_of_the_log_is_made_anew() {
    let logged = Logged::new();
    let size = logged.index.len();
    for index in [
        vec![0xa5; size],
        vec![0; size],
        logged.index[..size / 2].to_vec(),
    ] {
        assert_eq!(logged.open(&logged.log, &index), LOGGED);
    }
    assert_eq!(logged.open(&logged.log, &logged.index), LOGGED);
}
