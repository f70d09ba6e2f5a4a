//! What is asked of the database, and what is written to it.

use std::str::FromStr;

use wasgi::Result;
use wasgi::orm::{self, Foreign, Query, Timestamp, prelude::*};
use wasgi::templates::{Context, ContextValue, context, count};

use crate::form::Signed;
use crate::models::{Author, Entry, EntryTag, Tag};

/// Which entries are looked for.
pub(crate) enum Which<'a> {
    All,
    /// Those that contain all these words.
    Words(&'a str),
    Tagged(&'a str),
    By(i64),
}

impl Which<'_> {
    /// Returns the path of the page that shows them.
    pub(crate) fn path(&self) -> String {
        match self {
            Self::By(author) => format!("/authors/{author}"),
            _ => "/".to_owned(),
        }
    }

    /// Returns what follows there after the `?`.
    pub(crate) fn query(&self) -> Context {
        match *self {
            Self::Words(words) => context! { q: words },
            Self::Tagged(tag) => context! { tag },
            Self::All | Self::By(_) => context! {},
        }
    }

    /// The newest first.
    fn entries(&self) -> Query<Entry> {
        let newest_first = (Entry::CREATED.desc(), Entry::ID.desc());
        // Before the search, which would put the best first.
        let all = Entry::query().order_by(newest_first);
        match *self {
            Self::All => all,
            Self::Words(words) => all.search(words),
            Self::Tagged(tag) => all.filter(Entry::TAGS.filter(Tag::NAME.eq(tag)).exists()),
            Self::By(author) => all.filter(Entry::AUTHOR.eq(author)),
        }
    }
}

/// A place among the entries: what they are ordered by. As text `2026-03-01T12:00:00Z~7`,
/// which `entries.html` writes into the link to the next page.
pub(crate) struct Place {
    created: Timestamp,
    id: i64,
}

impl FromStr for Place {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (created, id) = text.split_once('~').ok_or(())?;
        Ok(Self {
            created: created.parse().map_err(drop)?,
            id: id.parse().map_err(drop)?,
        })
    }
}

/// Returns the entries after a place, or the first, for a template: they are read when it
/// is rendered. However many there are, that is one query: authors and tags come with the
/// entries.
pub(crate) fn entries(which: &Which<'_>, after: Option<Place>, limit: u32) -> impl ContextValue {
    let mut entries = which.entries();
    if let Some(Place { created, id }) = after {
        // Of an entry, only what it is ordered by is looked at.
        entries = entries.after(&Entry {
            id,
            created,
            author: Foreign::new(0),
            message: String::new(),
        });
    }
    entries
        .limit(limit)
        .with(Entry::AUTHOR)
        .with(Entry::TAGS.order_by(Tag::NAME))
}

/// Returns how many there are on all pages.
pub(crate) fn total(which: &Which<'_>) -> impl ContextValue {
    count(which.entries())
}

/// Writes an entry, and its author and tags where they are new.
pub(crate) fn sign(signed: &Signed) -> Result<Entry> {
    orm::transaction(|_| {
        let known = Author::query().filter(Author::NAME.eq(signed.name.as_str()));
        let author = match known.first()? {
            Some(author) => author,
            None => Author {
                id: 0,
                name: signed.name.clone(),
                joined: Timestamp::now(),
            }
            .insert()?,
        };
        let entry = Entry {
            id: 0,
            author: Foreign::from(&author),
            message: signed.message.clone(),
            created: Timestamp::now(),
        }
        .insert()?;
        let tags = signed.tags.iter().map(|name| Tag {
            id: 0,
            name: name.clone(),
        });
        Tag::inserting(tags).or_ignore().run()?;
        let tags = Tag::query().filter(Tag::NAME.in_list(&signed.tags)).all()?;
        EntryTag::insert_many(tags.iter().map(|tag| EntryTag {
            entry: Foreign::from(&entry),
            tag: Foreign::from(tag),
        }))?;
        Ok(entry)
    })
}
