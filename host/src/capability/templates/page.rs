//! A page that is rendered as it is taken: the renderer stops at each piece until the one
//! before is gone. One task polls both sides, so that neither has to wake the other.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use bytes::Bytes;
use parking_lot::Mutex;

use super::Templates;
use super::error::TemplatesError;
use super::renderer::bindings::exports::wasgi::renderer::engine;

type Work = Pin<Box<dyn Future<Output = Result<Vec<u8>, TemplatesError>> + Send>>;

/// A page on its way. Dropping it ends the rendering.
pub struct Page {
    /// None once it has ended.
    work: Option<Work>,
    pipe: Arc<Pipe>,
    /// What was rendered before anybody asked.
    ahead: Option<Bytes>,
}

impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page")
            .field("ended", &self.work.is_none())
            .finish_non_exhaustive()
    }
}

impl Page {
    /// Renders the first piece, or all of it where it is no longer than that.
    pub(super) async fn begin(
        templates: Arc<Templates>,
        source: engine::Source,
        context: Vec<u8>,
        rows: Vec<engine::Rows>,
    ) -> Result<Self, TemplatesError> {
        let pipe = Arc::new(Pipe::default());
        let inlet = Arc::clone(&pipe);
        let mut page = Self {
            work: Some(Box::pin(async move {
                templates.render(source, context, rows, Some(inlet)).await
            })),
            pipe,
            ahead: None,
        };
        page.ahead = page.render().await?;
        Ok(page)
    }

    /// Returns the whole page where it was complete at once.
    pub fn whole(&mut self) -> Option<Bytes> {
        match self.work {
            None => Some(self.ahead.take().unwrap_or_default()),
            Some(_) => None,
        }
    }

    /// Returns the next piece, or none at the end.
    ///
    /// # Errors
    ///
    /// Any; the page is over.
    pub async fn next(&mut self) -> Result<Option<Bytes>, TemplatesError> {
        match self.ahead.take() {
            Some(piece) => Ok(Some(piece)),
            None => self.render().await,
        }
    }

    async fn render(&mut self) -> Result<Option<Bytes>, TemplatesError> {
        let Some(work) = &mut self.work else {
            return Ok(None);
        };
        let pipe = &self.pipe;
        let ended = poll_fn(|context| match work.as_mut().poll(context) {
            Poll::Ready(ended) => Poll::Ready(Err(ended)),
            Poll::Pending => match pipe.take() {
                Some(piece) => Poll::Ready(Ok(piece)),
                None => Poll::Pending,
            },
        })
        .await;
        let ended = match ended {
            Ok(piece) => return Ok(Some(piece)),
            Err(ended) => ended,
        };
        self.work = None;
        let rest = ended?;
        Ok((!rest.is_empty()).then(|| rest.into()))
    }
}

/// Room for one piece between a renderer and who takes its page.
#[derive(Debug, Default)]
pub(super) struct Pipe(Mutex<Option<Bytes>>);

impl Pipe {
    fn take(&self) -> Option<Bytes> {
        self.0.lock().take()
    }

    /// Puts a piece, and returns once it was taken.
    pub(super) async fn put(&self, piece: Bytes) {
        let mut piece = Some(piece);
        poll_fn(|_| {
            let mut slot = self.0.lock();
            if slot.is_some() {
                return Poll::Pending;
            }
            match piece.take() {
                Some(piece) => {
                    *slot = Some(piece);
                    Poll::Pending
                }
                None => Poll::Ready(()),
            }
        })
        .await;
    }
}
