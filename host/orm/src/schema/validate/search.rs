//! Full-text search: its columns, and the tokenizer, which lands in SQL.

use super::super::Model;
use super::{columns, error};
use crate::error::Result;
use crate::value::ColumnType;

/// Bytes of a tokenizer.
const LONGEST: usize = 256;

/// Checks the full-text search of a model.
pub(super) fn check(model: &Model) -> Result<()> {
    let Some(search) = &model.full_text else {
        return Ok(());
    };
    let about = |what: &str| error(model, &format!("full text: {what}"));
    if search.columns.is_empty() {
        return Err(about("it has no columns; name a text column"));
    }
    let names: Vec<&str> = search.columns.iter().map(String::as_str).collect();
    columns::all_there(model, &names).map_err(|what| about(&what))?;
    for name in names {
        if model
            .column(name)
            .is_some_and(|column| column.kind != ColumnType::Text)
        {
            return Err(about(&format!("column {name} is not text; leave it out")));
        }
        let reserved = ["rank", "rowid", &model.full_text_table()];
        if reserved
            .iter()
            .any(|reserved| reserved.eq_ignore_ascii_case(name))
        {
            return Err(about(&format!(
                "FTS5 has a column {name} of its own; rename this one"
            )));
        }
    }
    tokenizer(&search.tokenizer).map_err(|what| {
        about(&format!(
            "tokenizer {}: {what}; write `unicode61`, `ascii`, `porter` or `trigram`, and their options",
            search.tokenizer.escape_debug()
        ))
    })
}

/// Checks a tokenizer and its options (https://sqlite.org/fts5.html section 4.3). An
/// empty one is FTS5's own choice, unicode61.
fn tokenizer(text: &str) -> Result<(), String> {
    if text.len() > LONGEST {
        return Err(format!("it has more than {LONGEST} bytes"));
    }
    let words = words(text)?;
    let mut words = words.as_slice();
    if let [first, rest @ ..] = words
        && *first == "porter"
    {
        words = rest;
    }
    let Some((name, mut options)) = words.split_first() else {
        return Ok(());
    };
    let known: &[(&str, &[&str])] = match *name {
        "unicode61" => &[
            ("remove_diacritics", &["0", "1", "2"]),
            ("categories", &[]),
            ("tokenchars", &[]),
            ("separators", &[]),
        ],
        "ascii" => &[("tokenchars", &[]), ("separators", &[])],
        "trigram" => &[
            ("case_sensitive", &["0", "1"]),
            ("remove_diacritics", &["0", "1"]),
        ],
        other => return Err(format!("there is no tokenizer {}", other.escape_debug())),
    };
    while let Some((option, rest)) = options.split_first() {
        let Some((_, values)) = known.iter().find(|(known, _)| known == option) else {
            return Err(format!("{name} has no option {}", option.escape_debug()));
        };
        let Some((value, rest)) = rest.split_first() else {
            return Err(format!("{option} has no value"));
        };
        let plain = value.trim_matches('\'');
        if !values.is_empty() && !values.contains(&plain) {
            return Err(format!("{option} is one of {}", values.join(", ")));
        }
        options = rest;
    }
    Ok(())
}

/// Splits into words, of which one may stand between single quotes.
fn words(text: &str) -> Result<Vec<&str>, String> {
    let mut words = Vec::new();
    let mut rest = text.trim_start_matches(' ');
    while !rest.is_empty() {
        let end = match rest.strip_prefix('\'') {
            Some(inner) => inner.find('\'').ok_or("a quote is not closed")? + 2,
            None => rest.find(' ').unwrap_or(rest.len()),
        };
        let (word, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let quoted = word.starts_with('\'');
        let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        let allowed = |letter: char| !letter.is_control() && letter != '"';
        let valid = if quoted {
            word.chars().all(allowed)
        } else {
            word.chars().all(plain)
        };
        if !valid || !(after.is_empty() || after.starts_with(' ')) {
            return Err(format!("{} is no word", word.escape_debug()));
        }
        words.push(word);
        rest = after.trim_start_matches(' ');
    }
    Ok(words)
}
