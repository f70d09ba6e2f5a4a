//! One instance of an app: its store, and what the store holds.

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use wasgi_orm::schema::Schema;
use wasmtime::component::{Resource, ResourceAny, ResourceTable};
use wasmtime::{Engine, Store};
use wasmtime_wasi::{FsPerms, WasiCtx, WasiCtxView, WasiView};

use super::bindings::{Gateway, GatewayPre};
use super::environ::Environ;
use super::exchange::Exchange;
use super::input::{Input, Source};
use super::start_response::{Live, StartResponse, View};
use crate::capability::templates::Page;
use crate::capability::{Borrower, Grants, Lent, orm};
use crate::runtime::memory::MemoryLimit;
use crate::runtime::output::{Output, Stream};
use crate::runtime::pool::Factory;

pub(super) use super::bindings::exports::wasgi::app::application::{AppError, Body};

/// Handles a guest may hold at a time, files and clocks included.
const MAX_RESOURCES: usize = 10_000;

/// What every instance of an app is given.
#[derive(Clone, Debug, Default)]
pub struct Provision {
    /// Environment variables.
    pub env: Vec<(String, String)>,
    /// Folders it may read: where they are, and the path it sees them at.
    pub folders: Vec<(PathBuf, String)>,
    /// Capabilities.
    pub grants: Grants,
    /// Bytes of memory it may use.
    pub memory: usize,
}

/// What an instance's store holds.
pub struct State {
    wasi: WasiCtx,
    table: ResourceTable,
    lent: Lent,
    memory: MemoryLimit,
    exchange: Option<Arc<Exchange>>,
}

impl State {
    pub(super) fn gateway(&mut self) -> View<'_> {
        View {
            table: &mut self.table,
            exchange: self.exchange.as_ref(),
        }
    }
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView {
            ctx: &mut self.wasi,
            table: &mut self.table,
        }
    }
}

impl Borrower for State {
    fn lent(&mut self) -> (&mut Lent, &mut ResourceTable) {
        (&mut self.lent, &mut self.table)
    }
}

/// An instance.
pub struct Instance {
    store: Store<State>,
    exports: Gateway,
    output: Output,
}

impl Instance {
    /// Readies the instance for a request.
    pub(super) fn begin(&mut self, exchange: &Arc<Exchange>) {
        self.output.begin(Arc::clone(&exchange.id));
        self.store.data_mut().exchange = Some(Arc::clone(exchange));
        self.store.data_mut().memory.forgive();
        // The tick after the next: an ordinary request, which is over long before,
        // never yields and so never has to share its warm instance's caches.
        self.store.set_epoch_deadline(2);
    }

    /// Closes the books on a request.
    pub(super) fn end(&mut self) {
        self.output.end();
        let state = self.store.data_mut();
        state.exchange = None;
        state.lent.end();
    }

    /// Tells whether memory was refused since the request began.
    pub(super) fn memory_was_refused(&self) -> bool {
        self.store.data().memory.has_refused()
    }

    /// `application(environ, start_response)`.
    pub(super) async fn call(
        &mut self,
        environ: &Environ,
        input: Box<dyn Source>,
        exchange: &Arc<Exchange>,
    ) -> wasmtime::Result<Result<Body, AppError>> {
        let table = &mut self.store.data_mut().table;
        let input: Resource<Input> = table.push(Input(input))?;
        let live = StartResponse::Live(Live(Arc::clone(exchange)));
        let start_response: Resource<StartResponse> = table.push(live)?;
        self.exports
            .wasgi_app_application()
            .call_call(&mut self.store, environ.as_string(), input, start_response)
            .await
    }

    /// The iterable's `next`.
    pub(super) async fn next(
        &mut self,
        chunks: ResourceAny,
    ) -> wasmtime::Result<Result<Option<Bytes>, AppError>> {
        let next = self
            .exports
            .wasgi_app_application()
            .chunks()
            .call_next(&mut self.store, chunks)
            .await?;
        Ok(next.map(|chunk| chunk.map(Bytes::from)))
    }

    /// Takes a page that the app returned.
    pub(super) fn page(&mut self, page: Resource<Page>) -> wasmtime::Result<Page> {
        Ok(self.store.data_mut().table.delete(page)?)
    }

    /// The iterable's `close()`, and the end of its handle.
    pub(super) async fn close(&mut self, chunks: ResourceAny) -> wasmtime::Result<()> {
        self.exports
            .wasgi_app_application()
            .chunks()
            .call_close(&mut self.store, chunks)
            .await?;
        chunks.resource_drop_async(&mut self.store).await
    }
}

/// Makes the instances of one app.
pub struct InstanceFactory {
    pub(super) name: Arc<str>,
    pub(super) engine: Engine,
    pub(super) pre: GatewayPre<State>,
    pub(super) provision: Provision,
}

impl InstanceFactory {
    fn state(&self, output: &Output) -> wasmtime::Result<State> {
        let mut wasi = WasiCtx::builder();
        wasi.envs(&self.provision.env)
            .stdout(output.stream(Stream::Stdout))
            .stderr(output.stream(Stream::Stderr))
            // The files are a bundle's own, on a local disk and mostly in memory:
            // a thread hop per read costs more than the read.
            .allow_blocking_current_thread(true)
            .allow_tcp(false)
            .allow_udp(false)
            .allow_ip_name_lookup(false);
        for (folder, path) in &self.provision.folders {
            wasi.preopened_dir(folder, path, FsPerms::ReadOnly)?;
        }
        let mut table = ResourceTable::new();
        table.set_max_capacity(MAX_RESOURCES);
        Ok(State {
            wasi: wasi.build(),
            table,
            lent: Lent::new(&self.provision.grants),
            memory: MemoryLimit::new(self.provision.memory),
            exchange: None,
        })
    }
}

impl InstanceFactory {
    /// Asks the app for its models, in an instance that serves nothing else and has no
    /// database.
    pub(super) async fn schema(&self) -> wasmtime::Result<Schema> {
        let output = Output::new(Arc::clone(&self.name));
        let mut state = self.state(&output)?;
        let grants = Grants {
            orm: Arc::default(),
            ..self.provision.grants.clone()
        };
        state.lent = Lent::new(&grants);
        let mut store = self.store(state);
        let instance = self
            .pre
            .instance_pre()
            .instantiate_async(&mut store)
            .await?;
        orm::schema(&mut store, &instance).await
    }

    fn store(&self, state: State) -> Store<State> {
        let mut store = Store::new(&self.engine, state);
        store.limiter(|state| &mut state.memory);
        // At every tick the guest lets others have the thread; its driver then
        // looks at the clock.
        store.epoch_deadline_async_yield_and_update(1);
        store
    }
}

impl Factory for InstanceFactory {
    type Instance = Instance;
    type Error = wasmtime::Error;

    async fn make(&self) -> wasmtime::Result<Instance> {
        let output = Output::new(Arc::clone(&self.name));
        let mut store = self.store(self.state(&output)?);
        let exports = self.pre.instantiate_async(&mut store).await?;
        Ok(Instance {
            store,
            exports,
            output,
        })
    }
}
