//! An app's file or folder, loaded and ready to serve.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::{Args, Parser};
use wasgi_orm::schema::Schema;
use wasmtime::Engine;

use super::database::DatabaseArguments;
use super::templates::TemplateLoader;
use super::{CommandError, Failure, compile};
use crate::build::bundle::{self, Bundle};
use crate::build::{BuildOptions, Progress};
use crate::capability::Grants;
use crate::capability::config::Grant;
use crate::capability::orm::Registry;
use crate::capability::templates;
use crate::config::units::{ByteSize, duration};
use crate::http::{HttpLimits, Listener, StaticFiles};
use crate::router::Site;
use crate::runtime::cache::{Cache, CacheError, Origin, private_folder};
use crate::runtime::engine::{EngineOptions, engine};
use crate::runtime::pool::PoolOptions;
use crate::wsgi::app::{App, AppOptions};
use crate::wsgi::instance::Provision;

/// What the serving commands can be told.
#[derive(Clone, Debug, Args)]
pub(super) struct SiteOptions {
    /// Where to listen; port 0 takes any free one.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:8000")]
    pub(super) listen: String,
    /// Serve static files from this folder instead of the app's own.
    #[arg(long = "static", value_name = "DIR")]
    pub(super) static_dir: Option<PathBuf>,
    /// Render the templates in this folder instead of the app's own.
    #[arg(long, value_name = "DIR")]
    pub(super) templates: Option<PathBuf>,
    /// Grant the app an environment variable; may be repeated.
    #[arg(long, value_name = "K=V", value_parser = variable)]
    env: Vec<(String, String)>,
    /// Grant the app the settings and secrets in this file.
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    #[command(flatten)]
    pub(super) database: DatabaseArguments,
    /// Instances of the app alive at the same time.
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=1000))]
    instances: u16,
    /// Requests an instance serves before it is replaced; 1 gives each a fresh one.
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..))]
    reuse: u32,
    /// Requests that may wait for an instance; more get 503.
    #[arg(long, value_name = "N", default_value_t = 64)]
    queue: usize,
    /// Memory of one instance.
    #[arg(long, value_name = "SIZE", default_value = "128MiB")]
    memory: ByteSize,
    /// Time a request may take, waiting for the client not counted.
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = duration)]
    wall: Duration,
    /// Largest request body.
    #[arg(long, value_name = "SIZE", default_value = "10MiB")]
    request_body: ByteSize,
    /// Time that requests in flight get to finish on SIGTERM.
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = duration)]
    grace: Duration,
    /// Where compiled code and unpacked apps are kept.
    #[arg(long, value_name = "DIR", env = "WASGI_CACHE_DIR")]
    pub(super) cache_dir: Option<PathBuf>,
}

fn variable(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() && !text.contains('\0') => {
            Ok((name.to_owned(), value.to_owned()))
        }
        _ => Err("write NAME=VALUE".into()),
    }
}

impl SiteOptions {
    /// Returns the options that `run` has by default.
    pub(super) fn usual(cache_dir: Option<PathBuf>) -> Self {
        #[derive(Parser)]
        struct Defaults {
            #[command(flatten)]
            site: SiteOptions,
        }
        let mut site = Defaults::parse_from(["runtime"]).site;
        site.cache_dir = cache_dir;
        site
    }

    pub(super) async fn listener(&self) -> Result<Listener, Failure> {
        Ok(Listener::bind(&self.listen).await?)
    }

    /// Returns the arguments that decide how code is compiled.
    pub(super) fn engine_arguments(&self) -> [String; 2] {
        [
            format!("--instances={}", self.instances),
            format!("--memory={}", self.memory),
        ]
    }

    /// Returns the bytes that one instance may use.
    pub(super) fn memory(&self) -> usize {
        self.memory.as_usize()
    }

    /// Returns how many instances may be alive at the same time.
    pub(super) fn instances(&self) -> usize {
        self.instances.into()
    }

    pub(super) fn http_limits(&self) -> HttpLimits {
        HttpLimits {
            request_body: Some(self.request_body.0),
            shutdown_grace: self.grace,
            ..HttpLimits::default()
        }
    }
}

