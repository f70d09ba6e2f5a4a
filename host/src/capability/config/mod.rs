//! Read-only settings and secrets that an operator grants: `wit/config.wit`.

mod bindings;
// Every capability's `config.rs` is what an operator can set; so is this one's.
#[allow(clippy::module_inception)]
mod config;
mod host;

use std::sync::Arc;

use wasmtime::component::{HasData, Linker, ResourceTable};

pub use config::{Grant, SettingsError, SettingsFile};

/// What an instance holds.
#[derive(Debug)]
pub struct Lent(Arc<Grant>);

impl Lent {
    /// Prepares one instance.
    pub fn new(grant: &Arc<Grant>) -> Self {
        Self(Arc::clone(grant))
    }

    /// Ends a request, which leaves nothing open here.
    pub fn end(&mut self) {}
}

/// The capability while a guest calls it.
pub struct View<'a> {
    /// What the instance holds.
    pub lent: &'a mut Lent,
    /// The instance's resources.
    pub table: &'a mut ResourceTable,
}

struct Config;

impl HasData for Config {
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
    bindings::wasgi::app::config::add_to_linker::<T, Config>(linker, view)
}
