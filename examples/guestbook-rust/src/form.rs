//! The form that signs the book: what was typed, and what of it is good.

use serde::{Deserialize, Serialize};

/// Characters of a name.
pub(crate) const LONGEST_NAME: usize = 40;

/// Characters of a message.
pub(crate) const LONGEST_MESSAGE: usize = 1000;

/// Characters of a tag.
const LONGEST_TAG: usize = 20;

/// Tags of an entry.
const MOST_TAGS: usize = 3;

/// The form as it was typed. A field that is missing is empty.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct SignForm {
    pub(crate) name: String,
    pub(crate) message: String,
    pub(crate) tags: String,
}

/// The form's good values.
pub(crate) struct Signed {
    pub(crate) name: String,
    pub(crate) message: String,
    pub(crate) tags: Vec<String>,
}

/// What is wrong, in words for the visitor, per field.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Problems {
    pub(crate) name: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) tags: Option<String>,
}

impl SignForm {
    /// Returns the values without stray white space, or all that is wrong with them.
    pub(crate) fn check(&self) -> Result<Signed, Problems> {
        let name = self.name.split_whitespace().collect::<Vec<_>>().join(" ");
        // Browsers send the ends of lines as CRLF.
        let message = self.message.replace("\r\n", "\n").trim().to_owned();
        let mut tags: Vec<String> = Vec::new();
        for tag in self.tags.split([',', ' ']).map(str::trim) {
            let tag = tag.trim_start_matches('#').to_lowercase();
            if !tag.is_empty() && !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        let problems = Problems {
            name: text_problem(&name, "your name", LONGEST_NAME),
            message: text_problem(&message, "a message", LONGEST_MESSAGE),
            tags: tags_problem(&tags),
        };
        if problems != Problems::default() {
            return Err(problems);
        }
        Ok(Signed {
            name,
            message,
            tags,
        })
    }
}

fn text_problem(text: &str, what: &str, longest: usize) -> Option<String> {
    if text.is_empty() {
        return Some(format!("Please write {what}."));
    }
    let length = text.chars().count();
    (length > longest).then(|| format!("This has {length} characters; {longest} are the most."))
}

fn tags_problem(tags: &[String]) -> Option<String> {
    if tags.len() > MOST_TAGS {
        return Some(format!("{MOST_TAGS} tags are the most."));
    }
    let long = tags.iter().any(|tag| tag.chars().count() > LONGEST_TAG);
    long.then(|| format!("A tag has at most {LONGEST_TAG} characters."))
}
