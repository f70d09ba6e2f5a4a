//! Reports of what is wrong with a template, from Tera's errors.
//!
//! Tera says with methods what and where, but from whence a template was included only in
//! its text, and of those that extend it nothing: the chain is read and completed here.

use tera::{ErrorKind, ReportError};

use crate::error::{Error, Report};
use crate::graph::{Graph, Place};
use crate::output::{Refused, refused};

/// What Tera calls a text in its errors.
pub(crate) const TEXT: &str = "__tera_one_off";

/// The name of a text that extends a template. No file is called so, for no file's name has
/// a NUL; its suffix is what makes Tera escape it.
pub(crate) const LAID_OUT_TEXT: &str = "\0.html";

/// The name as its author knows it: a text has none.
fn shown(name: &str) -> &str {
    if matches!(name, TEXT | LAID_OUT_TEXT) {
        ""
    } else {
        name
    }
}

/// The name in a chain, where it cannot be empty.
fn called(name: &str) -> String {
    match shown(name) {
        "" => "(text)".to_owned(),
        name => cut(name.to_owned(), MAX_LINE),
    }
}

/// A place in a template.
pub(crate) struct Location<'a> {
    pub(crate) template: &'a str,
    pub(crate) source: &'a str,
    pub(crate) place: Place,
}

impl Location<'_> {
    /// Builds the report.
    pub(crate) fn report(&self, message: String, chain: &[String]) -> Report {
        let Place {
            line,
            column,
            width,
        } = self.place;
        let at = usize::try_from(line).unwrap_or(usize::MAX).checked_sub(1);
        let source_line = at
            .and_then(|at| self.source.lines().nth(at))
            .unwrap_or_default();
        let before = usize::try_from(column.saturating_sub(1)).unwrap_or_default();
        let (source_line, before) = around(source_line, before);
        let mut report = Report {
            message: cut(message, MAX_MESSAGE),
            template: shown(self.template).to_owned(),
            line,
            column,
            source_line,
            chain: chain.to_vec(),
            text: String::new(),
        };
        report.text = text(&report, self.template, before, width);
        report
    }
}

/// How many characters of a message are told; an author can throw a megabyte.
const MAX_MESSAGE: usize = 2000;

/// How many characters of a line are told.
const MAX_LINE: usize = 400;

fn cut(text: String, max: usize) -> String {
    match text.char_indices().nth(max) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

/// The part of a line around a place in it, and where the place is there.
fn around(line: &str, before: usize) -> (String, usize) {
    if line.chars().nth(MAX_LINE).is_none() {
        return (line.to_owned(), before);
    }
    let skipped = before.saturating_sub(MAX_LINE / 2);
    if skipped == 0 {
        return (cut(line.to_owned(), MAX_LINE), before);
    }
    let rest: String = line.chars().skip(skipped).take(MAX_LINE + 1).collect();
    (format!("…{}", cut(rest, MAX_LINE)), before - skipped + 1)
}

/// The report as a terminal shows it, and without what would steer one.
fn text(report: &Report, template: &str, before: usize, width: u32) -> String {
    let Report {
        message,
        line,
        column,
        source_line,
        chain,
        ..
    } = report;
    let mut text = format!("error: {message}");
    if *line > 0 {
        let number = line.to_string();
        let margin = " ".repeat(number.len());
        let indent: String = source_line
            .chars()
            .take(before)
            .map(|character| if character == '\t' { '\t' } else { ' ' })
            .collect();
        // No further than the line: a span may go on in the next one.
        let room = source_line.chars().count().saturating_sub(before).max(1);
        let width = usize::try_from(width).unwrap_or(1).clamp(1, room);
        let underline = "^".repeat(width);
        text.push_str(&format!(
            "\n{margin}--> {}:{line}:{column}\n{margin} |\n{number} | {source_line}\n\
             {margin} | {indent}{underline}",
            called(template)
        ));
    } else if !template.is_empty() {
        text.push_str(&format!("\n --> {}", called(template)));
    }
    for caller in chain {
        text.push_str(match caller.rsplit_once(':') {
            Some((_, line)) if line.parse::<u32>().is_ok() => "\n  called from ",
            _ => "\n  extended by ",
        });
        text.push_str(caller);
    }
    let steers = |character: char| character.is_control() && !matches!(character, '\n' | '\t');
    text.replace(steers, "\u{fffd}")
}

/// What was rendered when Tera found an error.
pub(crate) struct Rendered<'a> {
    /// Its name in the graph.
    pub(crate) name: &'a str,
    pub(crate) graph: &'a Graph,
}

