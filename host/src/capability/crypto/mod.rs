//! Password hashing at native speed: `wit/crypto.wit`.
//!
//! A guest could hash for itself, in Rust; CPython in Wasm cannot, and either
//! would take a multiple of the time. Hashing runs on threads of its own, as many
//! at once as there are processors, so that it never holds up requests, and every
//! cost parameter has a bound.

mod bindings;
mod config;
mod error;
mod hash;
mod host;

use std::sync::Arc;

use tokio::sync::Semaphore;
use wasmtime::component::{HasData, Linker, ResourceTable};

pub use config::Bounds;
pub use error::CryptoError;

/// What one app may spend.
#[derive(Debug)]
pub struct Grant {
    bounds: Bounds,
    /// Hashes of this app under way at the same time.
    slots: Arc<Semaphore>,
}

impl Default for Grant {
    fn default() -> Self {
        Self::new(Bounds::default())
    }
}

impl Grant {
    /// Grants hashing within bounds.
    pub fn new(bounds: Bounds) -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            bounds,
            slots: Arc::new(Semaphore::new(processors)),
        }
    }
}

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

struct Crypto;

impl HasData for Crypto {
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
    bindings::wasgi::app::crypto::add_to_linker::<T, Crypto>(linker, view)
}
