//! The names of fields, as keys that cost nothing to copy.

use std::cell::RefCell;
use std::collections::HashSet;

/// How many bytes of names are kept at most.
const MAX_BYTES: usize = 256 << 10;

thread_local! {
    /// Names that were seen. An app has few; what makes up names without end is bounded.
    static SEEN: RefCell<Seen> = RefCell::default();
}

#[derive(Default)]
struct Seen {
    names: HashSet<&'static str>,
    bytes: usize,
}

/// A name of a field.
#[derive(Debug)]
pub(super) enum Name {
    /// One that is kept for good.
    Kept(&'static str),
    /// One for which there was no room.
    Own(Box<str>),
}

impl Name {
    pub(super) fn new(name: &str) -> Self {
        SEEN.with_borrow_mut(|seen| {
            if let Some(kept) = seen.names.get(name) {
                return Self::Kept(kept);
            }
            if seen.bytes + name.len() > MAX_BYTES {
                return Self::Own(name.into());
            }
            let kept: &'static str = Box::leak(name.into());
            seen.bytes += name.len();
            seen.names.insert(kept);
            Self::Kept(kept)
        })
    }

    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Kept(name) => name,
            Self::Own(name) => name,
        }
    }
}
