//! Files and folders that may not be written to.
//!
//! Root may write everywhere: there the other process is nobody's.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use wasgi_orm::Result;
use wasgi_orm::backup::{self, Reason};
use wasgi_orm::connection::Role;

use super::fixture::*;
use super::process::{Process, beside, tell};

const NOBODY: u32 = 65534;

/// What became of something, in a word.
fn word<T>(result: &Result<T>) -> String {
    match result {
        Ok(_) => "done".into(),
        Err(wasgi_orm::Error::Unavailable(what)) => format!("unavailable: {what}"),
        Err(other) => format!("{other:?}"),
    }
}

pub(crate) fn as_nobody(path: &Path) {
    let opened = open(path, Role::Writer);
    tell(&format!("open to write, {}", word(&opened)));
    if let Ok(writer) = opened {
        tell(&format!("write, {}", word(&add(&writer, "another"))));
    }
    let opened = open(path, Role::Reader);
    tell(&format!("open to read, {}", word(&opened)));
    if let Ok(reader) = opened {
        tell(&format!("read, {}", word(&titles(&reader))));
    }
    let made = backup::create(path, Reason::Manual);
    tell(&format!("back up, {}", word(&made)));
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).expect("permissions");
}

/// Runs the other process, as somebody who is bound by permissions.
fn by_nobody(path: &Path) -> Vec<String> {
    let binary = std::env::current_exe().expect("own path");
    let bound = !rustix::process::geteuid().is_root();
    let folder = tempfile::tempdir().expect("temporary folder");
    let mut process = if bound {
        Process::start("nobody", path)
    } else {
        // Where this binary lies, nobody may have no business.
        set_mode(folder.path(), 0o755);
        let copy = folder.path().join("faults");
        fs::copy(&binary, &copy).expect("copy");
        set_mode(&copy, 0o755);
        let mut command = Command::new(&copy);
        command.uid(NOBODY).gid(NOBODY).current_dir("/");
        Process::run(command, "nobody", path)
    };
    let told = std::iter::from_fn(|| process.next()).collect();
    process.end();
    told
}

/// Lets nobody own everything in the folder.
fn give_away(site: &Site) {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let nobody = Some(NOBODY);
    chown(site.folder(), nobody, nobody).expect("owner");
    for entry in fs::read_dir(site.folder()).expect("folder") {
        chown(entry.expect("entry").path(), nobody, nobody).expect("owner");
    }
}

#[test]
fn a_file_that_may_not_be_written_to_is_an_error_until_it_may() {
    let site = Site::new();
    give_away(&site);
    set_mode(&site.path(), 0o444);
    let before = fs::read(site.path()).expect("read");
    let told = by_nobody(&site.path());
    let refused = format!(
        "unavailable: {} may not be written to",
        site.path().display()
    );
    assert_eq!(told.first(), Some(&format!("open to write, {refused}")));
    // It may be read, and so be copied.
    let read = ["open to read, done", "read, done", "back up, done"];
    assert_eq!(told.get(1..), Some(&read.map(str::to_owned)[..]));
    assert_eq!(fs::read(site.path()).expect("read"), before);
    site.neighbour_serves();
    set_mode(&site.path(), 0o644);
    // SQLite has made the log for those who read, with the permissions of the file; and
    // its error says so.
    let told = by_nobody(&site.path());
    assert!(
        told.iter()
            .any(|line| line.starts_with("write, unavailable") && line.contains("-wal"))
    );
    for suffix in ["-wal", "-shm"] {
        set_mode(&beside(&site.path(), suffix), 0o644);
    }
    let told = by_nobody(&site.path());
    assert!(told.iter().all(|line| line.ends_with(", done")), "{told:?}");
    site.serves_again();
}

#[test]
fn a_folder_that_may_not_be_written_to_is_an_error_until_it_may() {
    let site = Site::new();
    give_away(&site);
    set_mode(site.folder(), 0o555);
    let told = by_nobody(&site.path());
    let [to_write, to_read, copy] = told.as_slice() else {
        panic!("{told:?}")
    };
    // The log would have to lie in it, even for those who only read.
    assert!(
        to_write.contains("unavailable") && to_write.contains("its folder"),
        "{told:?}"
    );
    assert!(
        to_read.contains("unavailable") && to_read.contains("its folder"),
        "{told:?}"
    );
    assert!(
        copy.contains("unavailable") && copy.contains(".backups"),
        "{told:?}"
    );
    set_mode(site.folder(), 0o755);
    let told = by_nobody(&site.path());
    assert!(told.iter().all(|line| line.ends_with(", done")), "{told:?}");
    site.serves_again();
}

#[test]
fn what_lies_where_the_log_should_is_an_error_until_it_is_gone() {
    let site = Site::new();
    let log = beside(&site.path(), "-wal");
    fs::create_dir(&log).expect("folder");
    for role in [Role::Writer, Role::Reader] {
        let said = unavailable(open(&site.path(), role));
        assert!(said.contains("unable to open database file"), "{said}");
    }
    site.neighbour_serves();
    fs::remove_dir(&log).expect("remove");
    site.serves_again();
    // Without the log's index the file can be read, by one alone.
    let index = beside(&site.path(), "-shm");
    fs::create_dir(&index).expect("folder");
    let writer = site.writer();
    assert_eq!(titles(&writer).expect("read").len(), 2);
    let said = unavailable(add(&writer, "not to stay"));
    assert!(
        said.contains("attempt to write a readonly database"),
        "{said}"
    );
    assert_eq!(titles(&writer).expect("read").len(), 2);
    drop(writer);
    site.neighbour_serves();
    fs::remove_dir(&index).expect("remove");
    site.serves_again();
}
