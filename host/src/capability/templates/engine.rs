//! An app's templates and its renderers.

use std::fmt;
use std::sync::Arc;

use parking_lot::Mutex;

use super::bindings::wasgi::app::templates as wit;
use super::config::{KEPT_MEMORY, REUSE, TemplateOptions};
use super::error::TemplatesError;
use super::page::Pipe;
use super::renderer::bindings::exports::wasgi::renderer::engine::{File, Rows, Settings, Source};
use super::renderer::{Ended, Instance, Renderer};
use super::source::{Folder, Look, SourceError};
use crate::runtime::pool::{Factory, Pool, PoolError, PoolOptions};

/// The templates of an app, and the instances that render them.
pub struct Templates {
    folder: Folder,
    options: TemplateOptions,
    settings: Settings,
    current: Mutex<Arc<Version>>,
    pool: Arc<Pool<Renderers>>,
}

impl fmt::Debug for Templates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Templates")
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

/// The templates as they were at one moment.
struct Version {
    look: Look,
    files: Vec<File>,
    /// Why they cannot be loaded: found once, told each time.
    broken: Mutex<Option<wit::Error>>,
}

/// Static files, as templates name them.
#[derive(Clone, Debug, Default)]
pub struct Urls {
    /// The URL of each, by its path.
    pub urls: Vec<(String, String)>,
    /// The URL under which all others are.
    pub prefix: String,
}

impl Templates {
    /// Reads a folder.
    ///
    /// # Errors
    ///
    /// [`SourceError`].
    pub fn new(
        renderer: Renderer,
        folder: Folder,
        options: TemplateOptions,
        urls: Urls,
    ) -> Result<Arc<Self>, SourceError> {
        let current = Mutex::new(Arc::new(Version::read(&folder, &options)?));
        let pool = PoolOptions {
            instances: options.instances,
            reuse: REUSE,
            ..PoolOptions::default()
        };
        let settings = Settings {
            max_output: options.output,
            max_depth: options.depth,
            urls: urls.urls,
            static_url: urls.prefix,
        };
        let factory = Renderers {
            renderer,
            options: options.clone(),
        };
        let templates = Arc::new(Self {
            folder,
            options,
            settings,
            current,
            pool: Pool::new(factory, pool),
        });
        templates.pool.keep_trimmed(0);
        Ok(templates)
    }

    /// Compiles all templates, in an instance that serves the first request.
    ///
    /// # Errors
    ///
    /// The first one's that is none.
    pub async fn check(&self) -> Result<(), TemplatesError> {
        let version = self.version()?;
        let mut loaded = self.pool.factory().make().await?;
        loaded.load(&version, &self.settings).await?;
        self.pool.add(loaded);
        Ok(())
    }

    /// Renders; in pieces where there is somewhere to put them, of which the rest is
    /// returned, and else all of it.
    pub(super) async fn render(
        &self,
        source: Source,
        context: Vec<u8>,
        rows: Vec<Rows>,
        pipe: Option<Arc<Pipe>>,
    ) -> Result<Vec<u8>, TemplatesError> {
        let version = self.version()?;
        let mut lease = self.pool.take().await.map_err(|error| match error {
            PoolError::Busy => TemplatesError::quota(format!(
                "more than {} pages are being rendered, and others wait",
                self.options.instances
            )),
            PoolError::Make(error) => TemplatesError::Host(error),
        })?;
        let Some(loaded) = lease.instance() else {
            return Err(TemplatesError::guest(wit::Error::Timeout));
        };
        loaded.load(&version, &self.settings).await?;
        let rendered = match loaded.instance.render(&source, &context, &rows, pipe).await {
            // A trap: the instance goes with its lease.
            Err(Ended::Broken(error)) => return Err(error),
            Err(Ended::Refused(error)) => Err(error),
            Ok(rest) => Ok(rest),
        };
        if loaded.instance.memory() <= KEPT_MEMORY {
            lease.give_back();
        }
        rendered
    }

    /// Returns the templates, read again where they have changed and that matters.
    fn version(&self) -> Result<Arc<Version>, TemplatesError> {
        let current = Arc::clone(&self.current.lock());
        if !self.folder.is_watched() {
            return Ok(current);
        }
        let unreadable = |error: SourceError| {
            TemplatesError::quota(format!("the templates cannot be read: {error}"))
        };
        let look = self.folder.look(&self.options).map_err(unreadable)?;
        if look == current.look {
            return Ok(current);
        }
        let files = self.folder.read(&look).map_err(unreadable)?;
        let version = Arc::new(Version::new(look, files));
        *self.current.lock() = Arc::clone(&version);
        Ok(version)
    }
}

impl Version {
    fn new(look: Look, files: Vec<File>) -> Self {
        Self {
            look,
            files,
            broken: Mutex::new(None),
        }
    }

    fn read(folder: &Folder, options: &TemplateOptions) -> Result<Self, SourceError> {
        let look = folder.look(options)?;
        let files = folder.read(&look)?;
        Ok(Self::new(look, files))
    }
}

/// Makes instances without templates: these are given to them when they are first used,
/// and again when they have changed.
struct Renderers {
    renderer: Renderer,
    options: TemplateOptions,
}

impl Factory for Renderers {
    type Instance = Loaded;
    type Error = wasmtime::Error;

    async fn make(&self) -> wasmtime::Result<Loaded> {
        let (memory, time) = (self.options.memory, self.options.time);
        Ok(Loaded {
            instance: Instance::new(&self.renderer, memory, time).await?,
            version: None,
        })
    }
}

/// An instance, and the templates it has.
struct Loaded {
    instance: Instance,
    version: Option<Arc<Version>>,
}

impl Loaded {
    async fn load(
        &mut self,
        version: &Arc<Version>,
        settings: &Settings,
    ) -> Result<(), TemplatesError> {
        let has = |held: &Arc<Version>| Arc::ptr_eq(held, version);
        if self.version.as_ref().is_some_and(has) {
            return Ok(());
        }
        if let Some(error) = &*version.broken.lock() {
            return Err(TemplatesError::guest(error.clone()));
        }
        let loaded = self.instance.load(&version.files, settings).await;
        match &loaded {
            Ok(()) => self.version = Some(Arc::clone(version)),
            Err(TemplatesError::Guest(error)) => *version.broken.lock() = Some((**error).clone()),
            Err(TemplatesError::Host(_)) => {}
        }
        loaded
    }
}
