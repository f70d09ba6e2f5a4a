//! `LIKE` and `GLOB`, which try each beginning for each piece of their pattern.
//!
//! SQLite's own could use an index for a literal pattern that begins with letters; for
//! a parameter it does not here in any case, as plans do not depend on parameters.

use std::sync::Arc;

use rusqlite::functions::Context;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Error, Result};

use super::{Clock, Control, flags, next, text, until_nul};

/// Bytes of a pattern at most.
const LONGEST: usize = 1000;

pub(super) fn register(connection: &Connection, control: &Arc<Control>) -> Result<()> {
    for (name, arguments) in [("like", 2), ("like", 3), ("glob", 2)] {
        let watch = Arc::clone(control);
        let kind = if name == "glob" {
            Kind::Glob
        } else {
            Kind::Like
        };
        connection.create_scalar_function(name, arguments, flags(), move |context| {
            matches(context, &watch, kind)
        })?;
    }
    Ok(())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Like,
    Glob,
}

/// One piece of a pattern.
#[derive(Debug, PartialEq, Eq)]
enum Piece {
    /// Any number of characters.
    Any,
    /// One character.
    One,
    /// This character.
    Is(u32),
    /// One of these ranges, or none of them.
    Set {
        ranges: Vec<(u32, u32)>,
        inverted: bool,
    },
    /// Nothing: the pattern is malformed.
    Never,
}

/// A pattern, and what it was made from.
struct Pattern {
    pieces: Vec<Piece>,
    folded: bool,
    escape: Option<u32>,
}

fn user_error(what: &str) -> Error {
    Error::UserFunctionError(what.into())
}

fn matches(context: &Context<'_>, control: &Control, kind: Kind) -> Result<Option<bool>> {
    let blob = |index| matches!(context.get_raw(index), ValueRef::Blob(_));
    if blob(0) || blob(1) {
        return Ok(Some(false));
    }
    let pattern = text(context, 0);
    if pattern
        .as_ref()
        .is_some_and(|pattern| pattern.len() > LONGEST)
    {
        return Err(user_error("LIKE or GLOB pattern too complex"));
    }
    let mut escape = None;
    if context.len() == 3 {
        let Some(given) = text(context, 2) else {
            return Ok(None);
        };
        let mut rest = until_nul(&given);
        escape = Some(next(&mut rest));
        if until_nul(&given).is_empty() || !rest.is_empty() {
            return Err(user_error("ESCAPE expression must be a single character"));
        }
    }
    let (Some(pattern), Some(subject)) = (pattern, text(context, 1)) else {
        return Ok(None);
    };
    // SQLite keeps it for as long as the argument is a constant.
    let kept: Option<Arc<Pattern>> = context.get_aux(0)?;
    let pattern = match kept.filter(|kept| kept.escape == escape) {
        Some(kept) => kept,
        None => context.set_aux(0, Pattern::new(until_nul(&pattern), kind, escape))?,
    };
    let mut clock = Clock::new(control);
    clock.spend(subject.len())?;
    pattern.matches(until_nul(&subject), &mut clock).map(Some)
}

impl Pattern {
    fn new(mut rest: &[u8], kind: Kind, escape: Option<u32>) -> Self {
        let (any, one) = match kind {
            Kind::Like => ('%', '_'),
            Kind::Glob => ('*', '?'),
        };
        let folded = kind == Kind::Like;
        let mut pieces = Vec::new();
        while !rest.is_empty() {
            let character = next(&mut rest);
            let piece = if escape == Some(character) {
                match next(&mut rest) {
                    0 => Piece::Never,
                    escaped => Piece::Is(fold(escaped, folded)),
                }
            } else if character == u32::from(any) {
                Piece::Any
            } else if character == u32::from(one) {
                Piece::One
            } else if kind == Kind::Glob && character == u32::from('[') {
                set(&mut rest)
            } else {
                Piece::Is(fold(character, folded))
            };
            pieces.push(piece);
        }
        Self {
            pieces,
            folded,
            escape,
        }
    }

    /// Tells whether all of a text matches. After a wildcard the first place at which
    /// the rest matches up to the next wildcard is as good as any other.
    fn matches(&self, subject: &[u8], clock: &mut Clock<'_>) -> Result<bool> {
        let mut rest = subject;
        let mut pieces = self.pieces.as_slice();
        let mut again: Option<(&[Piece], &[u8])> = None;
        loop {
            clock.spend(1)?;
            match pieces.split_first() {
                Some((Piece::Any, after)) => {
                    if after.is_empty() {
                        return Ok(true);
                    }
                    pieces = after;
                    rest = self.candidate(after, rest);
                    again = Some((after, rest));
                    continue;
                }
                Some((piece, after)) if !rest.is_empty() => {
                    let mut left = rest;
                    if self.matches_one(piece, next(&mut left)) {
                        (pieces, rest) = (after, left);
                        continue;
                    }
                }
                None if rest.is_empty() => return Ok(true),
                _ => {}
            }
            // From the last wildcard on, one character later.
            let Some((after, mut from)) = again else {
                return Ok(false);
            };
            if from.is_empty() {
                return Ok(false);
            }
            next(&mut from);
            let found = self.candidate(after, from);
            clock.spend(from.len() - found.len())?;
            again = Some((after, found));
            (pieces, rest) = (after, found);
        }
    }

    fn matches_one(&self, piece: &Piece, character: u32) -> bool {
        match piece {
            Piece::One => true,
            Piece::Is(wanted) => *wanted == fold(character, self.folded),
            Piece::Set { ranges, inverted } => {
                let inside = |(first, last): &(u32, u32)| (*first..=*last).contains(&character);
                ranges.iter().any(inside) != *inverted
            }
            Piece::Any | Piece::Never => false,
        }
    }

    /// Skips to where the first of some pieces can match.
    fn candidate<'a>(&self, pieces: &[Piece], rest: &'a [u8]) -> &'a [u8] {
        let Some(Piece::Is(character)) = pieces.first() else {
            return rest;
        };
        let Some(byte) = u8::try_from(*character).ok().filter(u8::is_ascii) else {
            return rest;
        };
        let place = if self.folded {
            memchr::memchr2(byte, byte.to_ascii_uppercase(), rest)
        } else {
            memchr::memchr(byte, rest)
        };
        place
            .and_then(|place| rest.get(place..))
            .unwrap_or_default()
    }
}

/// `LIKE` takes the letters A to Z for a to z, and no others.
fn fold(character: u32, folded: bool) -> u32 {
    match u8::try_from(character) {
        Ok(byte) if folded => u32::from(byte.to_ascii_lowercase()),
        _ => character,
    }
}

/// Reads what is in brackets, after the first of them.
fn set(rest: &mut &[u8]) -> Piece {
    let bracket = u32::from(']');
    let mut ranges = Vec::new();
    let mut inverted = false;
    let mut before = 0;
    let mut character = next(rest);
    if character == u32::from('^') {
        inverted = true;
        character = next(rest);
    }
    if character == bracket {
        ranges.push((bracket, bracket));
        character = next(rest);
    }
    while character != 0 && character != bracket {
        let closed = rest.first().is_none_or(|next| *next == b']');
        if character == u32::from('-') && !closed && before > 0 {
            ranges.push((before, next(rest)));
            before = 0;
        } else {
            ranges.push((character, character));
            before = character;
        }
        character = next(rest);
    }
    if character == 0 {
        return Piece::Never;
    }
    Piece::Set { ranges, inverted }
}
