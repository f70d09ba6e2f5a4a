//! Templates that mean harm, in the sandbox that they are meant for.

use std::path::Path;
use std::time::{Duration, Instant};

use super::bindings::wasgi::app::templates as wit;
use super::error::TemplatesError;
use super::renderer::bindings::exports::wasgi::renderer::engine::{File, Settings, Source};
use super::renderer::{Ended, Instance, Renderer};
use crate::runtime::cache::Cache;
use crate::runtime::engine::{EngineOptions, engine};
use corpus::{Case, Entry, Expect};

#[path = "../../../renderer/tests/hostile/corpus.rs"]
mod corpus;

/// CPU time of a rendering here.
const BUDGET: Duration = Duration::from_millis(200);

/// CPU time of what comes to an end of its own, on a machine with other work.
const AMPLE: Duration = Duration::from_secs(10);

/// How much later than its budget a rendering may end.
const GRACE: Duration = Duration::from_millis(100);

/// Bytes of memory of a rendering here.
const MEMORY: usize = 128 << 20;

/// Bytes of a page here.
const OUTPUT: u64 = 64 << 20;

fn renderer(folder: &Path) -> Renderer {
    let engine = engine(&EngineOptions {
        instances: 8,
        memory: MEMORY,
    })
    .expect("engine");
    let cache = Cache::open(folder).expect("cache");
    Renderer::new(&engine, &cache).expect("renderer")
}

/// How a case ended, and how long the longer one of its two calls took.
struct Outcome {
    ended: Result<Vec<u8>, TemplatesError>,
    took: Duration,
}

async fn attack(renderer: &Renderer, case: &Case, budget: Duration) -> Outcome {
    let made = Instance::new(renderer, MEMORY, budget).await;
    let mut instance = made.expect("an instance");
    let files: Vec<File> = case
        .files
        .iter()
        .map(|(name, source)| File {
            name: name.clone(),
            source: source.clone(),
        })
        .collect();
    let settings = Settings {
        max_output: OUTPUT,
        max_depth: 32,
        urls: Vec::new(),
        static_url: "/static".into(),
    };
    let begun = Instant::now();
    let loaded = instance.load(&files, &settings).await;
    let loading = begun.elapsed();
    if let Err(error) = loaded {
        return Outcome {
            ended: Err(error),
            took: loading,
        };
    }
    let source = match &case.entry {
        Entry::Template(name) => Source::Template(name.clone()),
        Entry::Text(text) => Source::Text(text.clone()),
    };
    let begun = Instant::now();
    let ended = instance.render(&source, &case.context, &[], None).await;
    let took = begun.elapsed().max(loading);
    let ended = ended.map_err(|(Ended::Refused(error) | Ended::Broken(error))| error);
    Outcome { ended, took }
}

fn is_expected(expect: Expect, ended: &Result<Vec<u8>, TemplatesError>) -> bool {
    match (expect, ended) {
        // A trap that is none of the sandbox's limits is a fault of the renderer's.
        (_, Err(TemplatesError::Host(_))) => false,
        (Expect::Ok, Ok(_)) | (Expect::Ended, _) => true,
        (Expect::Quota, Err(TemplatesError::Guest(error))) => {
            matches!(**error, wit::Error::Quota(_))
        }
        (Expect::Error, Err(TemplatesError::Guest(_))) => !is_timeout(ended),
        _ => false,
    }
}

fn is_timeout(ended: &Result<Vec<u8>, TemplatesError>) -> bool {
    matches!(ended, Err(TemplatesError::Guest(error)) if matches!(**error, wit::Error::Timeout))
}

#[tokio::test]
async fn hostile_templates_end_within_their_budget() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("renderer/tests/hostile/corpus");
    let cases = corpus::cases(&corpus);
    assert!(cases.len() >= 200, "{}", cases.len());
    let cache = tempfile::tempdir().expect("temporary folder");
    let renderer = renderer(cache.path());
    let mut failures = Vec::new();
    for case in &cases {
        let mut outcome = attack(&renderer, case, BUDGET).await;
        // A machine with other work may be late once; what is slow is slow each time.
        for _ in 0..2 {
            if outcome.took > BUDGET + GRACE {
                let again = attack(&renderer, case, BUDGET).await;
                outcome.took = outcome.took.min(again.took);
            }
        }
        if case.expect != Expect::Ended && is_timeout(&outcome.ended) {
            outcome.ended = attack(&renderer, case, AMPLE).await.ended;
        }
        if outcome.took > BUDGET + GRACE {
            failures.push(format!("{}: too late: {:?}", case.name, outcome.took));
        }
        if !is_expected(case.expect, &outcome.ended) {
            let ended = format!("{:.300}", format!("{:?}", outcome.ended));
            failures.push(format!("{}: {ended} and not {:?}", case.name, case.expect));
        }
    }
    let count = cases.len();
    assert!(
        failures.is_empty(),
        "{} of {count}:\n{}",
        failures.len(),
        failures.join("\n")
    );
}
