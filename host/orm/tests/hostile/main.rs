//! Statements that mean harm: none reaches outside of the tenant's file, none outlives
//! its deadline by much, none makes the process large. The corpus is data, under
//! `corpus/`; what is too long for a file is made in [`generated`].

#![allow(clippy::print_stdout)]

mod corpus;
mod generated;
mod search;
mod tenant;

use std::io::Write as _;
use std::time::Duration;

use corpus::{Expect, FAMILIES, Statement};
use parking_lot::Mutex;
use tenant::{DEADLINE, Ended, Tenant};
use wasgi_orm::Error;

/// What `wit/orm.wit` promises: the end comes this much after the deadline at most.
/// SQLite without optimisation takes several times as long for one of its steps.
const GRACE: Duration = Duration::from_millis(if cfg!(debug_assertions) { 500 } else { 100 });

/// Bytes by which the whole corpus may make the process larger.
const MEMORY: u64 = 200 << 20;

/// One family at a time: they measure time and memory.
static TURN: Mutex<()> = Mutex::new(());

fn attack(name: &str, statements: &[Statement]) {
    let _turn = TURN.lock();
    let tenant = Tenant::new();
    let before = peak_memory();
    let mut slowest: Vec<(Duration, Duration, &str)> = Vec::new();
    let mut failures = Vec::new();
    for statement in statements {
        let place = &statement.place;
        let sql = tenant.fill(&statement.sql);
        let mut ended = tenant.run(&sql);
        // A machine with other work may be late once; a statement that is slow is slow
        // each time.
        for _ in 0..2 {
            if ended.total > DEADLINE + GRACE {
                let again = tenant.run(&sql);
                ended.total = ended.total.min(again.total);
                ended.compiling = ended.compiling.min(again.compiling);
            }
        }
        if ended.total > DEADLINE + GRACE || ended.compiling > GRACE {
            failures.push(format!(
                "{place}: too late: {:?}, of it compiling {:?}: {}",
                ended.total,
                ended.compiling,
                head(&sql)
            ));
        }
        if !as_expected(&ended, statement.expect) {
            failures.push(format!(
                "{place}: {:?} and not {:?}: {}",
                ended.result,
                statement.expect,
                head(&sql)
            ));
        }
        slowest.push((ended.total, ended.compiling, place));
        tenant.check(place);
    }
    tenant.check_all();
    let grown = peak_memory().saturating_sub(before);
    if std::env::var_os("WASGI_HOSTILE_REPORT").is_some() {
        report(name, &mut slowest, grown);
    }
    if grown > MEMORY {
        failures.push(format!("the process grew by {} MiB", grown >> 20));
    }
    assert!(
        failures.is_empty(),
        "{} of {}:\n{}",
        failures.len(),
        statements.len(),
        failures.join("\n")
    );
}

fn as_expected(ended: &Ended, expect: Expect) -> bool {
    match (expect, &ended.result) {
        (Expect::Ended, _)
        | (Expect::Ok, Ok(()))
        | (Expect::Error, Err(_))
        | (Expect::Denied, Err(Error::Denied(_)))
        | (Expect::Quota, Err(Error::Quota(_)))
        | (Expect::Timeout, Err(Error::Timeout))
        | (Expect::Stopped, Err(Error::Timeout | Error::Quota(_))) => true,
        (Expect::Syntax, Err(error)) => matches!(
            error,
            Error::Syntax { .. } | Error::UnknownTable(_) | Error::UnknownColumn(_)
        ),
        _ => false,
    }
}

fn head(sql: &str) -> String {
    sql.chars().take(160).collect()
}

/// The largest that the process has been, in bytes.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kibibytes.unwrap_or_default() << 10
}

fn report(name: &str, slowest: &mut Vec<(Duration, Duration, &str)>, grown: u64) {
    slowest.sort_by(|left, right| right.cmp(left));
    slowest.truncate(8);
    let mut out = std::io::stderr().lock();
    let _ = writeln!(out, "{name}: grew by {} MiB", grown >> 20);
    for (total, compiling, place) in slowest {
        let over = total.saturating_sub(DEADLINE);
        let _ = writeln!(out, "  {place}: over by {over:?}, compiling {compiling:?}");
    }
}

macro_rules! families {
    ($($test:ident: $family:literal,)*) => {
        $(
            #[test]
            fn $test() {
                attack($family, &corpus::family($family));
            }
        )*

        #[test]
        fn every_family_is_attacked_with() {
            let attacked = [$($family),*];
            assert!(FAMILIES.iter().all(|(family, _)| attacked.contains(family)));
        }
    };
}

families! {
    no_other_file_is_attached: "attach",
    short_texts_ask_for_large_values_in_vain: "blowup",
    endless_statements_end: "endless",
    no_function_reaches_out: "function",
    json_that_grows_ends: "json",
    patterns_that_try_everything_end: "pattern",
    no_pragma_sets_what_is_the_hosts: "pragma",
    the_hosts_tables_and_sqlites_are_not_written: "schema",
    full_text_search_ends: "search",
    traps_in_the_schema_end: "structure",
    there_are_no_temporary_tables_and_no_other_modules: "temporary",
    there_are_no_transactions_in_sql: "transaction",
}

#[test]
fn texts_of_any_length_end() {
    attack("generated", &generated::statements());
}

#[test]
fn the_corpus_holds_hundreds_of_statements() {
    let files = FAMILIES.iter().map(|(name, _)| corpus::family(name).len());
    let count = files.sum::<usize>() + generated::statements().len();
    assert!(count >= 800, "{count}");
}
