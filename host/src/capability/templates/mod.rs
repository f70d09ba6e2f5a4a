//! The app's templates: `wit/templates.wit`, on Tera 2 in a sandbox.
//!
//! Tenants' templates are as untrusted as their code, and Tera knows no bound of time or
//! memory: so the renderer is itself a component, which the host carries inside
//! (`host/renderer`), and each app has instances of its own.
//!
//! # Layout
//!
//! - [`source`]: where the templates come from, and their bounds.
//! - [`renderer`]: the component: compiled, instantiated, called.
//! - [`engine`]: an app's templates and its renderers.
//! - [`page`]: a page that is rendered as it is taken.
//! - `values`: rows of the database on their way to a template.

pub(crate) mod bindings;
mod config;
mod engine;
mod error;
mod host;
pub mod page;
mod renderer;
pub mod source;
#[cfg(test)]
mod tests;
mod values;

use std::sync::Arc;

use wasmtime::component::{HasData, Linker, ResourceTable};

pub use config::TemplateOptions;
pub use engine::Templates;
pub use error::TemplatesError;
pub use page::Page;
pub use engine::Urls;
pub use renderer::{Renderer, RendererError};

/// The templates of an app; none by default.
#[derive(Debug, Default)]
pub struct Grant {
    /// The templates.
    pub templates: Option<Arc<Templates>>,
}

/// What an instance holds.
#[derive(Debug)]
pub struct Lent(Arc<Grant>);

impl Lent {
    /// Prepares one instance.
    pub fn new(grant: &Arc<Grant>) -> Self {
        Self(Arc::clone(grant))
    }

    /// Ends a request. A page that was not taken goes with its handle.
    pub fn end(&mut self) {}
}

/// The capability while a guest calls it.
pub struct View<'a> {
    /// What the instance holds.
    pub lent: &'a mut Lent,
    /// The instance's resources.
    pub table: &'a mut ResourceTable,
}

struct HasTemplates;

impl HasData for HasTemplates {
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
    bindings::wasgi::app::templates::add_to_linker::<T, HasTemplates>(linker, view)
}
