//! What is asked of the database, and what is written to it.

use wasgi::Result;
use wasgi::orm::{self, Foreign, Page, Timestamp, prelude::*};

use crate::form::Signed;
use crate::models::{Author, Entry, EntryTag, Tag};

/// Entries on a page.
const PER_PAGE: u32 = 10;

/// An entry with what is shown around it.
pub(crate) type Shown = (Entry, Author, Vec<Tag>);

/// Which entries are looked for.
pub(crate) enum Which<'a> {
    All,
    /// Those that contain all these words.
    Words(&'a str),
    Tagged(&'a str),
    By(i64),
}

/// Some entries, and how many there are on all pages.
pub(crate) struct Found {
    pub(crate) page: Page<Shown>,
    pub(crate) total: u64,
}

/// Returns a page of entries, the newest first. However many entries are on it, that
/// is two queries: authors and tags come with the entries.
pub(crate) fn find(which: &Which<'_>, token: Option<&str>) -> Result<Found> {
    let query = || {
        let newest_first = (Entry::CREATED.desc(), Entry::ID.desc());
        // Before the search, which would put the best first.
        let all = Entry::query().order_by(newest_first);
        match *which {
            Which::All => all,
            Which::Words(words) => all.search(words),
            Which::Tagged(tag) => all.filter(Entry::TAGS.filter(Tag::NAME.eq(tag)).exists()),
            Which::By(author) => all.filter(Entry::AUTHOR.eq(author)),
        }
    };
    let page = query()
        .with(Entry::AUTHOR)
        .with(Entry::TAGS.order_by(Tag::NAME))
        .paginate(PER_PAGE, token)?;
    Ok(Found {
        page,
        total: query().count()?,
    })
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
