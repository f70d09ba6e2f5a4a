//! `kill -9` at random moments: while rows are written, while the database is migrated,
//! while it is copied and overwritten. One database goes through all kills of a test,
//! and after each of them it is opened as the host would, and checked.
//!
//! `WASGI_CRASHES` says how many kills there are of each kind, `WASGI_CRASH_SEED` gives
//! the moments of an earlier run; what the other process is doing at these moments is up
//! to the machine. A killed process is no power cut: what it has written is in the
//! operating system's hands, whether or not it was synchronised to the disk.

#![allow(clippy::print_stdout, clippy::print_stderr)]

mod backups;
mod chance;
mod ledger;
mod migrations;
#[allow(dead_code)]
#[path = "../migrate/models.rs"]
mod models;
#[allow(dead_code)]
#[path = "../process/mod.rs"]
mod process;
mod writes;

/// What is killed.
#[test]
#[ignore = "is run in another process, by the tests"]
fn another_process() {
    let Some((role, path)) = process::role() else {
        return;
    };
    // It works until it is killed, or until nobody is there to do so.
    std::thread::spawn(|| {
        process::wait_for_the_end();
        std::process::exit(1);
    });
    let (kind, seed) = role.split_once(' ').expect("a kind of work and a seed");
    let seed: u64 = seed.parse().expect("seed");
    match kind {
        "writes" => writes::work(&path, seed),
        "migrations" => migrations::work(&path),
        "backups" => backups::work(&path, seed),
        other => panic!("there is no work {other}"),
    }
}
