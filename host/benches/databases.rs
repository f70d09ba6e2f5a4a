//! Ten thousand tenants' databases in one process, touched in turn: descriptors, memory,
//! and the time of a cold open with a query.
//!
//! ```sh
//! cargo bench -p wasgi-host --bench databases
//! ```

#![allow(clippy::print_stdout, missing_docs)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use wasgi_host::capability::orm::{Database, DatabaseOptions, Registry};
use wasgi_orm::{Connection, Error};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const TENANTS: usize = 10_000;
const ROUNDS: usize = 2;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("runtime");
    runtime.block_on(measure());
}

async fn measure() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let registry = Arc::new(Registry::default());
    let databases: Vec<_> = (0..TENANTS)
        .map(|tenant| {
            let path = folder.path().join(format!("{tenant}.db"));
            Database::new(&path, &DatabaseOptions::default(), &registry)
        })
        .collect();
    let begun = Instant::now();
    for database in &databases {
        let host = database.host_connection().expect("open");
        host.raw()
            .execute_batch(
                "CREATE TABLE post (id INTEGER PRIMARY KEY, title TEXT NOT NULL, views INTEGER) STRICT;
                 INSERT INTO post (title, views) VALUES ('Hello', 1), ('World', 2);",
            )
            .expect("create");
    }
    println!("made {TENANTS} databases in {:.1?}", begun.elapsed());
    let before = resident();
    let mut times = Vec::with_capacity(TENANTS * ROUNDS);
    let mut descriptors = 0;
    for _ in 0..ROUNDS {
        for (tenant, database) in databases.iter().enumerate() {
            let begun = Instant::now();
            let reader = database.reader().await.expect("reader");
            let (_, done) = reader.run(query).await;
            done.expect("query");
            times.push(begun.elapsed());
            if tenant.is_multiple_of(100) {
                descriptors = descriptors.max(open_descriptors());
            }
        }
    }
    times.sort();
    println!(
        "cold open plus query, {} of them: p50 {:.2?}, p99 {:.2?}, max {:.2?}",
        times.len(),
        at(&times, 50),
        at(&times, 99),
        at(&times, 100)
    );
    println!("descriptors, at most: {descriptors} (bound 2000)");
    println!("connections open: {}", registry.open());
    println!(
        "resident memory: {} KiB before, {} KiB after",
        before,
        resident()
    );
}

fn query(connection: &Connection) -> Result<usize, Error> {
    let prepared = connection.prepare_sql("SELECT id, title, views FROM post WHERE id = ?")?;
    let rows = connection.query(&prepared, b")\x01i\x01\0\0\0")?;
    Ok(rows.rows.len())
}

fn at(sorted: &[Duration], percent: usize) -> Duration {
    let index = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(index).copied().unwrap_or_default()
}

fn open_descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count)
}

/// Returns the resident memory in KiB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|line| line.trim().split(' ').next())
        .and_then(|number| number.parse().ok())
        .unwrap_or_default()
}
