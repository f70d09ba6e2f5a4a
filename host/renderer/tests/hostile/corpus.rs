//! Reads `corpus/*.toml`: templates that mean harm, as data.
//!
//! Not one of them may end more than the instance that renders it. What runs out of stack,
//! memory or time would end this process too, so they are rendered where there is a sandbox:
//! in the end-to-end tests, which read them with this file.
//!
//! In every text, `<<N*x>>` stands for `x` N times, with `§` for the turn, from 0.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

/// A case.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    /// The file of the corpus, and a sentence.
    pub(crate) name: String,
    /// Templates by their names.
    pub(crate) files: BTreeMap<String, String>,
    /// What is rendered.
    pub(crate) entry: Entry,
    /// Packed.
    pub(crate) context: Vec<u8>,
    /// How it ends.
    pub(crate) expect: Expect,
}

/// What is rendered.
#[derive(Clone, Debug)]
pub(crate) enum Entry {
    /// A template with a name.
    Template(String),
    /// A text.
    Text(String),
}

/// How a case ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Expect {
    /// It is rendered, and in no time.
    Ok,
    /// A typed error, from loading or rendering, and in no time.
    Error,
    /// The bound of a page's bytes.
    Quota,
    /// The sandbox ends it, for memory, stack or time; or, where it has enough of them, it
    /// comes to an end of its own, with any result.
    Ended,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    case: Vec<Raw>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    name: String,
    text: Option<String>,
    entry: Option<String>,
    #[serde(default)]
    files: BTreeMap<String, String>,
    chain: Option<Chain>,
    /// In hexadecimal digits; an empty dict where there are none.
    context: Option<String>,
    expect: Expect,
}

/// Templates of which each names the next: `§` is its number, `§+` the next.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Chain {
    count: usize,
    name: String,
    source: String,
    /// The source of the last.
    last: String,
}

/// Returns all cases, in the order of their files.
///
/// # Panics
///
/// Where the corpus is not as it should be.
pub(crate) fn cases(folder: &Path) -> Vec<Case> {
    let entries = std::fs::read_dir(folder).expect("the folder of the corpus");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("entry").path()).collect();
    paths.sort();
    paths.iter().flat_map(|path| file(path)).collect()
}

fn file(path: &Path) -> Vec<Case> {
    let family = path
        .file_stem()
        .expect("a name")
        .to_string_lossy()
        .into_owned();
    let text = std::fs::read_to_string(path).expect("a file of the corpus");
    let file: File = toml::from_str(&text).unwrap_or_else(|error| panic!("{family}: {error}"));
    file.case
        .into_iter()
        .map(|raw| case(&family, raw))
        .collect()
}

fn case(family: &str, raw: Raw) -> Case {
    let name = format!("{family}: {}", raw.name);
    let mut files: BTreeMap<String, String> = raw
        .files
        .iter()
        .map(|(name, source)| (expanded(name), expanded(source)))
        .collect();
    if let Some(chain) = &raw.chain {
        for at in 0..chain.count {
            let last = at + 1 == chain.count;
            let source = if last { &chain.last } else { &chain.source };
            files.insert(numbered(&chain.name, at), numbered(source, at));
        }
    }
    let entry = match (raw.entry, raw.text) {
        (Some(entry), None) => Entry::Template(expanded(&entry)),
        (None, Some(text)) => Entry::Text(expanded(&text)),
        _ => panic!("{name}: either an entry or a text"),
    };
    let context = match &raw.context {
        Some(digits) => bytes(&expanded(digits)),
        None => b"{0".to_vec(),
    };
    Case {
        name,
        files,
        entry,
        context,
        expect: raw.expect,
    }
}

fn numbered(text: &str, at: usize) -> String {
    text.replace("§+", &(at + 1).to_string())
        .replace('§', &at.to_string())
}

/// Repeats what is to be repeated.
fn expanded(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("<<") {
        out.push_str(before);
        let repeated = after.split_once('*').and_then(|(count, after)| {
            let count: usize = count.parse().ok()?;
            let (what, after) = after.split_once(">>")?;
            Some((count, what, after))
        });
        let Some((count, what, after)) = repeated else {
            out.push_str("<<");
            rest = after;
            continue;
        };
        if what.contains('§') {
            out.extend((0..count).map(|at| numbered(what, at)));
        } else {
            out.push_str(&what.repeat(count));
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

fn bytes(digits: &str) -> Vec<u8> {
    let digits: Vec<u8> = digits
        .chars()
        .map(|digit| u8::try_from(digit.to_digit(16).expect("a digit")).expect("small"))
        .collect();
    digits
        .chunks(2)
        .map(|pair| pair[0] * 16 + pair[1])
        .collect()
}
