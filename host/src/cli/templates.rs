//! An app's templates, found and granted.

use std::path::{Path, PathBuf};

use tokio::sync::OnceCell;

use super::app::{Loader, static_url};
use super::{CommandError, Failure};
use crate::build::bundle::Bundle;
use crate::build::project::Project;
use crate::capability::templates::source::{Folder, SourceError};
use crate::capability::templates::{
    Grant, Renderer, RendererError, TemplateOptions, Templates, TemplatesError, Urls,
};
use crate::error::{Advice, Blame};

/// What loading templates takes, once for all loads.
#[derive(Debug)]
pub(super) struct TemplateLoader {
    /// Compiled when an app first has templates.
    renderer: OnceCell<Renderer>,
    /// In `dev`, the project's own folder of templates, which is read as it changes.
    watched: Option<PathBuf>,
}

impl TemplateLoader {
    pub(super) fn new(app: &Path, dev: bool) -> Self {
        // A project that cannot be read is a matter of its build, which says so.
        let project = dev.then(|| Project::recognise(app).ok()).flatten();
        let folder = project.and_then(|project| Some(project.root.join(project.templates?)));
        Self {
            renderer: OnceCell::new(),
            watched: folder,
        }
    }
}

impl Loader {
    /// Returns the folder of templates that is read as it changes.
    pub(super) fn templates_folder(&self) -> Option<PathBuf> {
        self.templates.watched.clone()
    }

    /// Returns what the app is granted of templates: those it brought along, or those in
    /// the folder that was named.
    pub(super) async fn templates(
        &self,
        bundle: &Bundle<'_>,
        unpacked: &Path,
    ) -> Result<Grant, Failure> {
        let folder = match (&self.options.templates, &self.templates.watched) {
            (Some(folder), _) => Folder::new(folder.clone(), self.detailed_errors),
            (None, Some(folder)) => Folder::new(folder.clone(), true),
            (None, None) if bundle.manifest.templates => {
                Folder::new(unpacked.join("templates"), false)
            }
            (None, None) => return Ok(Grant::default()),
        };
        let renderer = self
            .templates
            .renderer
            .get_or_try_init(async || Renderer::new(&self.engine, &self.compiled))
            .await?;
        let options = TemplateOptions {
            memory: self.options.memory(),
            instances: self.options.instances(),
            ..TemplateOptions::default()
        };
        let urls = Urls {
            urls: match &self.options.static_dir {
                Some(_) => Vec::new(),
                None => bundle.asset_urls(),
            },
            prefix: static_url(bundle).to_owned(),
        };
        let templates = Templates::new(renderer.clone(), folder, options, urls)?;
        if !self.detailed_errors {
            templates.check().await.map_err(|error| broken(&error))?;
        }
        Ok(Grant {
            templates: Some(templates),
        })
    }
}

impl Advice for RendererError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Cache(error) => return error.hint(),
            Self::Link(_) => "this is a fault of `runtime`: please report it".into(),
        })
    }
}

impl Advice for SourceError {
    fn blame(&self) -> Blame {
        Blame::Guest
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Read { .. } => "name a folder that can be read: --templates DIR".into(),
            Self::NotUtf8(_) => "save it as UTF-8, or move it out of the templates".into(),
            Self::Quota(_) => "move what is no template out of the folder".into(),
        })
    }
}

fn broken(error: &TemplatesError) -> CommandError {
    let (_, what) = error.story();
    CommandError {
        what,
        hint: "mend the template; `runtime dev` shows it as you write",
        source: None,
    }
}
