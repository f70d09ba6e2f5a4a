//! The `SELECT`s of a text, and how often they mention their columns.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::migrate::lexer::{Token, tokens};

/// SQLite takes it for a space.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// Levels: SQLite takes 200.
const DEEPEST: usize = 400;

/// A `SELECT`, with all that stands in it.
#[derive(Debug, Default)]
struct Body {
    /// Mentions in each column of its result.
    columns: Vec<u64>,
    /// Mentions in all of it.
    mentions: u64,
    /// The bodies in it.
    inner: Vec<usize>,
    /// Names in it that are not in one of those.
    names: Vec<String>,
    /// Whether what comes is still its list of columns.
    listing: bool,
}

/// The bodies of some texts, and those that have a name.
#[derive(Debug, Default)]
pub(super) struct Bodies {
    all: Vec<Body>,
    pub(super) named: HashMap<String, Vec<usize>>,
    /// Constants that are no plain members of a list.
    pub(super) constants: u64,
    pub(super) too_deep: bool,
}

/// Where a parenthesis stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Query,
    /// A row of VALUES, or what follows IN.
    List,
}

/// What the last token was.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    /// What a member of a list follows.
    Opening,
    As,
    Distinct,
    In,
    Values,
    Other,
}

impl Last {
    fn of(word: &str, before: Self) -> Self {
        match word {
            "AS" => Self::As,
            // AS NOT MATERIALIZED (
            "NOT" | "MATERIALIZED" if before == Self::As => Self::As,
            "DISTINCT" => Self::Distinct,
            "IN" => Self::In,
            "VALUES" => Self::Values,
            _ => Self::Other,
        }
    }
}

fn opens_query(word: &str) -> bool {
    let words = ["SELECT", "WITH", "VALUES"];
    words.iter().any(|one| word.eq_ignore_ascii_case(one))
}

impl Bodies {
    /// Reads a text; returns the bodies that stand in no other.
    pub(super) fn read(&mut self, sql: &str) -> Vec<usize> {
        self.read_tokens(seen(&spaced(sql)))
    }

    pub(super) fn read_tokens(&mut self, tokens: Vec<Token<'_>>) -> Vec<usize> {
        let mut outermost = Body::default();
        let mut tokens = tokens.into_iter().peekable();
        self.group(&mut tokens, &mut outermost, 0, Place::Query);
        let inner = outermost.inner.clone();
        self.all.push(outermost);
        inner
    }

