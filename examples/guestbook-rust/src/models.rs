//! The tables: authors, their entries, and the tags of these.
//!
//! This is the second version of the models. What came from the first is said where
//! it stands (`renamed_from`, `fill`) and in the steps of [`schema`], so that a
//! database of the first version becomes one of this, with everything in it.

use serde::Serialize;
use wasgi::orm::{Foreign, Schema, Timestamp, prelude::*};

/// Somebody who signed.
#[derive(Clone, Debug, PartialEq, Model, Serialize)]
#[model(has_many(entries = Entry::AUTHOR))]
pub struct Author {
    /// Its number.
    pub id: i64,
    /// As it was first written; `Ada` and `ada` are the same author.
    #[model(unique, nocase)]
    pub name: String,
    /// When they first signed. New in version 2: a step below corrects the filling,
    /// which cannot look into another table.
    #[model(default = now, fill = "0")]
    pub joined: Timestamp,
}

/// What somebody wrote.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(
    // Each list of entries is the newest first: all, and an author's.
    index(created desc, id desc),
    index(author, created desc, id desc),
    full_text(message),
    many_to_many(tags = Tag, through = (EntryTag::ENTRY, EntryTag::TAG))
)]
pub struct Entry {
    /// Its number.
    pub id: i64,
    /// Who wrote it.
    #[model(on_delete = cascade)]
    pub author: Foreign<Author>,
    /// The text. Version 1 called it `text`.
    #[model(renamed_from = "text")]
    pub message: String,
    /// When it was written.
    #[model(default = now)]
    pub created: Timestamp,
}

/// A word under which entries are found. New in version 2.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct Tag {
    /// Its number.
    pub id: i64,
    /// In small letters.
    #[model(unique)]
    pub name: String,
}

/// That an entry has a tag.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(index(tag))]
pub struct EntryTag {
    /// The entry.
    #[model(primary_key, on_delete = cascade)]
    pub entry: Foreign<Entry>,
    /// The tag.
    #[model(primary_key, on_delete = cascade)]
    pub tag: Foreign<Tag>,
}

/// Returns all models, and what is done once to the data that are there.
pub fn schema() -> Schema {
    Schema::new()
        .model::<Author>()
        .model::<Entry>()
        .model::<Tag>()
        .model::<EntryTag>()
        .step(
            "authors joined when they first signed",
            ["UPDATE author SET joined = \
              (SELECT min(created) FROM entry WHERE entry.author = author.id) \
              WHERE EXISTS (SELECT 1 FROM entry WHERE entry.author = author.id)"],
        )
        .step(
            "entries from before there were tags are tagged archive",
            [
                "INSERT INTO tag (name) SELECT 'archive' WHERE EXISTS (SELECT 1 FROM entry)",
                "INSERT INTO entry_tag (entry, tag) SELECT entry.id, tag.id \
                 FROM entry JOIN tag ON tag.name = 'archive'",
            ],
        )
}
