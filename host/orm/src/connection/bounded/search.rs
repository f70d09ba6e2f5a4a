//! `instr`, `replace`, `trim` and its siblings, `unhex`: searches in linear time.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use memchr::memmem::Finder;
use rusqlite::functions::Context;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Result, ffi};

use super::{Clock, Control, Text, failure, flags, next, text, until_nul};
use crate::connection::LARGEST;

pub(super) fn register(connection: &Connection, control: &Arc<Control>) -> Result<()> {
    let watch = Arc::clone(control);
    connection
        .create_scalar_function("instr", 2, flags(), move |context| instr(context, &watch))?;
    let watch = Arc::clone(control);
    connection.create_scalar_function("replace", 3, flags(), move |context| {
        replace(context, &watch)
    })?;
    let [left, right] = [true, false].map(|left| Ends { left, right: !left });
    let both = Ends {
        left: true,
        right: true,
    };
    for (name, ends) in [("trim", both), ("ltrim", left), ("rtrim", right)] {
        let watch = Arc::clone(control);
        connection
            .create_scalar_function(name, 2, flags(), move |context| trim(context, &watch, ends))?;
    }
    let watch = Arc::clone(control);
    connection.create_scalar_function("unhex", 2, flags(), move |context| unhex(context, &watch))
}

/// The place of the first occurrence, counted from one in characters, of blobs in bytes.
fn instr(context: &Context<'_>, control: &Control) -> Result<Option<i64>> {
    let blobs = matches!(
        (context.get_raw(0), context.get_raw(1)),
        (ValueRef::Blob(_), ValueRef::Blob(_))
    );
    let (Some(haystack), Some(needle)) = (text(context, 0), text(context, 1)) else {
        return Ok(None);
    };
    let mut clock = Clock::new(control);
    clock.spend(haystack.len() + needle.len())?;
    if needle.is_empty() {
        return Ok(Some(1));
    }
    let begins = |byte: &u8| byte & 0xc0 != 0x80;
    for place in Finder::new(&needle).find_iter(&haystack) {
        let (before, from) = haystack.split_at(place);
        if blobs {
            return Ok(Some(one_more(before.len())));
        }
        // Malformed text: an occurrence in the middle of a character is none.
        if place == 0 || from.first().is_some_and(begins) {
            let before = before.iter().enumerate();
            let characters = before.filter(|(index, byte)| *index == 0 || begins(byte));
            return Ok(Some(one_more(characters.count())));
        }
        clock.spend(1)?;
    }
    Ok(Some(0))
}

fn one_more(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX).saturating_add(1)
}

fn replace(context: &Context<'_>, control: &Control) -> Result<Option<Text<Vec<u8>>>> {
    let (Some(subject), Some(pattern)) = (text(context, 0), text(context, 1)) else {
        return Ok(None);
    };
    if until_nul(&pattern).is_empty() {
        // SQLite has made a text of it before it looks at the pattern.
        return Ok(Some(Text(subject.into_owned())));
    }
    let Some(by) = text(context, 2) else {
        return Ok(None);
    };
    let mut clock = Clock::new(control);
    clock.spend(subject.len() + pattern.len())?;
    let mut out = Vec::new();
    let mut rest = 0;
    for place in Finder::new(&pattern).find_iter(&subject) {
        out.extend_from_slice(subject.get(rest..place).unwrap_or_default());
        out.extend_from_slice(&by);
        rest = place + pattern.len();
        if out.len() > LARGEST {
            return Err(failure(ffi::SQLITE_TOOBIG));
        }
        clock.spend(pattern.len() + by.len())?;
    }
    out.extend_from_slice(subject.get(rest..).unwrap_or_default());
    Ok(Some(Text(out)))
}

/// Which ends are trimmed.
#[derive(Clone, Copy)]
struct Ends {
    left: bool,
    right: bool,
}

fn trim(context: &Context<'_>, control: &Control, ends: Ends) -> Result<Option<Text<Vec<u8>>>> {
    let (Some(subject), Some(set)) = (text(context, 0), text(context, 1)) else {
        return Ok(None);
    };
    let mut clock = Clock::new(control);
    clock.spend(subject.len() + set.len())?;
    let mut characters = HashSet::new();
    let mut rest = until_nul(&set);
    while !rest.is_empty() {
        let before = rest;
        next(&mut rest);
        let length = before.len() - rest.len();
        characters.insert(before.get(..length).unwrap_or_default());
        clock.spend(length)?;
    }
    let lengths: BTreeSet<usize> = characters.iter().map(|character| character.len()).collect();
    let mut subject: &[u8] = &subject;
    let from_left = |subject: &'_ [u8]| {
        let fits = |length: &&usize| {
            let start = subject.get(..**length);
            start.is_some_and(|start| characters.contains(start))
        };
        lengths.iter().find(fits).copied()
    };
    while let Some(length) = ends.left.then(|| from_left(subject)).flatten() {
        clock.spend(length)?;
        subject = subject.get(length..).unwrap_or_default();
    }
    let from_right = |subject: &'_ [u8]| {
        let fits = |length: &&usize| {
            let end = subject.len().checked_sub(**length);
            let end = end.and_then(|begin| subject.get(begin..));
            end.is_some_and(|end| characters.contains(end))
        };
        lengths.iter().find(fits).copied()
    };
    while let Some(length) = ends.right.then(|| from_right(subject)).flatten() {
        clock.spend(length)?;
        let kept = subject.len().saturating_sub(length);
        subject = subject.get(..kept).unwrap_or_default();
    }
    Ok(Some(Text(subject.to_vec())))
}

/// Decodes pairs of hexadecimal digits, with certain characters between them.
fn unhex(context: &Context<'_>, control: &Control) -> Result<Option<Vec<u8>>> {
    let (Some(digits), Some(between)) = (text(context, 0), text(context, 1)) else {
        return Ok(None);
    };
    let mut clock = Clock::new(control);
    clock.spend(digits.len() + between.len())?;
    let mut characters = HashSet::new();
    let mut rest: &[u8] = &between;
    while !rest.is_empty() {
        characters.insert(next(&mut rest));
        clock.spend(1)?;
    }
    let digit = |byte: Option<&u8>| {
        let digit = char::from(*byte?).to_digit(16)?;
        u8::try_from(digit).ok()
    };
    let mut out = Vec::new();
    let mut rest = until_nul(&digits);
    while !rest.is_empty() {
        clock.spend(1)?;
        if let Some(high) = digit(rest.first()) {
            let Some(low) = digit(rest.get(1)) else {
                return Ok(None);
            };
            out.push(high << 4 | low);
            rest = rest.get(2..).unwrap_or_default();
        } else if !characters.contains(&next(&mut rest)) {
            return Ok(None);
        }
    }
    Ok(Some(out))
}
