//! Statements that are too long for a file.

mod long;
mod parts;
mod refused;

use super::corpus::{Expect, Statement};

/// Bytes of SQL that a connection takes at most.
const LONGEST: usize = 256 << 10;

/// Makes them.
pub(crate) fn statements() -> Vec<Statement> {
    let mut statements = Vec::new();
    let mut add = |place: &str, expect: Expect, sql: String| {
        let place = place.to_owned();
        statements.push(Statement { place, sql, expect });
    };
    refused::statements(&mut add);
    long::statements(&mut add);
    statements
}
