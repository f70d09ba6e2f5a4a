//! What the guest calls: `input.read`, `start_response` and `write`.

use std::sync::Arc;

use wasmtime::component::{HasData, Resource, ResourceTable};

use super::bindings::wasgi::app::types::{
    Host, HostInput, HostStartResponse, InputError as WitInputError, StartError, WriteError,
};
use super::exchange::{Exchange, Stop};
use super::head::Head;
use super::input::{Input, InputError};

/// Bytes that one `read` returns at most, whatever the guest asks for.
const MAX_READ: u32 = 1 << 20;

/// What a guest's `start-response` handle stands for.
pub enum StartResponse {
    /// The server's own: it answers the client.
    Live(Live),
    /// A middleware's: it only keeps what it was told.
    Recorder(Option<(String, Vec<(String, String)>)>),
}

/// The server's `start_response` of one request.
pub struct Live(pub(super) Arc<Exchange>);

/// The gateway while a guest calls it.
pub(super) struct View<'a> {
    pub(super) table: &'a mut ResourceTable,
    pub(super) exchange: Option<&'a Arc<Exchange>>,
}

pub(super) struct Gateway;

impl HasData for Gateway {
    type Data<'a> = View<'a>;
}

impl Host for View<'_> {}

impl HostInput for View<'_> {
    async fn read(
        &mut self,
        input: Resource<Input>,
        max: u32,
    ) -> wasmtime::Result<Result<Vec<u8>, WitInputError>> {
        let input = self.table.get_mut(&input)?;
        let max = usize::try_from(max.clamp(1, MAX_READ)).unwrap_or(1);
        // Waiting for the client is not the guest's time.
        if let Some(exchange) = self.exchange {
            exchange.stand();
        }
        let read = input.0.read(max).await;
        if let Some(exchange) = self.exchange {
            exchange.run();
        }
        Ok(read.map(Into::into).map_err(Into::into))
    }

    fn drop(&mut self, input: Resource<Input>) -> wasmtime::Result<()> {
        self.table.delete(input)?;
        Ok(())
    }
}

impl HostStartResponse for View<'_> {
    fn new(&mut self) -> wasmtime::Result<Resource<StartResponse>> {
        Ok(self.table.push(StartResponse::Recorder(None))?)
    }

    fn call(
        &mut self,
        this: Resource<StartResponse>,
        status: String,
        headers: Vec<(String, String)>,
        exc_info: bool,
    ) -> wasmtime::Result<Result<(), StartError>> {
        let this = self.table.get_mut(&this)?;
        let head = Head::parse(&status, &headers);
        Ok(match this {
            StartResponse::Live(Live(exchange)) => exchange.start(head, exc_info),
            StartResponse::Recorder(recorded) if recorded.is_some() && !exc_info => {
                Err(StartError::AlreadyCalled)
            }
            StartResponse::Recorder(recorded) => head.map(|_| *recorded = Some((status, headers))),
        })
    }

    async fn write(
        &mut self,
        this: Resource<StartResponse>,
        chunk: Vec<u8>,
    ) -> wasmtime::Result<Result<(), WriteError>> {
        let StartResponse::Live(Live(exchange)) = self.table.get(&this)? else {
            // A recorder has no client: the middleware is to use its own.
            return Ok(Err(WriteError::NotStarted));
        };
        Ok(match exchange.send(chunk.into()).await {
            Ok(()) | Err(Stop::Complete | Stop::Overrun) => Ok(()),
            Err(Stop::NotStarted) => Err(WriteError::NotStarted),
            Err(Stop::Gone) => Err(WriteError::Disconnected),
        })
    }

    fn recorded(
        &mut self,
        this: Resource<StartResponse>,
    ) -> wasmtime::Result<Option<(String, Vec<(String, String)>)>> {
        Ok(match self.table.get(&this)? {
            StartResponse::Recorder(recorded) => recorded.clone(),
            StartResponse::Live(_) => None,
        })
    }

    fn drop(&mut self, this: Resource<StartResponse>) -> wasmtime::Result<()> {
        self.table.delete(this)?;
        Ok(())
    }
}

impl From<InputError> for WitInputError {
    fn from(error: InputError) -> Self {
        match error {
            InputError::Disconnected => Self::Disconnected,
            InputError::Malformed => Self::Malformed,
            InputError::TooLarge => Self::TooLarge,
            InputError::Timeout => Self::Timeout,
        }
    }
}
