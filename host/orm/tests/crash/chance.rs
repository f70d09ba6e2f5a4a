//! How often and when a process is killed, and what was left to chance besides.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::process::Process;

/// Kills of each kind, unless `WASGI_CRASHES` says otherwise.
const CRASHES: u64 = 25;

/// Returns a number that looks like any other, and follows from this text.
pub(crate) fn number(text: &str) -> u64 {
    let hash = blake3::hash(text.as_bytes());
    let (head, _) = hash.as_bytes().split_first_chunk().expect("32 bytes");
    u64::from_le_bytes(*head)
}

fn variable(name: &str) -> Option<u64> {
    let value = std::env::var(name).ok()?;
    Some(value.parse().expect("a number"))
}

/// What is left to chance about one kill.
pub(crate) struct Kill<'a> {
    kind: &'a str,
    seed: u64,
    round: u64,
    moments: &'a Moments,
}

/// What the process had told last, as a word, and how often it was killed then.
type Moments = RefCell<BTreeMap<String, u32>>;

impl Kill<'_> {
    /// Returns a number below another.
    pub(crate) fn below(&self, what: &str, bound: u64) -> u64 {
        number(&format!(
            "{} {} {} {what}",
            self.kind, self.seed, self.round
        )) % bound
    }

    /// Lets another process work on a database, kills it within this time, and returns
    /// what it had told. Some of the kills come soon after a word that tells of work
    /// which must not be there by half.
    pub(crate) fn after_some_work(
        &self,
        database: &Path,
        longest: Duration,
        words: &[&str],
    ) -> Vec<String> {
        let role = format!("{} {}", self.kind, self.below("seed of the work", 1 << 32));
        let mut process = Process::start(&role, database);
        process.wait_for("opening");
        let mut told = Vec::new();
        let longest = match self.below("place", 6) {
            // While it opens the database, and mends what the last kill left.
            0 => Duration::from_millis(5),
            1 | 2 => {
                let word = words.get(self.index("word", words.len())).expect("a word");
                while let Some(line) = process.next() {
                    told.push(line);
                    if told.last().is_some_and(|line| line.starts_with(word)) {
                        break;
                    }
                }
                Duration::from_millis(20)
            }
            _ => {
                process.wait_for("ready");
                longest
            }
        };
        let longest = u64::try_from(longest.as_micros()).expect("short");
        // Not to wait for something: this is the moment that is left to chance.
        std::thread::sleep(Duration::from_micros(self.below("moment", longest)));
        told.extend(process.kill());
        let last = told.last().map_or("opening", String::as_str);
        let moment = last.split_once(' ').map_or(last, |(word, _)| word);
        let mut moments = self.moments.borrow_mut();
        *moments.entry(moment.to_owned()).or_default() += 1;
        told
    }

    fn index(&self, what: &str, length: usize) -> usize {
        let length = u64::try_from(length).expect("small");
        usize::try_from(self.below(what, length)).expect("small")
    }
}

/// Says how to have the same moments again.
impl Drop for Kill<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!(
                "{}, kill {}: again with WASGI_CRASH_SEED={}",
                self.kind, self.round, self.seed
            );
        }
    }
}

/// Kills again and again, and says what came of it.
pub(crate) fn repeat(kind: &str, mut round: impl FnMut(&Kill<'_>)) {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let seed = variable("WASGI_CRASH_SEED")
        .unwrap_or_else(|| u64::from(since.expect("after 1970").subsec_nanos()));
    let crashes = variable("WASGI_CRASHES").unwrap_or(CRASHES);
    let begun = Instant::now();
    let moments = Moments::default();
    for number in 0..crashes {
        round(&Kill {
            kind,
            seed,
            round: number,
            moments: &moments,
        });
    }
    println!(
        "{kind}: {crashes} kills in {:.1?}, seed {seed}; after the words {:?}",
        begun.elapsed(),
        moments.borrow()
    );
}
