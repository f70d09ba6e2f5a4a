//! SQL as tokens: to compare texts that SQLite has rewritten, and to refuse
//! expressions of an app that would reach out of their parentheses.
//!
//! It follows SQLite's own tokenizer where the two could part ways to an app's
//! advantage: strings, comments, brackets (https://sqlite.org/lang_expr.html).

use std::fmt::Write as _;

/// A token. White space is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    /// A keyword or a name without quotes.
    Word(&'a str),
    /// A name in quotes, without them.
    Name(String),
    /// A string or a blob, as it stands.
    Literal(&'a str),
    /// A number.
    Number(&'a str),
    /// `?1`, `:name`, `@name`, `$name`, `#1`.
    Parameter,
    /// `-- ...` or `/* ... */`.
    Comment,
    /// Anything else: one character.
    Symbol(char),
}

/// Why a text is no SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unterminated;

/// Splits a text into tokens.
pub(crate) fn tokens(sql: &str) -> Result<Vec<Token<'_>>, Unterminated> {
    let mut rest = sql;
    let mut tokens = Vec::new();
    while let Some(first) = rest.chars().next() {
        if first.is_ascii_whitespace() {
            rest = rest.get(1..).unwrap_or_default();
            continue;
        }
        let (length, token) = next(rest, first)?;
        tokens.push(token);
        rest = rest.get(length..).unwrap_or_default();
    }
    Ok(tokens)
}

fn next(rest: &str, first: char) -> Result<(usize, Token<'_>), Unterminated> {
    let second = rest
        .get(first.len_utf8()..)
        .and_then(|rest| rest.chars().next());
    let taken = |length: usize| rest.get(..length).unwrap_or_default();
    Ok(match (first, second) {
        ('-', Some('-')) => (rest.find('\n').unwrap_or(rest.len()), Token::Comment),
        ('/', Some('*')) => {
            let end = rest.get(2..).and_then(|inner| inner.find("*/"));
            // SQLite takes an open comment to the end of the text.
            (end.map_or(rest.len(), |end| end + 4), Token::Comment)
        }
        ('\'', _) => {
            let length = quoted(rest, '\'')?;
            (length, Token::Literal(taken(length)))
        }
        ('x' | 'X', Some('\'')) => {
            let length = 1 + quoted(rest.get(1..).unwrap_or_default(), '\'')?;
            (length, Token::Literal(taken(length)))
        }
        ('"' | '`', _) => {
            let length = quoted(rest, first)?;
            let inner = rest.get(1..length - 1).unwrap_or_default();
            let doubled = format!("{first}{first}");
            (
                length,
                Token::Name(inner.replace(&doubled, &first.to_string())),
            )
        }
        ('[', _) => {
            let end = rest.find(']').ok_or(Unterminated)?;
            (
                end + 1,
                Token::Name(rest.get(1..end).unwrap_or_default().to_owned()),
            )
        }
        ('?' | ':' | '@' | '$' | '#', _) => (
            1 + run(rest.get(1..).unwrap_or_default(), is_word),
            Token::Parameter,
        ),
        (digit, _) if digit.is_ascii_digit() => {
            let length = number(rest);
            (length, Token::Number(taken(length)))
        }
        ('.', Some(digit)) if digit.is_ascii_digit() => {
            let length = number(rest);
            (length, Token::Number(taken(length)))
        }
        (letter, _) if is_word(letter) => {
            let length = run(rest, is_word);
            (length, Token::Word(taken(length)))
        }
        (symbol, _) => (symbol.len_utf8(), Token::Symbol(symbol)),
    })
}

fn is_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_' || letter == '$' || !letter.is_ascii()
}

fn run(text: &str, part: impl Fn(char) -> bool) -> usize {
    text.find(|letter| !part(letter)).unwrap_or(text.len())
}

fn number(text: &str) -> usize {
    let mut before = ' ';
    let hex = text.starts_with("0x") || text.starts_with("0X");
    let end = text.find(|letter: char| {
        let sign = matches!(letter, '+' | '-') && matches!(before, 'e' | 'E') && !hex;
        before = letter;
        !(sign || letter.is_ascii_alphanumeric() || letter == '.' || letter == '_')
    });
    end.unwrap_or(text.len())
}