impl Rendered<'_> {
    /// Converts an error of rendering.
    pub(crate) fn error(&self, error: &tera::Error, max_output: u64) -> Error {
        match refused(error) {
            Some(Refused::Unwanted) => return Error::Stopped,
            Some(Refused::TooLong) => {
                return Error::Quota(format!("the page is longer than {max_output} bytes"));
            }
            Some(Refused::NoMemory) => {
                return Error::Quota("the page is larger than the memory that is left".into());
            }
            None => {}
        }
        match error.kind() {
            ErrorKind::SyntaxError(report) => Error::Syntax(Box::new(self.report(report))),
            ErrorKind::RenderingError(report) => Error::Rendering(Box::new(self.report(report))),
            ErrorKind::Msg(message) if message.starts_with("error: ") => {
                Error::Syntax(Box::new(self.parsed(message)))
            }
            other => {
                let location = self.location(self.name, Place::default());
                Error::Rendering(Box::new(location.report(other.to_string(), &[])))
            }
        }
    }

    fn location<'n>(&'n self, name: &'n str, place: Place) -> Location<'n> {
        Location {
            template: name,
            source: self.graph.source(name),
            place,
        }
    }

    fn report(&self, report: &ReportError) -> Report {
        let span = report.span();
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let place = Place {
            line: number(span.start_line),
            column: number(span.start_col).saturating_add(1),
            width: if span.end_line == span.start_line {
                number(span.end_col.saturating_sub(span.start_col)).max(1)
            } else {
                u32::MAX
            },
        };
        let name = report.filename();
        self.location(name, place)
            .report(report.message().to_owned(), &self.chain(report))
    }

    /// `called from` as Tera tells it, then those that extend what was first rendered.
    fn chain(&self, report: &ReportError) -> Vec<String> {
        let kind = ErrorKind::RenderingError(Box::new(report.clone()));
        let text = kind.to_string();
        // The message is whatever the author threw: what looks like a note in it is none.
        let notes = text
            .get("error: ".len() + report.message().len()..)
            .unwrap_or_default();
        let mut chain = Vec::new();
        let mut outermost = report.filename().to_owned();
        for note in notes.split("\n\nnote: called from ").skip(1) {
            let place = note.lines().next().unwrap_or_default();
            let mut parts = place.rsplitn(3, ':');
            let (_column, line, name) = (parts.next(), parts.next(), parts.next());
            if let (Some(line), Some(name)) = (line, name) {
                chain.push(format!("{}:{line}", called(name)));
                outermost = name.to_owned();
            }
        }
        let ancestors = self.graph.ancestors(self.name);
        if let Some(at) = ancestors.iter().position(|ancestor| *ancestor == outermost) {
            let extending = ancestors.iter().take(at).rev().copied();
            chain.extend(extending.chain([self.name]).map(called));
        }
        chain
    }

    /// Reads the first of the reports that Tera joins into one message when it looks at
    /// all templates: `error: message`, then ` --> name:line:column`.
    fn parsed(&self, joined: &str) -> Report {
        let mut message = joined.strip_prefix("error: ").unwrap_or(joined);
        let mut place = Place::default();
        let mut name = self.name;
        if let Some((said, rest)) = message.split_once("--> ") {
            let mut parts = rest.lines().next().unwrap_or_default().rsplitn(3, ':');
            let (column, line) = (parts.next(), parts.next());
            if let (Some(Ok(column)), Some(Ok(line)), Some(found)) =
                (column.map(str::parse), line.map(str::parse), parts.next())
            {
                let underline = rest.lines().nth(3).unwrap_or_default();
                let width = underline.matches('^').count();
                place = Place {
                    line,
                    column,
                    width: u32::try_from(width).unwrap_or(1),
                };
                name = found;
            }
            message = said.trim_end();
        }
        self.location(name, place).report(message.to_owned(), &[])
    }
}
