//! Calls the app, pulls its chunks as the client takes them, closes its iterable.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Instant;

use bytes::Bytes;
use tokio::time::Sleep;
use wasmtime::Trap;
use wasmtime::component::ResourceAny;

use super::environ::Environ;
use super::exchange::{Exchange, Stop};
use super::input::Source;
use super::instance::{AppError, Body, Instance, InstanceFactory};
use crate::capability::templates::{Page, TemplatesError};
use crate::runtime::pool::Lease;

/// How an app's run ended.
#[derive(Debug)]
pub(super) enum End {
    /// With a body of one piece, of which nothing was sent yet.
    Whole(Bytes),
    /// With all there is sent or queued.
    Done,
    /// With less body than the Content-Length promised, by this many bytes.
    Short(u64),
    /// Badly.
    Failed(Failure),
}

/// What went wrong in an app.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// An exception that the app did not handle.
    #[error("{summary}")]
    Exception {
        /// One line.
        summary: String,
        /// The traceback.
        detail: String,
    },
    /// It returned a body without having called `start_response`.
    #[error("the app answered without calling start_response")]
    NotStarted,
    /// Its wall limit passed.
    #[error("the app took longer than its wall limit")]
    Timeout,
    /// It asked for more memory than its limit, and did not survive the refusal.
    #[error("the app asked for more memory than its limit")]
    Memory,
    /// Its stack overflowed.
    #[error("the app's stack overflowed")]
    StackOverflow,
    /// Any other trap.
    #[error("the app trapped: {0}")]
    Trap(String),
    /// No instance could be made.
    #[error("cannot start the app: {0}")]
    Start(String),
    /// Everyone was busy.
    #[error("all instances are busy and the queue is full")]
    Busy,
}

impl From<AppError> for Failure {
    fn from(error: AppError) -> Self {
        Self::Exception {
            summary: error.summary,
            detail: error.detail,
        }
    }
}

impl From<TemplatesError> for Failure {
    fn from(error: TemplatesError) -> Self {
        let (summary, detail) = error.story();
        Self::Exception { summary, detail }
    }
}

/// One request on its way through an instance.
pub(super) struct Drive {
    pub(super) lease: Lease<InstanceFactory>,
    pub(super) exchange: Arc<Exchange>,
    pub(super) environ: Environ,
    pub(super) input: Box<dyn Source>,
}

impl Drive {
    /// Runs the app to its end. The instance goes back to its pool, or is
    /// retired where it trapped or ran out of time.
    pub(super) async fn run(mut self) -> End {
        let Some(instance) = self.lease.instance() else {
            return End::Failed(Failure::Busy);
        };
        instance.begin(&self.exchange);
        let run = run(instance, &self.exchange, &self.environ, self.input);
        let end = bounded(&self.exchange, run).await;
        instance.end();
        match end {
            Some(Ok(Ran { end, broken: None })) => {
                self.lease.give_back();
                end
            }
            Some(Ok(Ran {
                end,
                broken: Some(trap),
            })) => {
                // The answer stands; the instance does not.
                let failure = failure(instance, &trap);
                tracing::error!(target: "app", request = &*self.exchange.id, "in close(): {failure}");
                end
            }
            Some(Err(trap)) => End::Failed(failure(instance, &trap)),
            None => End::Failed(Failure::Timeout),
        }
    }
}

/// What an app's run came to.
struct Ran {
    end: End,
    /// The trap that `close()` ended in.
    broken: Option<wasmtime::Error>,
}

impl From<End> for Ran {
    fn from(end: End) -> Self {
        Self { end, broken: None }
    }
}