    /// Reads to the end of a parenthesis, on behalf of the body that it stands in.
    fn group<'a>(
        &mut self,
        tokens: &mut std::iter::Peekable<impl Iterator<Item = Token<'a>>>,
        around: &mut Body,
        depth: usize,
        place: Place,
    ) {
        let mut body: Option<Body> = None;
        let mut defined = String::new();
        let mut last = Last::Opening;
        while let Some(token) = tokens.next() {
            let before = std::mem::replace(&mut last, Last::Other);
            match token {
                Token::Symbol(')') => break,
                Token::Symbol('(') if depth >= DEEPEST => {
                    self.too_deep = true;
                    break;
                }
                Token::Symbol('(') => {
                    let query =
                        matches!(tokens.peek(), Some(Token::Word(word)) if opens_query(word));
                    let place = match before {
                        Last::In | Last::Values => Place::List,
                        _ => Place::Query,
                    };
                    if query && before == Last::As {
                        let mut common = Body::default();
                        self.group(tokens, &mut common, depth + 1, place);
                        let named = self.named.entry(std::mem::take(&mut defined));
                        named.or_default().extend(common.inner);
                    } else {
                        let current = body.as_mut().unwrap_or(around);
                        self.group(tokens, current, depth + 1, place);
                    }
                    // More rows may follow.
                    if before == Last::Values {
                        last = Last::Values;
                    }
                }
                Token::Symbol(',') => {
                    last = if before == Last::Values {
                        before
                    } else {
                        Last::Opening
                    };
                    if let Some(body) = &mut body {
                        body.next_column();
                    }
                }
                Token::Symbol('+' | '-') if before == Last::Opening => last = before,
                Token::Symbol('*') => body.as_mut().unwrap_or(around).mention(),
                Token::Word(word) => {
                    let upper = word.to_ascii_uppercase();
                    last = Last::of(&upper, before);
                    match upper.as_str() {
                        "SELECT" => self.close(body.replace(Body::listing()), around),
                        "FROM" | "UNION" | "INTERSECT" | "EXCEPT" if before != Last::Distinct => {
                            if let Some(body) = &mut body {
                                body.listing = false;
                            }
                        }
                        word if KEYWORDS.contains(&word) => {}
                        _ => {
                            let current = body.as_mut().unwrap_or(around);
                            current.name(word, before, tokens.peek(), &mut defined);
                        }
                    }
                }
                Token::Name(word) => {
                    let current = body.as_mut().unwrap_or(around);
                    current.name(&word, before, tokens.peek(), &mut defined);
                }
                Token::Literal(_) | Token::Number(_) => {
                    let ends = matches!(tokens.peek(), Some(Token::Symbol(',' | ')')));
                    if place == Place::Query || before != Last::Opening || !ends {
                        self.constants += 1;
                    }
                    // SQLite takes a text for a name where it needs one.
                    if let Token::Literal(text) = token {
                        let current = body.as_mut().unwrap_or(around);
                        let text = text.trim_matches('\'').to_ascii_lowercase();
                        defined.clone_from(&text);
                        current.names.push(text);
                    }
                }
                _ => {}
            }
        }
        self.close(body, around);
    }

    /// Puts a body that has ended into the one around it.
    fn close(&mut self, body: Option<Body>, around: &mut Body) {
        let Some(body) = body else { return };
        around.mentions += body.mentions;
        if around.listing
            && let Some(last) = around.columns.last_mut()
        {
            *last += body.mentions;
        }
        around.inner.push(self.all.len());
        self.all.push(body);
    }

    /// Returns the mentions of columns of tables behind the largest column of a body.
    pub(super) fn column(&self, body: usize, known: &mut HashMap<usize, u64>, depth: usize) -> u64 {
        if let Some(known) = known.get(&body) {
            return *known;
        }
        let Some(of) = self.all.get(body) else {
            return 1;
        };
        if depth > DEEPEST {
            return u64::MAX;
        }
        // A common table that refers to itself is computed, and not written out.
        known.insert(body, 1);
        let below = self.below(of, known, depth);
        let largest = of.columns.iter().max().copied().unwrap_or(1).max(1);
        let column = largest.saturating_mul(below);
        known.insert(body, column);
        column
    }

    fn below(&self, body: &Body, known: &mut HashMap<usize, u64>, depth: usize) -> u64 {
        let named = body.names.iter().filter_map(|name| self.named.get(name));
        let bodies = body.inner.iter().chain(named.flatten());
        let columns = bodies.map(|body| self.column(*body, known, depth + 1));
        columns.max().unwrap_or(1)
    }

    /// Returns the terms of all bodies.
    pub(super) fn terms(&self) -> u64 {
        let mut known = HashMap::new();
        self.all.iter().fold(0, |terms: u64, body| {
            let below = self.below(body, &mut known, 0);
            terms.saturating_add(body.mentions.saturating_mul(below))
        })
    }
}

impl Body {
    fn listing() -> Self {
        Self {
            columns: vec![0],
            listing: true,
            ..Self::default()
        }
    }

    fn next_column(&mut self) {
        if self.listing {
            self.columns.push(0);
        }
    }

    /// Notes a name: of a column, unless it is that of a function or stands before a point
    /// or after AS; perhaps of a common table that is defined, or of one that is read.
    fn name(&mut self, word: &str, before: Last, after: Option<&Token<'_>>, defined: &mut String) {
        let lower = word.to_ascii_lowercase();
        if before != Last::As {
            defined.clone_from(&lower);
            if !matches!(after, Some(Token::Symbol('(' | '.'))) {
                self.mention();
            }
        }
        self.names.push(lower);
    }

    fn mention(&mut self) {
        self.mentions += 1;
        if self.listing
            && let Some(last) = self.columns.last_mut()
        {
            *last += 1;
        }
    }
}

/// Words that are never names; one that is forgotten counts as a column.
const KEYWORDS: &[&str] = &[
    "ALL",
    "AND",
    "AS",
    "BETWEEN",
    "CASE",
    "COLLATE",
    "CREATE",
    "DELETE",
    "DISTINCT",
    "ELSE",
    "ESCAPE",
    "EXISTS",
    "FROM",
    "GROUP",
    "HAVING",
    "IN",
    "INSERT",
    "INTO",
    "IS",
    "ISNULL",
    "JOIN",
    "LIMIT",
    "NOT",
    "NOTNULL",
    "NULL",
    "ON",
    "OR",
    "ORDER",
    "RETURNING",
    "SELECT",
    "SET",
    "TABLE",
    "THEN",
    "UPDATE",
    "USING",
    "VALUES",
    "WHEN",
    "WHERE",
];

/// Splits a text into what SQLite sees of it.
pub(super) fn seen(sql: &str) -> Vec<Token<'_>> {
    // What is no SQL SQLite refuses itself.
    let mut tokens = tokens(sql).unwrap_or_default();
    tokens.retain(|token| *token != Token::Comment);
    tokens
}

/// Puts spaces where SQLite sees them.
pub(super) fn spaced(sql: &str) -> Cow<'_, str> {
    if sql.contains(BYTE_ORDER_MARK) {
        Cow::Owned(sql.replace(BYTE_ORDER_MARK, " "))
    } else {
        Cow::Borrowed(sql)
    }
}
