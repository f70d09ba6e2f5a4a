//! Finds the tags of a template that name others: a lexer of `{% ... %}`, no more.
//!
//! Tera keeps its syntax tree to itself. What is read here is only what decides whether
//! templates may be handed to Tera at all: which they extend and include, which blocks
//! they have, and how many `elif` follow one another, each of which is a recursion there.

/// A tag that names something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tag {
    pub(crate) kind: TagKind,
    pub(crate) name: String,
    /// The byte at which the name, or the text of it, begins, and how many it has.
    pub(crate) at: usize,
    pub(crate) length: usize,
}

impl Tag {
    /// Where it is. Counted only for a report: it takes time by the length of the template.
    pub(crate) fn place(&self, source: &str) -> Place {
        let before = source.get(..self.at).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let characters = |text: &str| u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        let lines = before.bytes().filter(|byte| *byte == b'\n').count();
        let written = source
            .get(self.at..self.at + self.length)
            .unwrap_or_default();
        Place {
            line: u32::try_from(lines).unwrap_or(u32::MAX).saturating_add(1),
            column: characters(before.get(line_start..).unwrap_or_default()).saturating_add(1),
            width: characters(written),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TagKind {
    Extends,
    Include,
    Block,
    /// Too many of them in one `if`.
    Elif,
}

/// Where in a template: line and column from 1, and how many characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) line: u32,
    pub(crate) column: u32,
    pub(crate) width: u32,
}

/// How many `elif` one `if` may have.
pub(crate) const MAX_ELIF: u32 = 100;

/// Returns the tags of a template, in their order.
pub(crate) fn tags(source: &str) -> Vec<Tag> {
    let mut found = Vec::new();
    // How many `elif` each open `if` has.
    let mut open: Vec<u32> = Vec::new();
    let mut at = 0;
    while let Some((start, marker)) = next_marker(source, at) {
        let inside = start + 2;
        at = match marker {
            b'#' => end_of(source, inside, "#}"),
            b'{' => Words::new(source, inside, "}}").skip(),
            _ => match raw_end(source, inside) {
                Some(end) => end,
                None => tag(source, inside, &mut open, &mut found),
            },
        };
    }
    found
}

/// The next `{{`, `{%` or `{#`.
fn next_marker(source: &str, from: usize) -> Option<(usize, u8)> {
    let bytes = source.as_bytes();
    let mut at = from;
    while let Some(found) = memchr_brace(bytes, at) {
        match bytes.get(found + 1) {
            Some(marker @ (b'{' | b'%' | b'#')) => return Some((found, *marker)),
            Some(_) => at = found + 1,
            None => return None,
        }
    }
    None
}

fn memchr_brace(bytes: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    rest.iter()
        .position(|byte| *byte == b'{')
        .map(|found| from + found)
}

fn end_of(source: &str, from: usize, end: &str) -> usize {
    let rest = source.get(from..).unwrap_or_default();
    rest.find(end)
        .map_or(source.len(), |found| from + found + end.len())
}

/// The end of a `{% raw %}...{% endraw %}` whose first tag's inside begins here.
fn raw_end(source: &str, inside: usize) -> Option<usize> {
    let mut at = lone_tag(source, inside, "raw")?;
    while let Some(found) = source.get(at..)?.find("{%") {
        let inside = at + found + 2;
        match lone_tag(source, inside, "endraw") {
            Some(end) => return Some(end),
            None => at = inside,
        }
    }
    Some(source.len())
}

/// The end of a tag of one word.
fn lone_tag(source: &str, inside: usize, word: &str) -> Option<usize> {
    let rest = source.get(inside..)?;
    let rest = rest.strip_prefix('-').unwrap_or(rest);
    let rest = rest
        .trim_ascii_start()
        .strip_prefix(word)?
        .trim_ascii_start();
    let rest = rest.strip_prefix('-').unwrap_or(rest).strip_prefix("%}")?;
    Some(source.len() - rest.len())
}

/// Reads a tag, notes it, and returns where it ends.
fn tag(source: &str, inside: usize, open: &mut Vec<u32>, found: &mut Vec<Tag>) -> usize {
    let mut words = Words::new(source, inside, "%}");
    let first = words.next();
    let kind = match first {
        Some(Word::Name("extends", _)) => Some(TagKind::Extends),
        Some(Word::Name("include", _)) => Some(TagKind::Include),
        Some(Word::Name("block", _)) => Some(TagKind::Block),
        Some(Word::Name("if", _)) => {
            open.push(0);
            None
        }
        Some(Word::Name("endif", _)) => {
            open.pop();
            None
        }
        Some(Word::Name("elif", at)) => {
            if let Some(count) = open.last_mut() {
                *count += 1;
                if *count == MAX_ELIF + 1 {
                    let name = String::new();
                    found.push(Tag {
                        kind: TagKind::Elif,
                        name,
                        at,
                        length: "elif".len(),
                    });
                }
            }
            None
        }
        _ => None,
    };
    if let Some(kind) = kind {
        let named = match (kind, words.next()) {
            (TagKind::Block, Some(Word::Name(name, at))) => Some((name.to_owned(), at, name.len())),
            (TagKind::Extends | TagKind::Include, Some(Word::Text(text, at))) => {
                Some((unescaped(text), at, text.len() + 2))
            }
            _ => None,
        };
        if let Some((name, at, length)) = named {
            found.push(Tag {
                kind,
                name,
                at,
                length,
            });
        }
    }
    words.skip()
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some('r') => out.push('\r'),
                Some(other) => out.push(other),
                None => {}
            },
            other => out.push(other),
        }
    }
    out
}

