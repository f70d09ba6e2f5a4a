//! Queries that read: built step by step, run by `all`, `first`, `get` and others.
//!
//! # Layout
//!
//! - `builder`: the steps; `join`: those over several tables; `search`: full text.
//! - `run`: the ends; `page`: pages; `cursor`: many rows, a batch at a time.
//! - `hold`: queries whose rows go to a template.
//! - `scope`: which tables a query has, as a type.
//! - `select`: a query as data, and as the key of its statement.
//! - `selection`: what can be selected; `load`: how rows become values.

mod builder;
mod cursor;
mod hold;
mod join;
mod load;
mod page;
mod run;
mod scope;
mod search;
mod select;
mod selection;

pub use builder::Query;
pub use cursor::Cursor;
pub use hold::Show;
#[doc(hidden)]
pub use hold::{Held, Relation};
pub(crate) use hold::{Shown, fields};
pub use join::{Alias, JoinStep, Joining};
pub(crate) use load::Related;
pub use load::{Load, Plain, With};
pub use page::Page;
pub use scope::{Here, Joined, Only, There, Unchecked, Within};
pub use search::{FullText, matches, relevance};
pub(crate) use select::{Columns, Join, Prefetch, Select, Source};
pub use selection::{Selected, Selection};