/// Returns the folder of everything that can be made again.
pub(super) fn cache_folder(given: Option<&Path>) -> Result<PathBuf, Failure> {
    if let Some(folder) = given {
        return Ok(folder.to_owned());
    }
    match directories::ProjectDirs::from("", "", "wasgi") {
        Some(folders) => Ok(folders.cache_dir().to_owned()),
        None => Err(CommandError {
            what: "there is no home folder for the cache".into(),
            hint: "name a folder: --cache-dir DIR",
            source: None,
        }
        .into()),
    }
}

/// Builds a project, and returns the app's file.
pub(super) fn build(
    project: &Path,
    options: BuildOptions,
    progress: &dyn Progress,
) -> Result<PathBuf, Failure> {
    let options = BuildOptions {
        cache: Some(cache_folder(options.cache.as_deref())?),
        ..options
    };
    Ok(crate::build::build(project, &options, progress)?.path)
}

/// Maps an app's file: of a Python app's tens of MiB most are not looked at when
/// its compiled code is in the cache.
pub(super) fn map(file: &Path) -> Result<(File, memmap2::Mmap), Failure> {
    let opened = File::open(file).and_then(|file| {
        // A folder can be opened, and not mapped.
        if !file.metadata()?.is_file() {
            return Err(std::io::Error::other("it is not a regular file"));
        }
        let map = map_file(&file)?;
        Ok((file, map))
    });
    opened.map_err(|source| {
        CommandError {
            what: format!("cannot read the app {}", file.display()),
            hint: "name a file that `runtime build` wrote, or a project's folder",
            source: Some(source.into()),
        }
        .into()
    })
}

#[allow(unsafe_code)]
fn map_file(file: &File) -> std::io::Result<memmap2::Mmap> {
    // SAFETY: apps are replaced by renaming (`runtime build` does), which leaves a
    // mapping whole. Who rewrites one in place can crash the server of their own app.
    unsafe { memmap2::Mmap::map(file) }
}

/// Loads apps: one engine and one cache for all of them.
pub(super) struct Loader {
    pub(super) engine: Engine,
    pub(super) compiled: Cache,
    pub(super) cache: PathBuf,
    bundles: PathBuf,
    pub(super) options: SiteOptions,
    /// Where the app's database is.
    database: PathBuf,
    databases: Arc<Registry>,
    pub(super) templates: TemplateLoader,
    /// Whether clients see why an app fails: in `dev`.
    pub(super) detailed_errors: bool,
}

impl Loader {
    /// Makes a loader of the app that `app` names, a file or a project's folder.
    pub(super) fn new(
        options: &SiteOptions,
        app: &Path,
        detailed_errors: bool,
    ) -> Result<Self, Failure> {
        let engine = engine(&EngineOptions {
            // One may be going while its successor comes; and each may have a renderer.
            instances: u32::from(options.instances) * 4,
            memory: options.memory.as_usize(),
        })
        .map_err(|error| CommandError {
            what: "cannot start the WebAssembly engine".into(),
            hint: "try fewer --instances, or less --memory",
            source: Some(error.into()),
        })?;
        let cache = cache_folder(options.cache_dir.as_deref())?;
        // Unpacked apps are read by guests: nobody else may write there.
        let bundles = cache.join("bundles");
        private_folder(&bundles).map_err(|source| CacheError::Folder {
            path: bundles.clone(),
            source,
        })?;
        Ok(Self {
            engine,
            compiled: Cache::open(&cache.join("compiled"))?,
            cache,
            bundles,
            options: options.clone(),
            database: options.database.path(app),
            databases: Arc::default(),
            templates: TemplateLoader::new(app, detailed_errors),
            detailed_errors,
        })
    }

    /// Loads an app from its file, and brings its database to its models.
    pub(super) async fn load(&self, file: &Path) -> Result<Site, Failure> {
        let begun = Instant::now();
        let (opened, wasm) = map(file)?;
        let bundle = bundle::read(&wasm).map_err(Failure::about(file))?;
        let unpacked = bundle.unpack(&self.bundles).map_err(Failure::about(file))?;
        let templates = self.templates(&bundle, &unpacked).await?;
        let app = self
            .link(file, &opened, &bundle, &unpacked, templates)
            .await?;
        let static_files = static_files(&bundle, &unpacked, &self.options)?;
        let schema = app.schema().await.map_err(Failure::about(file))?;
        let (arguments, path) = (self.options.database.clone(), self.database.clone());
        let name = bundle.manifest.name.clone();
        tokio::task::spawn_blocking(move || arguments.migrate(&path, &name, &schema))
            .await
            .map_err(|panic| CommandError {
                what: "the migration panicked".into(),
                hint: "this is a fault of `runtime`: please report it",
                source: Some(panic.into()),
            })??;
        tracing::debug!(ready = ?begun.elapsed(), "loaded");
        Ok(Site::App { app, static_files })
    }

