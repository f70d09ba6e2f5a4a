//! The component that renders: carried inside `runtime`, compiled once, linked once.

pub(super) mod bindings;
mod instance;

use wasmtime::Engine;
use wasmtime::component::Linker;

use self::bindings::RendererPre;
pub(super) use self::instance::{Ended, Instance};
use self::instance::State;
use crate::runtime::cache::{Cache, CacheError};

/// The component, which `build.rs` made of `host/renderer`.
const COMPONENT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/renderer.wasm"));

/// The renderer, ready to be instantiated. One for all apps of an engine.
#[derive(Clone)]
pub struct Renderer {
    engine: Engine,
    pre: RendererPre<State>,
}

impl std::fmt::Debug for Renderer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Renderer").finish_non_exhaustive()
    }
}

/// Why there is no renderer.
#[derive(Debug, thiserror::Error)]
pub enum RendererError {
    /// It cannot be compiled, or its compiled form not be kept.
    #[error(transparent)]
    Cache(#[from] CacheError),
    /// It does not fit this host.
    #[error("the renderer does not fit this host")]
    Link(#[source] wasmtime::Error),
}

impl Renderer {
    /// Compiles the renderer, or maps its compiled form.
    ///
    /// # Errors
    ///
    /// [`RendererError`].
    pub fn new(engine: &Engine, cache: &Cache) -> Result<Self, RendererError> {
        let (component, _) = cache.load(engine, COMPONENT, None)?;
        let link = || {
            let mut linker = Linker::<State>::new(engine);
            wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
            instance::add_to_linker(&mut linker)?;
            RendererPre::new(linker.instantiate_pre(&component)?)
        };
        Ok(Self {
            engine: engine.clone(),
            pre: link().map_err(RendererError::Link)?,
        })
    }
}