async fn run(
    instance: &mut Instance,
    exchange: &Arc<Exchange>,
    environ: &Environ,
    input: Box<dyn Source>,
) -> wasmtime::Result<Ran> {
    let body = match instance.call(environ, input, exchange).await? {
        Ok(body) => body,
        Err(error) => return Ok(End::Failed(error.into()).into()),
    };
    match body {
        Body::Whole(bytes) if !exchange.is_sent() => Ok(End::Whole(bytes.into()).into()),
        Body::Whole(bytes) => Ok(match exchange.send(bytes.into()).await {
            Err(stop) => stopped(exchange, stop).into(),
            Ok(()) => finished(exchange).into(),
        }),
        Body::Page(page) => {
            let mut page = instance.page(page)?;
            Ok(match page.whole() {
                Some(bytes) if !exchange.is_sent() => End::Whole(bytes).into(),
                Some(bytes) => match exchange.send(bytes).await {
                    Err(stop) => stopped(exchange, stop).into(),
                    Ok(()) => finished(exchange).into(),
                },
                None => pass(page, exchange).await.into(),
            })
        }
        Body::Chunks(chunks) => {
            let end = pull(instance, exchange, chunks).await?;
            let broken = instance.close(chunks).await.err();
            Ok(Ran { end, broken })
        }
    }
}

/// Pulls chunk after chunk, each only once the one before was taken.
async fn pull(
    instance: &mut Instance,
    exchange: &Arc<Exchange>,
    chunks: ResourceAny,
) -> wasmtime::Result<End> {
    loop {
        match instance.next(chunks).await? {
            Ok(Some(chunk)) => {
                if let Err(stop) = exchange.send(chunk).await {
                    return Ok(stopped(exchange, stop));
                }
            }
            Ok(None) => return Ok(finished(exchange)),
            Err(error) => return Ok(End::Failed(error.into())),
        }
    }
}

/// Passes a page on as it is rendered.
async fn pass(mut page: Page, exchange: &Arc<Exchange>) -> End {
    loop {
        match page.next().await {
            Ok(Some(piece)) => {
                if let Err(stop) = exchange.send(piece).await {
                    return stopped(exchange, stop);
                }
            }
            Ok(None) => return finished(exchange),
            Err(error) => return End::Failed(error.into()),
        }
    }
}

fn stopped(exchange: &Exchange, stop: Stop) -> End {
    match stop {
        Stop::NotStarted => End::Failed(Failure::NotStarted),
        Stop::Gone | Stop::Complete => End::Done,
        Stop::Overrun => {
            tracing::warn!(target: "app", request = &*exchange.id, "more body than Content-Length: cut");
            End::Done
        }
    }
}

fn finished(exchange: &Exchange) -> End {
    match exchange.commit() {
        Err(stop) => stopped(exchange, stop),
        Ok(()) => match exchange.missing() {
            0 => End::Done,
            missing => End::Short(missing),
        },
    }
}

/// Runs a guest for as long as its clock allows; none where it ran out.
///
/// The timer is set only when the guest waits for something: most requests end
/// in their first poll and never touch it.
async fn bounded<F: Future>(exchange: &Exchange, run: F) -> Option<F::Output> {
    let mut run = pin!(run);
    let mut timer: Option<(Instant, Pin<Box<Sleep>>)> = None;
    poll_fn(|context| {
        if let Poll::Ready(output) = run.as_mut().poll(context) {
            return Poll::Ready(Some(output));
        }
        let Some(deadline) = exchange.deadline() else {
            return Poll::Pending;
        };
        if Instant::now() >= deadline {
            return Poll::Ready(None);
        }
        let (_, sleep) = match &mut timer {
            Some(timer) if timer.0 == deadline => timer,
            _ => timer.insert((
                deadline,
                Box::pin(tokio::time::sleep_until(deadline.into())),
            )),
        };
        sleep.as_mut().poll(context).map(|()| None)
    })
    .await
}

fn failure(instance: &Instance, trap: &wasmtime::Error) -> Failure {
    match trap.downcast_ref::<Trap>() {
        Some(Trap::StackOverflow) => Failure::StackOverflow,
        _ if instance.memory_was_refused() => Failure::Memory,
        _ => Failure::Trap(format!("{trap:?}")),
    }
}