/// A word inside of a tag, and where it begins.
enum Word<'a> {
    Name(&'a str, usize),
    /// Without its quotes.
    Text(&'a str, usize),
    Other,
}

/// The words of a tag.
struct Words<'a> {
    source: &'a str,
    at: usize,
    end: &'static str,
    ended: bool,
}

impl<'a> Words<'a> {
    fn new(source: &'a str, inside: usize, end: &'static str) -> Self {
        let trimmed = source
            .get(inside..)
            .is_some_and(|rest| rest.starts_with('-'));
        Self {
            source,
            at: inside + usize::from(trimmed),
            end,
            ended: false,
        }
    }

    /// Goes to the end of the tag, and returns it.
    fn skip(mut self) -> usize {
        while self.next().is_some() {}
        self.at
    }

    fn next(&mut self) -> Option<Word<'a>> {
        if self.ended {
            return None;
        }
        let rest = self.source.get(self.at..)?;
        self.at += rest.len() - rest.trim_ascii_start().len();
        let rest = self.source.get(self.at..)?;
        let trimming = rest
            .strip_prefix('-')
            .is_some_and(|rest| rest.starts_with(self.end));
        if trimming || rest.starts_with(self.end) {
            self.at += self.end.len() + usize::from(trimming);
            self.ended = true;
            return None;
        }
        let first = rest.chars().next()?;
        let start = self.at;
        if matches!(first, '"' | '\'' | '`') {
            let length = text_length(rest.get(1..)?, first);
            let Some(length) = length else {
                // Tera refuses a text without an end; nothing after it is a tag.
                self.at = self.source.len();
                self.ended = true;
                return None;
            };
            self.at += length + 2;
            return Some(Word::Text(rest.get(1..=length)?, start));
        }
        let is_name = |character: char| character.is_alphanumeric() || character == '_';
        let length = rest
            .find(|character| !is_name(character))
            .unwrap_or(rest.len());
        self.at += length.max(first.len_utf8());
        match rest.get(..length) {
            Some(name) if length > 0 => Some(Word::Name(name, start)),
            _ => Some(Word::Other),
        }
    }
}

/// The length of a text up to its closing quote.
fn text_length(rest: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, character) in rest.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            other if other == quote => return Some(at),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn names(source: &str) -> Vec<(TagKind, String)> {
        tags(source)
            .into_iter()
            .map(|tag| (tag.kind, tag.name))
            .collect()
    }

    #[test]
    fn tags_that_name_templates_and_blocks_are_found() {
        use TagKind::{Block, Extends, Include};
        let source = "{%- extends 'a.html' -%}\n{% block x %}{% include `b\\\"c` %}{% endblock x %}\
            {%block y%}{{ \"}} {% include 'no' %}\" }}{%include\"d\"%}";
        let expected = [
            (Extends, "a.html"),
            (Block, "x"),
            (Include, "b\"c"),
            (Block, "y"),
            (Include, "d"),
        ];
        assert_eq!(
            names(source),
            expected.map(|(kind, name)| (kind, name.to_owned()))
        );
    }

    #[test]
    fn comments_and_raw_text_are_no_tags() {
        let source = "{# {% include 'a' %} #}{%- raw -%}{% include 'b' %}{% endraw\n%}\
            {% include 'c' %}{# open {% include 'd' %}";
        assert_eq!(names(source), [(TagKind::Include, "c".to_owned())]);
    }

    #[test]
    fn places_are_counted_in_characters_from_one() {
        let source = "ä\n\u{1f600} {% include \"x\" %}";
        let found = tags(source);
        let place = Place {
            line: 2,
            column: 14,
            width: 3,
        };
        assert_eq!(found.first().map(|tag| tag.place(source)), Some(place));
    }

    #[test]
    fn too_many_elif_of_one_if_are_found() {
        let chain =
            |count: usize| format!("{{% if a %}}{}{{% endif %}}", "{% elif b %}".repeat(count));
        assert_eq!(names(&chain(100).repeat(3)), []);
        assert_eq!(names(&chain(101)), [(TagKind::Elif, String::new())]);
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_lexer(source in "([{}%#\"'`\\\\-]|raw|endraw|if|elif|include|\\PC){0,60}") {
            tags(&source);
        }
    }
}
