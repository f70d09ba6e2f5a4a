//! A loaded app: linked, pooled, ready to be called.

use std::sync::Arc;
use std::time::Duration;

use http::{Method, Response};
use wasgi_orm::schema::Schema;
use wasmtime::Engine;
use wasmtime::component::{Component, Linker};

use super::bindings::{GatewayPre, wasgi::app::types};
use super::drive::{Drive, Failure};
use super::environ::{ServerFacts, environ};
use super::exchange::Exchange;
use super::instance::{InstanceFactory, Provision, State};
use super::request::Request;
use super::response::{Body, Driving, failed};
use super::start_response::Gateway;
use crate::capability::orm;
use crate::error::{Advice, Blame};
use crate::runtime::output::escaped;
use crate::runtime::pool::{Factory, Pool, PoolError, PoolOptions};

/// The interface an app exports.
pub const APPLICATION: &str = "wasgi:app/application@0.1.0";

/// How an app is run.
#[derive(Clone, Debug)]
pub struct AppOptions {
    /// Its name in logs.
    pub name: Arc<str>,
    /// What its instances are given.
    pub provision: Provision,
    /// How its instances are kept.
    pub pool: PoolOptions,
    /// Wall-clock limit of one request, in which the guest or the host is at
    /// work; waiting for the client is not counted. Default 30 s.
    pub wall: Duration,
    /// Whether clients see why the app failed: in `dev`.
    pub detailed_errors: bool,
}

/// Why a component is no app that can be run here.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// It does not export `application`.
    #[error("the component does not export {APPLICATION}")]
    NoApplication {
        /// What it exports.
        exports: Vec<String>,
    },
    /// It imports what the host does not lend.
    #[error("the component imports what this host does not lend: {}", imports.join(", "))]
    Import {
        /// The imports.
        imports: Vec<String>,
        /// Wasmtime's word.
        source: wasmtime::Error,
    },
    /// Its `application` has another shape than this host's.
    #[error("the component's {APPLICATION} has another shape than this host's")]
    Shape(#[source] wasmtime::Error),
    /// Its first instance failed.
    #[error("the app does not start")]
    Start(#[source] wasmtime::Error),
    /// It does not tell its models.
    #[error("the app does not tell its models")]
    Models(#[source] wasmtime::Error),
}

impl Advice for LoadError {
    fn blame(&self) -> Blame {
        Blame::Guest
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoApplication { exports } => format!(
                "build it with `runtime build`, or export the interface from wit/application.wit; \
                 it exports {}",
                if exports.is_empty() {
                    "nothing".into()
                } else {
                    exports.join(", ")
                }
            ),
            Self::Import { .. } => {
                "`runtime check` lists what a component imports; wit/world.wit what is lent".into()
            }
            Self::Shape(_) => "build it again with the SDK of this host's version".into(),
            Self::Start(_) | Self::Models(_) => {
                "the log above has what it printed; does it need more --memory?".into()
            }
        })
    }
}

/// An app.
pub struct App {
    name: Arc<str>,
    pool: Arc<Pool<InstanceFactory>>,
    facts: ServerFacts,
    wall: Duration,
    detailed_errors: bool,
    exports_models: bool,
}

