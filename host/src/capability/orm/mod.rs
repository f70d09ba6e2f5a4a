//! The app's database: `wit/orm.wit`, on SQLite.
//!
//! What the queries mean stands in the crate `wasgi-orm`; here is what a server adds:
//! whose turn it is, on which thread, and what becomes of an open transaction.
//!
//! # Layout
//!
//! - [`pool`]: the connections of a database.
//! - `lent`: what an instance has open.
//! - `run`: which connection a statement runs on, and on which thread.
//! - `cursor`: rows in batches.

pub(crate) mod bindings;
mod config;
mod convert;
mod cursor;
mod error;
mod host;
mod lent;
mod models;
pub mod pool;
mod run;

use std::sync::Arc;

use wasmtime::component::{HasData, Linker, ResourceTable};

pub use config::DatabaseOptions;
pub use error::OrmError;
pub use lent::Lent;
pub use models::{MODELS, schema};
pub use pool::{Database, Registry};

/// The database that an app is granted; none by default.
#[derive(Debug, Default)]
pub struct Grant {
    /// The database.
    pub database: Option<Arc<Database>>,
}

/// The capability while a guest calls it.
pub struct View<'a> {
    /// What the instance holds.
    pub lent: &'a mut Lent,
    /// The instance's resources.
    pub table: &'a mut ResourceTable,
}

struct Orm;

impl HasData for Orm {
    type Data<'a> = View<'a>;
}

/// Gives the capability to a linker.
///
/// # Errors
///
/// Where the interface was defined before.
pub fn add_to_linker<T: Send + 'static>(
    linker: &mut Linker<T>,
    view: fn(&mut T) -> View<'_>,
) -> wasmtime::Result<()> {
    bindings::wasgi::app::orm::add_to_linker::<T, Orm>(linker, view)
}
