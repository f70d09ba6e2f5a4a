//! A script's words, strings and signs; comments are looked at for source maps.

use crate::build::assets::reference::{Found, source_map};

/// Words after which a slash begins a regular expression.
const BEFORE_REGEX: [&str; 14] = [
    "await",
    "case",
    "delete",
    "do",
    "else",
    "in",
    "instanceof",
    "new",
    "of",
    "return",
    "throw",
    "typeof",
    "void",
    "yield",
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A name, keyword or number.
    Word(&'a str),
    /// What stands between the quotes, where, and in which line.
    Text(&'a str, usize, usize),
    /// Any other sign.
    Sign(u8),
    /// A template or a regular expression.
    Other,
}

/// Splits a script, and finds its source maps.
pub(super) fn tokens(text: &str) -> (Vec<Token<'_>>, Vec<Found>) {
    let mut lexer = Lexer {
        text,
        at: 0,
        line: 1,
        tokens: Vec::new(),
        open: Vec::new(),
        found: Vec::new(),
    };
    lexer.run();
    (lexer.tokens, lexer.found)
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    line: usize,
    tokens: Vec<Token<'a>>,
    /// Open braces; true where one began in a template, with `${`.
    open: Vec<bool>,
    /// Source maps.
    found: Vec<Found>,
}

impl<'a> Lexer<'a> {
    fn byte(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    /// Goes past some bytes, and counts their lines.
    fn skip(&mut self, count: usize) -> &'a str {
        let end = (self.at + count).min(self.text.len());
        let skipped = self.text.get(self.at..end).unwrap_or_default();
        self.line += skipped.bytes().filter(|byte| *byte == b'\n').count();
        self.at = end;
        skipped
    }

    /// Returns how many bytes there are up to a text, or to the end.
    fn until(&self, end: &str) -> usize {
        let rest = self.text.get(self.at..).unwrap_or_default();
        rest.find(end).unwrap_or(rest.len())
    }

    fn run(&mut self) {
        while let Some(byte) = self.byte(0) {
            match (byte, self.byte(1)) {
                (b'/', Some(b'/')) => self.comment("\n", 0),
                (b'/', Some(b'*')) => self.comment("*/", 2),
                (b'/', _) if self.regex_may_begin() => {
                    self.skip(1);
                    self.literal(b'/');
                    self.tokens.push(Token::Other);
                }
                (b'"' | b'\'', _) => {
                    self.skip(1);
                    let (start, line) = (self.at, self.line);
                    let inner = self.literal(byte);
                    self.tokens.push(Token::Text(inner, start, line));
                }
                (b'`', _) => {
                    self.skip(1);
                    self.template();
                }
                (b'{', _) => {
                    self.open.push(false);
                    self.sign(byte);
                }
                (b'}', _) => match self.open.pop() {
                    Some(true) => {
                        self.skip(1);
                        self.template();
                    }
                    _ => self.sign(byte),
                },
                _ if is_word(byte) => {
                    let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
                    let length = rest.iter().take_while(|byte| is_word(**byte)).count();
                    let word = self.skip(length);
                    self.tokens.push(Token::Word(word));
                }
                _ if byte.is_ascii_whitespace() => {
                    self.skip(1);
                }
                _ => self.sign(byte),
            }
        }
    }

    fn sign(&mut self, byte: u8) {
        self.skip(1);
        self.tokens.push(Token::Sign(byte));
    }

    fn comment(&mut self, end: &str, closing: usize) {
        self.skip(2);
        let (start, line) = (self.at, self.line);
        let comment = self.skip(self.until(end));
        self.found.extend(source_map(comment, start, line));
        self.skip(closing);
    }

    /// Reads a string or regular expression to its end, or to the end of the line,
    /// where both end in any case; returns what is inside.
    fn literal(&mut self, quote: u8) -> &'a str {
        let start = self.at;
        let mut in_class = false;
        while let Some(byte) = self.byte(0) {
            match byte {
                b'\\' => {
                    self.skip(1);
                }
                b'\n' => break,
                b'[' if quote == b'/' => in_class = true,
                b']' => in_class = false,
                _ if byte == quote && !in_class => break,
                _ => {}
            }
            self.skip(1);
        }
        let inner = self.text.get(start..self.at).unwrap_or_default();
        if self.byte(0) == Some(quote) {
            self.skip(1);
        }
        inner
    }

    /// Reads a template up to its end or the next `${`.
    fn template(&mut self) {
        while let Some(byte) = self.byte(0) {
            match byte {
                b'\\' => {
                    self.skip(2);
                }
                b'`' => {
                    self.skip(1);
                    break;
                }
                b'$' if self.byte(1) == Some(b'{') => {
                    self.skip(2);
                    self.open.push(true);
                    break;
                }
                _ => {
                    self.skip(1);
                }
            }
        }
        self.tokens.push(Token::Other);
    }

    fn regex_may_begin(&self) -> bool {
        match self.tokens.last() {
            None => true,
            Some(Token::Word(word)) => BEFORE_REGEX.contains(word),
            Some(Token::Sign(sign)) => !matches!(sign, b')' | b']' | b'}'),
            Some(Token::Text(..) | Token::Other) => false,
        }
    }
}

/// Letters of identifiers, all beyond ASCII among them.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || byte >= 0x80
}
