//! Converts, has the app's renderer do the work, converts back.

use std::sync::Arc;

use wasmtime::component::Resource;

use super::bindings::wasgi::app::templates as wit;
use super::error::TemplatesError;
use super::page::Page;
use super::renderer::bindings::exports::wasgi::renderer::engine;
use super::{Templates, View, values};

impl View<'_> {
    fn templates(&self) -> Result<Arc<Templates>, TemplatesError> {
        let templates = self.lent.0.templates.as_ref();
        let templates = templates.ok_or(TemplatesError::guest(wit::Error::NoTemplates))?;
        Ok(Arc::clone(templates))
    }

    fn rows(&mut self, queries: Vec<wit::QueryRows>) -> Result<Vec<engine::Rows>, TemplatesError> {
        queries
            .into_iter()
            .map(|query| values::rows(query, self.table))
            .collect()
    }
}

impl wit::Host for View<'_> {
    async fn render(
        &mut self,
        source: wit::Source,
        context: Vec<u8>,
        queries: Vec<wit::QueryRows>,
    ) -> Result<String, TemplatesError> {
        let rows = self.rows(queries)?;
        let bytes = self
            .templates()?
            .render(source.into(), context, rows, None)
            .await?;
        // A renderer that broke its word is the host's fault.
        String::from_utf8(bytes).map_err(|error| TemplatesError::Host(error.into()))
    }

    async fn render_page(
        &mut self,
        source: wit::Source,
        context: Vec<u8>,
        queries: Vec<wit::QueryRows>,
    ) -> Result<Resource<Page>, TemplatesError> {
        let rows = self.rows(queries)?;
        let page = Page::begin(self.templates()?, source.into(), context, rows).await?;
        Ok(self.table.push(page)?)
    }

    fn convert_error(&mut self, error: TemplatesError) -> wasmtime::Result<wit::Error> {
        error.into_wit()
    }
}

impl wit::HostPage for View<'_> {
    async fn read(&mut self, page: Resource<Page>) -> Result<Option<Vec<u8>>, TemplatesError> {
        let piece = self.table.get_mut(&page)?.next().await?;
        Ok(piece.map(Into::into))
    }

    async fn drop(&mut self, page: Resource<Page>) -> wasmtime::Result<()> {
        self.table.delete(page)?;
        Ok(())
    }
}

impl From<wit::Source> for engine::Source {
    fn from(source: wit::Source) -> Self {
        match source {
            wit::Source::Template(name) => Self::Template(name),
            wit::Source::Block(names) => Self::Block(names),
            wit::Source::Text(text) => Self::Text(text),
        }
    }
}
