//! The notes, in the instance's memory, and which text is one.

use std::cell::RefCell;

use serde::{Deserialize, Serialize};
use wasgi::{Error, Result, Status};

/// Characters of a note.
const LONGEST: usize = 500;

/// Notes that are kept: memory is bounded, and there is no database yet.
const MOST: usize = 1000;

/// A note.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct Note {
    /// Its number, never used twice.
    pub id: u32,
    /// Its text, trimmed and not empty.
    pub text: String,
}

/// All notes, the oldest first.
#[derive(Debug, Default)]
pub(crate) struct Store(RefCell<Notes>);

#[derive(Debug, Default)]
struct Notes {
    last_id: u32,
    notes: Vec<Note>,
}

impl Store {
    pub(crate) fn all(&self) -> Vec<Note> {
        self.0.borrow().notes.clone()
    }

    pub(crate) fn get(&self, id: u32) -> Result<Note> {
        let store = self.0.borrow();
        let note = store.notes.iter().find(|note| note.id == id);
        note.cloned().ok_or_else(|| missing(id))
    }

    pub(crate) fn add(&self, text: &str) -> Result<Note> {
        let text = text.trim();
        if text.is_empty() {
            return Err(invalid("A note needs some text."));
        }
        if text.chars().count() > LONGEST {
            return Err(invalid(&format!(
                "A note has at most {LONGEST} characters."
            )));
        }
        let mut store = self.0.borrow_mut();
        if store.notes.len() >= MOST {
            let message = "The notebook is full; delete a note first.";
            return Err(Error::new(Status::INSUFFICIENT_STORAGE, message));
        }
        store.last_id += 1;
        let note = Note {
            id: store.last_id,
            text: text.to_owned(),
        };
        store.notes.push(note.clone());
        Ok(note)
    }

    pub(crate) fn delete(&self, id: u32) -> Result<()> {
        let mut store = self.0.borrow_mut();
        let before = store.notes.len();
        store.notes.retain(|note| note.id != id);
        if store.notes.len() == before {
            return Err(missing(id));
        }
        Ok(())
    }
}

fn missing(id: u32) -> Error {
    Error::not_found(format!("There is no note {id}."))
}

fn invalid(message: &str) -> Error {
    Error::new(Status::UNPROCESSABLE_CONTENT, message)
}
