//! One instance of the renderer: its store, its clock, its call.

use std::sync::Arc;
use std::time::Duration;

use wasmtime::component::{HasSelf, Linker, ResourceTable};
use wasmtime::{Store, Trap, UpdateDeadline};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};

use super::Renderer;
use super::bindings::exports::wasgi::renderer::engine::{File, Rows, Settings, Source};
use super::bindings::wasgi::renderer::output;
use super::bindings::{self};
use crate::capability::templates::bindings::wasgi::app::templates as wit;
use crate::capability::templates::error::TemplatesError;
use crate::capability::templates::page::Pipe;
use crate::runtime::engine::TICK;
use crate::runtime::memory::MemoryLimit;

/// What a renderer's store holds: nothing of the app's, nor of the machine's.
pub(in crate::capability::templates) struct State {
    wasi: WasiCtx,
    table: ResourceTable,
    memory: MemoryLimit,
    /// Ticks of the epoch that are left, counted while it runs.
    ticks: u64,
    /// Where pieces go.
    pipe: Option<Arc<Pipe>>,
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView {
            ctx: &mut self.wasi,
            table: &mut self.table,
        }
    }
}

impl output::Host for State {
    async fn write(&mut self, piece: Vec<u8>) -> wasmtime::Result<bool> {
        match &self.pipe {
            Some(pipe) => pipe.put(piece.into()).await,
            None => return Ok(false),
        }
        Ok(true)
    }
}

pub(super) fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    output::add_to_linker::<State, HasSelf<State>>(linker, |state| state)
}

/// An instance of the renderer.
pub(in crate::capability::templates) struct Instance {
    store: Store<State>,
    exports: bindings::Renderer,
    ticks: u64,
}

impl Instance {
    /// Makes an instance that may use so much memory and, in each call, CPU time.
    pub(in crate::capability::templates) async fn new(
        renderer: &Renderer,
        memory: usize,
        time: Duration,
    ) -> wasmtime::Result<Self> {
        let ticks = u64::try_from(time.as_nanos() / TICK.as_nanos()).unwrap_or(u64::MAX);
        let state = State {
            wasi: WasiCtx::builder()
                .allow_tcp(false)
                .allow_udp(false)
                .allow_ip_name_lookup(false)
                .build(),
            table: ResourceTable::new(),
            memory: MemoryLimit::new(memory),
            ticks,
            pipe: None,
        };
        let mut store = Store::new(&renderer.engine, state);
        store.limiter(|state| &mut state.memory);
        // Instantiation is quick, and not the app's doing.
        store.set_epoch_deadline(100);
        let exports = renderer.pre.instantiate_async(&mut store).await?;
        store.epoch_deadline_callback(|mut store| {
            let state = store.data_mut();
            match state.ticks.checked_sub(1) {
                Some(left) => {
                    state.ticks = left;
                    Ok(UpdateDeadline::Yield(1))
                }
                None => Err(Trap::Interrupt.into()),
            }
        });
        Ok(Self {
            store,
            exports,
            ticks,
        })
    }

    fn begin(&mut self, pipe: Option<Arc<Pipe>>) {
        // The tick after the next: an ordinary page is done before.
        self.store.set_epoch_deadline(2);
        let state = self.store.data_mut();
        state.ticks = self.ticks;
        state.pipe = pipe;
        state.memory.forgive();
    }

    /// Gives the renderer its templates.
    pub(in crate::capability::templates) async fn load(
        &mut self,
        files: &[File],
        settings: &Settings,
    ) -> Result<(), TemplatesError> {
        self.begin(None);
        let engine = self.exports.wasgi_renderer_engine();
        let loaded = engine.call_load(&mut self.store, files, settings).await;
        Ok(loaded.map_err(|trap| self.failure(trap))??)
    }

    /// Renders; in pieces where there is somewhere to put them. The instance is good for
    /// another call where it is not the host that failed.
    pub(in crate::capability::templates) async fn render(
        &mut self,
        source: &Source,
        context: &[u8],
        rows: &[Rows],
        pipe: Option<Arc<Pipe>>,
    ) -> Result<Vec<u8>, Ended> {
        let pieces = pipe.is_some();
        self.begin(pipe);
        let engine = self.exports.wasgi_renderer_engine();
        let rendered = engine
            .call_render(&mut self.store, source, context, rows, pieces)
            .await;
        self.store.data_mut().pipe = None;
        match rendered {
            Ok(Ok(rest)) => Ok(rest),
            Ok(Err(error)) => Err(Ended::Refused(error.into())),
            Err(trap) => Err(Ended::Broken(self.failure(trap))),
        }
    }

    /// Returns the bytes of memory it has come to use.
    pub(in crate::capability::templates) fn memory(&self) -> usize {
        self.store.data().memory.used()
    }

    /// Says what a trap means.
    fn failure(&self, trap: wasmtime::Error) -> TemplatesError {
        match trap.downcast_ref::<Trap>() {
            Some(Trap::Interrupt) => TemplatesError::guest(wit::Error::Timeout),
            Some(Trap::StackOverflow) => TemplatesError::quota(
                "the templates are nested too deeply: the renderer's stack overflowed",
            ),
            _ if self.store.data().memory.has_refused() => {
                TemplatesError::quota("rendering needs more memory than it may use")
            }
            _ => {
                tracing::error!("the renderer trapped: {trap:?}");
                TemplatesError::quota("the renderer could not cope with this template")
            }
        }
    }
}

/// How a rendering ended that did not succeed.
#[derive(Debug)]
pub(in crate::capability::templates) enum Ended {
    /// With an error; the instance is as good as before.
    Refused(TemplatesError),
    /// With a trap; the instance is of no use any more.
    Broken(TemplatesError),
}
