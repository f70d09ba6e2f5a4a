//! A listener, its signals and its drain: what every serving command does.

use std::sync::Arc;

use tokio::signal::unix::{SignalKind, signal};

use super::{CommandError, Failure, Outcome};
use crate::http::{HttpLimits, Listener, Shutdown};
use crate::router::Router;

/// Builds the runtime that requests run on.
pub(super) fn tokio() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        // Guests that loop come back to the queue at every tick of the epoch, and
        // while it is not empty the sockets are looked at only once in so many
        // turns: with the default of 61 a neighbour waits half a second for each.
        .event_interval(8)
        .build()
        .map_err(|source| {
            CommandError {
                what: "cannot start the worker threads".into(),
                hint: "look at the limits of processes and open files (`ulimit -a`)",
                source: Some(source.into()),
            }
            .into()
        })
}

/// Serves until SIGTERM or SIGINT, then lets requests in flight finish.
pub(super) async fn serve(listener: Listener, router: Arc<Router>, limits: HttpLimits) -> Outcome {
    let shutdown = Shutdown::new();
    let (mut terminate, mut interrupt) = signals()?;
    tokio::spawn({
        let shutdown = shutdown.clone();
        async move {
            tokio::select! {
                _ = terminate.recv() => tracing::info!("SIGTERM: draining"),
                _ = interrupt.recv() => tracing::info!("SIGINT: draining"),
            }
            shutdown.trigger();
        }
    });
    println!("listening on http://{}", listener.local_addr());
    listener.serve(router, limits, shutdown).await;
    tracing::info!("stopped");
    super::log::flush();
    Ok(())
}

fn signals() -> Result<(tokio::signal::unix::Signal, tokio::signal::unix::Signal), Failure> {
    let both = signal(SignalKind::terminate())
        .and_then(|terminate| Ok((terminate, signal(SignalKind::interrupt())?)));
    both.map_err(|source| {
        CommandError {
            what: "cannot listen for signals".into(),
            hint: "this is a fault of the machine; try again",
            source: Some(source.into()),
        }
        .into()
    })
}
