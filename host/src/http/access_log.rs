//! The access log: one `tracing` event per request, target `access`, level info.

use std::net::SocketAddr;

use http::{Method, Request, StatusCode, Uri, Version};
use tokio::time::Instant;
use tracing::Level;

use super::request_id::RequestId;

/// The target of the events.
pub const TARGET: &str = "access";

/// How a response ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// All of it was handed to the connection.
    Complete,
    /// The app's body failed; says how.
    BodyFailed(String),
    /// The connection closed before the end.
    ClientGone,
}

/// What is known about a request before its end. Emits its event when it is
/// dropped, if it was not before: the handler was dropped with the connection.
#[derive(Debug)]
pub(super) struct Record(Option<Box<Facts>>);

#[derive(Debug)]
struct Facts {
    id: RequestId,
    peer: SocketAddr,
    method: Method,
    uri: Uri,
    version: Version,
    status: Option<StatusCode>,
    refused: Option<&'static str>,
    has_line: bool,
    begun: Instant,
}

impl Record {
    /// Starts a record, or none where nobody listens: then a request costs
    /// nothing here.
    pub(super) fn begin<B>(request: &Request<B>, id: &RequestId, peer: SocketAddr) -> Option<Self> {
        tracing::enabled!(target: TARGET, Level::INFO).then(|| {
            Self(Some(Box::new(Facts {
                id: id.clone(),
                peer,
                method: request.method().clone(),
                uri: request.uri().clone(),
                version: request.version(),
                status: None,
                refused: None,
                has_line: true,
                begun: Instant::now(),
            })))
        })
    }

    /// Notes the status.
    pub(super) fn answered(&mut self, status: StatusCode) {
        if let Some(facts) = &mut self.0 {
            facts.status = Some(status);
        }
    }

    /// Notes why the request was refused.
    pub(super) fn refused(&mut self, why: &'static str) {
        if let Some(facts) = &mut self.0 {
            facts.refused = Some(why);
        }
    }

    /// Notes that the request line is not the client's: it sent none that could
    /// be read.
    pub(super) fn without_line(&mut self) {
        if let Some(facts) = &mut self.0 {
            facts.has_line = false;
        }
    }

    /// Emits the event.
    pub(super) fn emit(mut self, sent: u64, ending: &Ending) {
        if let Some(facts) = self.0.take() {
            facts.emit(sent, ending);
        }
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        if let Some(facts) = self.0.take() {
            facts.emit(0, &Ending::ClientGone);
        }
    }
}

impl Facts {
    /// Method and path were checked by the framing guard: visible ASCII without
    /// quotes, the path still percent-encoded. The query may hold secrets and
    /// stays out.
    fn emit(&self, sent: u64, ending: &Ending) {
        let (method, path) = if self.has_line {
            (self.method.as_str(), self.uri.path())
        } else {
            ("-", "-")
        };
        let (ending, error) = match ending {
            Ending::Complete => ("complete", None),
            Ending::BodyFailed(error) => ("app-error", Some(error.as_str())),
            Ending::ClientGone => ("client-gone", None),
        };
        let micros = u32::try_from(self.begun.elapsed().as_micros()).unwrap_or(u32::MAX);
        tracing::info!(
            target: TARGET,
            request_id = self.id.as_str(),
            peer = %self.peer,
            method,
            path,
            version = if self.version == Version::HTTP_10 { "HTTP/1.0" } else { "HTTP/1.1" },
            status = self.status.map_or(0, |status| status.as_u16()),
            bytes = sent,
            ms = f64::from(micros) / 1000.0,
            ending,
            error = error.or(self.refused),
        );
    }
}