    /// Compiles the templates of the app in a file, if it has any.
    pub(super) async fn check_templates(
        &self,
        file: &Path,
        bundle: &Bundle<'_>,
    ) -> Result<(), Failure> {
        let unpacked = bundle.unpack(&self.bundles).map_err(Failure::about(file))?;
        self.templates(bundle, &unpacked).await.map(drop)
    }

    /// Returns the name and the models of the app in a file.
    pub(super) async fn schema(&self, file: &Path) -> Result<(String, Schema), Failure> {
        let (opened, wasm) = map(file)?;
        let bundle = bundle::read(&wasm).map_err(Failure::about(file))?;
        let unpacked = bundle.unpack(&self.bundles).map_err(Failure::about(file))?;
        // It renders nothing: a broken template is no reason not to migrate.
        let templates = templates::Grant::default();
        let app = self
            .link(file, &opened, &bundle, &unpacked, templates)
            .await?;
        let schema = app.schema().await.map_err(Failure::about(file))?;
        Ok((bundle.manifest.name.clone(), schema))
    }

    /// Maps or compiles an app's code, and links it to what it is granted.
    async fn link(
        &self,
        file: &Path,
        opened: &File,
        bundle: &Bundle<'_>,
        unpacked: &Path,
        templates: templates::Grant,
    ) -> Result<Arc<App>, Failure> {
        let options = &self.options;
        if !self
            .compiled
            .holds(&self.engine, &bundle.component, Some(opened))
        {
            compile::apart(file, &self.cache, options).await;
        }
        let (component, origin) = self
            .compiled
            .load(&self.engine, &bundle.component, Some(opened))
            .map_err(Failure::about(file))?;
        if origin == Origin::Compiled {
            tracing::info!(app = %file.display(), "compiled");
        }
        let grants = Grants {
            config: match &options.settings {
                Some(file) => Arc::new(Grant::from_file(file)?),
                None => Arc::default(),
            },
            orm: Arc::new(options.database.grant(&self.database, &self.databases)),
            templates: Arc::new(templates),
            ..Grants::default()
        };
        let app = AppOptions {
            name: bundle.manifest.name.as_str().into(),
            provision: Provision {
                env: options.env.clone(),
                folders: bundle.python_folders(unpacked),
                grants,
                memory: options.memory.as_usize(),
            },
            pool: PoolOptions {
                instances: options.instances.into(),
                queue: options.queue,
                reuse: options.reuse,
                ..PoolOptions::default()
            },
            wall: options.wall,
            detailed_errors: self.detailed_errors,
        };
        App::load(&self.engine, &component, app)
            .await
            .map_err(Failure::about(file))
    }
}

/// Returns the URL path under which an app's static files are.
pub(super) fn static_url<'a>(bundle: &'a Bundle<'_>) -> &'a str {
    bundle.manifest.static_url.as_deref().unwrap_or("/static")
}

fn static_files(
    bundle: &Bundle,
    unpacked: &Path,
    options: &SiteOptions,
) -> Result<Option<StaticFiles>, Failure> {
    let folder = match &options.static_dir {
        Some(folder) => folder.clone(),
        None if bundle.manifest.static_url.is_some() => unpacked.join("static"),
        None => return Ok(None),
    };
    match StaticFiles::new(&folder, static_url(bundle)) {
        Ok(files) if options.static_dir.is_none() => {
            Ok(Some(files.with_digests(bundle.asset_digests())))
        }
        Ok(files) => Ok(Some(files)),
        Err(source) => Err(CommandError {
            what: format!("cannot open the static files {}", folder.display()),
            hint: "name a folder that exists and can be read: --static DIR",
            source: Some(source.into()),
        }
        .into()),
    }
}

impl crate::error::Advice for CacheError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Folder { .. } => "name another folder: --cache-dir DIR".into(),
            Self::Compile(_) => "build it again with `runtime build`".into(),
        })
    }
}
