//! Compiles the templates, and renders them.

use std::io::Write;
use std::sync::Arc;

use tera::{Context, Tera};

use crate::context;
use crate::error::{Error, Result};
use crate::graph::{self, Graph};
use crate::output::Output;
use crate::report::{LAID_OUT_TEXT, Rendered, TEXT};
use crate::request::{Rows, Source};
use crate::settings::{File, Settings};
use crate::{filters, functions};

/// Templates, compiled.
pub struct Engine {
    tera: Tera,
    graph: Graph,
    settings: Arc<Settings>,
}

impl Engine {
    /// Compiles the templates.
    ///
    /// # Errors
    ///
    /// [`Error::Syntax`] for the first that is none, or goes round in a circle, or deeper
    /// than [`Settings::max_depth`].
    pub fn new(files: Vec<File>, settings: Settings) -> Result<Self> {
        let graph = Graph::new(&files, settings.max_depth)?;
        let settings = Arc::new(settings);
        let mut tera = Tera::new();
        tera.autoescape_on([".html", ".htm", ".xml", ".svg"]);
        functions::register(&mut tera, &settings);
        filters::register(&mut tera);
        let engine = Self {
            tera,
            graph,
            settings,
        };
        engine.compiled(files)
    }

    fn compiled(mut self, files: Vec<File>) -> Result<Self> {
        let templates = files.iter().map(|file| (&file.name, &file.source));
        match self.tera.add_raw_templates(templates) {
            Ok(()) => Ok(self),
            Err(error) => Err(match self.error("", &error) {
                Error::Rendering(report) => Error::Syntax(report),
                error => error,
            }),
        }
    }

    /// Renders into a writer, in blocks of 16 KiB. What was written before an error stays
    /// written.
    ///
    /// # Errors
    ///
    /// Any; [`Error::Stopped`] where the writer fails.
    pub fn render(
        &self,
        source: &Source,
        context: &[u8],
        queries: &[Rows],
        out: &mut dyn Write,
    ) -> Result<()> {
        let rest = self.render_pieces(source, context, queries, &mut |piece| {
            out.write_all(piece).is_ok()
        })?;
        out.write_all(&rest).map_err(|_| Error::Stopped)
    }

    /// Renders all of it.
    ///
    /// # Errors
    ///
    /// Everything but [`Error::Stopped`].
    pub fn render_whole(
        &self,
        source: &Source,
        context: &[u8],
        queries: &[Rows],
    ) -> Result<Vec<u8>> {
        self.run(
            source,
            context,
            queries,
            Output::whole(self.settings.max_output),
        )
    }

    /// Renders, hands on pieces of some 16 KiB as long as they are wanted, and returns what
    /// is left.
    ///
    /// # Errors
    ///
    /// Any; [`Error::Stopped`] where they are not wanted.
    pub fn render_pieces(
        &self,
        source: &Source,
        context: &[u8],
        queries: &[Rows],
        take: &mut dyn FnMut(&[u8]) -> bool,
    ) -> Result<Vec<u8>> {
        self.run(
            source,
            context,
            queries,
            Output::pieces(self.settings.max_output, take),
        )
    }

    fn run(
        &self,
        source: &Source,
        context: &[u8],
        queries: &[Rows],
        mut output: Output<'_>,
    ) -> Result<Vec<u8>> {
        let known = |name: &str| match self.graph.contains(name) {
            true => Ok(()),
            false => Err(Error::UnknownTemplate(self.graph.unknown_template(name))),
        };
        match source {
            Source::Template(name) => {
                known(name)?;
                let context = context::decode(context, queries)?;
                let _token = functions::lend_token(&context);
                let written = self.tera.render_to(name, &context, &mut output);
                written.map_err(|error| self.error(name, &error))?;
            }
            Source::Block(name, block) => {
                known(name)?;
                if !self.graph.blocks(name).contains(block.as_str()) {
                    return Err(Error::UnknownBlock(self.graph.unknown_block(name, block)));
                }
                let context = context::decode(context, queries)?;
                let _token = functions::lend_token(&context);
                let written = self
                    .tera
                    .render_block_to(name, block, &context, &mut output);
                written.map_err(|error| self.error(name, &error))?;
            }
            Source::Text(text) => {
                let context = context::decode(context, queries)?;
                let _token = functions::lend_token(&context);
                self.text(text, &context, &mut output)?;
            }
        }
        Ok(output.rest())
    }

    fn text(&self, text: &str, context: &Context, output: &mut Output<'_>) -> Result<()> {
        let has_layout = graph::has_layout(text);
        let name = if has_layout { LAID_OUT_TEXT } else { TEXT };
        let graph = self.graph.with_text(name, text, self.settings.max_depth)?;
        let written = if has_layout {
            // Tera extends nothing but from templates with a name; so this becomes one.
            let mut tera = self.tera.clone();
            let added = tera.add_raw_template(name, text);
            added.and_then(|()| tera.render_to(name, context, &mut *output))
        } else {
            self.tera.render_str_to(text, context, true, &mut *output)
        };
        let max_output = self.settings.max_output;
        written.map_err(|error| {
            Rendered {
                name,
                graph: &graph,
            }
            .error(&error, max_output)
        })
    }

    fn error(&self, name: &str, error: &tera::Error) -> Error {
        Rendered {
            name,
            graph: &self.graph,
        }
        .error(error, self.settings.max_output)
    }
}
