//! `linebreaks` and `striptags`: from plain text to HTML, and back.

use tera::{Kwargs, State, StringInput, TeraResult, Value};

/// Paragraphs where lines are blank, `<br>` where they end; the text itself is escaped,
/// unless it is safe already.
pub(super) fn linebreaks(text: StringInput<'_>, _: Kwargs, state: &State<'_>) -> TeraResult<Value> {
    let unix = text.as_str().replace("\r\n", "\n").replace('\r', "\n");
    let escaped = if text.is_safe() {
        unix
    } else {
        state.escape(&unix)?
    };
    let mut html = String::with_capacity(escaped.len() + 16);
    for paragraph in escaped
        .split("\n\n")
        .map(|paragraph| paragraph.trim_matches('\n'))
    {
        if paragraph.is_empty() {
            continue;
        }
        if !html.is_empty() {
            html.push('\n');
        }
        html.push_str("<p>");
        html.push_str(&paragraph.replace('\n', "<br>"));
        html.push_str("</p>");
    }
    Ok(Value::safe_string(&html))
}

/// Takes comments and tags out. Not a way to make HTML of strangers safe: the result is
/// text, and is escaped like any other.
pub(super) fn striptags(html: &str, _: Kwargs, _: &State<'_>) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        let (skipped, end) = match after.strip_prefix("!--") {
            Some(comment) => (comment, "-->"),
            None if after.starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c)) => {
                (after, ">")
            }
            None => {
                text.push('<');
                rest = after;
                continue;
            }
        };
        rest = skipped.split_once(end).map_or("", |(_, rest)| rest);
    }
    text.push_str(rest);
    text
}