/// Returns the length of what begins with a quote; two in a row stand for one.
fn quoted(text: &str, quote: char) -> Result<usize, Unterminated> {
    let mut at = 1;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let end = at + rest.find(quote).ok_or(Unterminated)? + 1;
        if !text.get(end..).unwrap_or_default().starts_with(quote) {
            return Ok(end);
        }
        at = end + 1;
    }
}

/// Returns a text in which what means the same reads the same: one space between
/// tokens, names without quotes and case, no comments.
pub(crate) fn normalised(sql: &str) -> String {
    match tokens(sql) {
        Ok(tokens) => join(&tokens),
        Err(Unterminated) => sql.to_owned(),
    }
}

/// Joins tokens as [`normalised`] does.
pub(crate) fn join(tokens: &[Token<'_>]) -> String {
    let mut text = String::new();
    for token in tokens {
        if !text.is_empty() && *token != Token::Comment {
            text.push(' ');
        }
        // Writing to a string does not fail.
        let _ = match token {
            Token::Word(word) => write!(text, "{}", word.to_ascii_lowercase()),
            Token::Name(name) => write!(text, "{}", name.to_ascii_lowercase()),
            Token::Literal(literal) | Token::Number(literal) => write!(text, "{literal}"),
            Token::Parameter => write!(text, "?"),
            Token::Symbol(symbol) => write!(text, "{symbol}"),
            Token::Comment => Ok(()),
        };
    }
    text
}

/// Tells whether an expression speaks of a name.
pub(crate) fn mentions(sql: &str, name: &str) -> bool {
    tokens(sql).map_or(true, |tokens| {
        tokens.iter().any(|token| match token {
            Token::Word(word) => word.eq_ignore_ascii_case(name),
            Token::Name(word) => word.eq_ignore_ascii_case(name),
            _ => false,
        })
    })
}

/// Returns what of an expression could reach out of the parentheses that it is put in.
pub(crate) fn not_one_expression(sql: &str) -> Option<&'static str> {
    if sql
        .chars()
        .any(|letter| letter.is_control() && !matches!(letter, '\n' | '\t' | '\r'))
    {
        return Some("it holds a control character");
    }
    let Ok(tokens) = tokens(sql) else {
        return Some("a quote is not closed");
    };
    let mut depth = 0_usize;
    for token in &tokens {
        match token {
            Token::Comment => return Some("it holds a comment"),
            Token::Parameter => return Some("it holds a parameter"),
            Token::Symbol(';') => return Some("it holds a `;`"),
            Token::Symbol('(') => depth += 1,
            Token::Symbol(')') => match depth.checked_sub(1) {
                Some(outer) => depth = outer,
                None => return Some("a `)` closes nothing"),
            },
            _ => {}
        }
    }
    match (tokens.is_empty(), depth) {
        (true, _) => Some("it is empty"),
        (_, 0) => None,
        _ => Some("a `(` is not closed"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_mean_the_same_are_normalised_to_the_same() {
        let written = "CHECK (\"Title\" <> '' AND length(title)>3)";
        let rewritten = "check([title] <>'' and  length(`title`) > 3 /* note */)";
        assert_eq!(normalised(written), normalised(rewritten));
        assert_ne!(normalised("a = 'X'"), normalised("a = 'x'"));
        assert_eq!(normalised("1.5e-3+.5"), "1.5e-3 + .5");
    }

    #[test]
    fn an_expression_that_reaches_out_of_its_parentheses_is_refused() {
        let bad = [
            "",
            "  ",
            "1) OR (1",
            "a; DROP TABLE t",
            "a -- b",
            "a /* b",
            "(a",
            "'a",
            "\"a",
            "[a",
            "a = ?",
            "a = :b",
            "a = @b",
            "a = $b",
            "a\0b",
            "1--1",
            "a')",
            "#1",
        ];
        for text in bad {
            assert!(not_one_expression(text).is_some(), "{text:?}");
        }
        let good = [
            "a > 0",
            "(a) + (b)",
            "a = ';'",
            "a = '--'",
            "a = ')'",
            "\"a)\" = 1",
            "a ->> '$.b'",
            "a = x'00ff'",
            "length(é) - -1",
            "a$b = 'it''s'",
        ];
        for text in good {
            assert_eq!(not_one_expression(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_name_is_found_in_quotes_and_in_any_case_but_not_in_strings() {
        assert!(mentions("LENGTH(Title) > 0", "title"));
        assert!(mentions("\"title\" > 0", "title"));
        assert!(!mentions("a = 'title'", "title"));
        assert!(!mentions("subtitle > 0", "title"));
    }
}