/// Returns a linker with everything the host lends.
///
/// # Errors
///
/// Where two capabilities define the same interface.
pub fn linker(engine: &Engine) -> wasmtime::Result<Linker<State>> {
    let mut linker = Linker::new(engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    types::add_to_linker::<State, Gateway>(&mut linker, State::gateway)?;
    crate::capability::add_to_linker(&mut linker)?;
    Ok(linker)
}

impl App {
    /// Links a component, and makes its first instance to see that it starts.
    ///
    /// # Errors
    ///
    /// [`LoadError`].
    pub async fn load(
        engine: &Engine,
        component: &Component,
        options: AppOptions,
    ) -> Result<Arc<Self>, LoadError> {
        let exports = export_names(engine, component);
        if !exports.iter().any(|name| name == APPLICATION) {
            return Err(LoadError::NoApplication { exports });
        }
        let linker = linker(engine).map_err(LoadError::Shape)?;
        let pre = linker.instantiate_pre(component).map_err(|source| {
            let mut imports = import_names(engine, component);
            imports.retain(|name| !is_lent(name));
            if imports.is_empty() {
                LoadError::Shape(source)
            } else {
                LoadError::Import { imports, source }
            }
        })?;
        let factory = InstanceFactory {
            name: Arc::clone(&options.name),
            engine: engine.clone(),
            pre: GatewayPre::new(pre).map_err(LoadError::Shape)?,
            provision: options.provision,
        };
        let pool = Pool::new(factory, options.pool.clone());
        let first = pool.factory().make().await.map_err(LoadError::Start)?;
        pool.add(first);
        pool.keep_trimmed(1);
        Ok(Arc::new(Self {
            name: options.name,
            pool,
            facts: ServerFacts {
                run_once: options.pool.reuse == 1,
                multiprocess: options.pool.instances > 1,
            },
            wall: options.wall,
            detailed_errors: options.detailed_errors,
            exports_models: exports.iter().any(|name| name == orm::MODELS),
        }))
    }

    /// Asks the app for its models; none where it exports no `models`.
    ///
    /// # Errors
    ///
    /// [`LoadError::Models`] where it traps, or takes longer than its wall limit.
    pub async fn schema(&self) -> Result<Schema, LoadError> {
        if !self.exports_models {
            return Ok(Schema::default());
        }
        let asked = self.pool.factory().schema();
        match tokio::time::timeout(self.wall, asked).await {
            Ok(schema) => schema.map_err(LoadError::Models),
            Err(_) => Err(LoadError::Models(wasmtime::Error::msg(
                "it took longer than its wall limit",
            ))),
        }
    }

    /// Returns the app's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Answers a request.
    pub async fn call(&self, request: Request) -> Response<Body> {
        let lease = match self.pool.take().await {
            Ok(lease) => lease,
            Err(error) => {
                let failure = match error {
                    PoolError::Busy => Failure::Busy,
                    PoolError::Make(error) => Failure::Start(format!("{error:?}")),
                };
                for line in failure.to_string().lines() {
                    let line = escaped(line.as_bytes());
                    tracing::error!(target: "app", app = &*self.name, request = &*request.id, "{line}");
                }
                return failed(&failure, &request.id, self.detailed_errors);
            }
        };
        let head_only = request.method == Method::HEAD;
        let exchange = Exchange::new(Arc::clone(&request.id), head_only, self.wall);
        let drive = Drive {
            lease,
            exchange: Arc::clone(&exchange),
            environ: environ(&request, self.facts),
            input: request.body,
        };
        let driving = Driving {
            run: Some(Box::pin(drive.run())),
            exchange,
        };
        driving.respond(self.detailed_errors).await
    }
}

/// Returns the names of what a component exports.
pub fn export_names(engine: &Engine, component: &Component) -> Vec<String> {
    let kind = component.component_type();
    kind.exports(engine)
        .map(|(name, _)| name.to_owned())
        .collect()
}

/// Returns the names of what a component imports.
pub fn import_names(engine: &Engine, component: &Component) -> Vec<String> {
    let kind = component.component_type();
    kind.imports(engine)
        .map(|(name, _)| name.to_owned())
        .collect()
}

/// Tells whether the host lends an interface of this name.
pub fn is_lent(name: &str) -> bool {
    const LENT: [&str; 6] = [
        "wasi:cli/",
        "wasi:clocks/",
        "wasi:filesystem/",
        "wasi:io/",
        "wasi:random/",
        "wasi:sockets/",
    ];
    LENT.iter().any(|prefix| name.starts_with(prefix)) || crate::capability::is_lent(name)
}
