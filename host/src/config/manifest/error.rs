//! Why a manifest was refused, and which key was meant.

use std::fmt::Write as _;
use std::path::PathBuf;

use crate::error::Advice;

/// Why a manifest was refused.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// The file is there but cannot be read.
    #[error("cannot read {}", file.display())]
    Read {
        /// The manifest.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Not TOML, or a value of another type.
    #[error("{}:{line}: {message}", file.display())]
    Syntax {
        /// The manifest.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        message: String,
    },
    /// A key that means nothing here.
    #[error("{}:{line}: there is no key `{key}`", file.display())]
    UnknownKey {
        /// The manifest.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The key as written.
        key: String,
        /// The keys that stand in that table.
        known: Vec<String>,
    },
    /// A value that cannot be.
    #[error("{}:{line}: {key} {problem}", file.display())]
    Value {
        /// The manifest.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The key, with its table.
        key: &'static str,
        /// What is wrong with the value.
        problem: String,
        /// The cure.
        cure: &'static str,
    },
}

impl Advice for ManifestError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Read { .. } => Some("make the file readable for you".into()),
            Self::Syntax { .. } => None,
            Self::UnknownKey { key, known, .. } => {
                let mut hint = String::new();
                if let Some(near) = nearest(key, known) {
                    let _ = write!(hint, "did you mean `{near}`? ");
                }
                let _ = write!(hint, "the keys here are {}", known.join(", "));
                Some(hint)
            }
            Self::Value { cure, .. } => Some((*cure).into()),
        }
    }
}

/// Returns the known key nearest to a mistyped one, if any is near.
fn nearest<'a>(key: &str, known: &'a [String]) -> Option<&'a String> {
    known
        .iter()
        .map(|candidate| (distance(key, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= candidate.len().max(3) / 2)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein distance; keys are short.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut previous = i;
        let mut left = i + 1;
        for (cell, to) in row.iter_mut().skip(1).zip(&b) {
            let substituted = previous + usize::from(from != *to);
            previous = *cell;
            left = substituted.min(previous + 1).min(left + 1);
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}
