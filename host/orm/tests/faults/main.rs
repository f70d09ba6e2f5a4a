//! Faults of the disk, of files and of other processes: each is a typed error, nothing is
//! written by half, other databases serve on meanwhile, and so does this one once the
//! fault is gone. None of them is a mock: files are damaged, taken away, locked by another
//! process and written beyond what the operating system allows.

mod corrupt;
mod disk;
mod fixture;
mod locked;
#[allow(dead_code)]
#[path = "../migrate/models.rs"]
mod models;
mod moved;
#[allow(dead_code)]
#[path = "../process/mod.rs"]
mod process;
mod quota;
mod read_only;

/// The other side of some of the tests.
#[test]
#[ignore = "is run in another process, by the tests"]
fn another_process() {
    let Some((role, path)) = process::role() else {
        return;
    };
    match role.as_str() {
        "no more room" => disk::with_no_more_room(&path),
        "full disk" => disk::with_a_full_disk(&path),
        "nobody" => read_only::as_nobody(&path),
        lock => locked::hold(&path, lock),
    }
}
