//! The double of the host's templates: the crate that runs in the host's sandbox, in the
//! test's own process.

mod convert;
mod project;

use std::cell::{OnceCell, RefCell};
use std::collections::VecDeque;
use std::path::Path;
use std::rc::Rc;

use wasgi_renderer::{Engine, File, Settings};

use super::bindings::wasgi::app::templates as wit;
use crate::orm::query::Shown;
use crate::templates::Error;

pub(crate) use wit::Source;

/// Rows of a query.
pub(crate) type Rows = Shown;

thread_local! {
    /// The templates that this thread's tests opened; the last are rendered.
    static OPEN: RefCell<Vec<Templates>> = const { RefCell::new(Vec::new()) };
    /// The project's own, where none are open.
    static PROJECT: OnceCell<Templates> = const { OnceCell::new() };
}

/// Some templates, compiled when they are first used.
#[derive(Clone, Default)]
pub(crate) struct Templates(Rc<Inner>);

#[derive(Default)]
struct Inner {
    files: Vec<File>,
    /// The URL of static files, where it is another than the renderer's default.
    static_url: Option<String>,
    /// Why they could not be read.
    problem: Option<Error>,
    engine: OnceCell<Result<Engine, Error>>,
}

impl Templates {
    /// Reads the files of a folder.
    pub(crate) fn of_folder(folder: &Path) -> Result<Self, String> {
        let files = project::read(folder)?;
        Ok(Self(Rc::new(Inner {
            files,
            ..Inner::default()
        })))
    }

    /// Returns these, and one more.
    pub(crate) fn with(&self, name: &str, source: &str) -> Self {
        let mut files = self.0.files.clone();
        files.retain(|file| file.name != name);
        files.push(File {
            name: name.to_owned(),
            source: source.to_owned(),
        });
        Self(Rc::new(Inner {
            files,
            static_url: self.0.static_url.clone(),
            ..Inner::default()
        }))
    }

    /// Makes them the templates of this thread, until the guard is dropped.
    pub(crate) fn open(&self) -> Opened {
        OPEN.with_borrow_mut(|open| open.push(self.clone()));
        Opened(self.clone())
    }

    fn current() -> Self {
        let current = OPEN.with_borrow(|open| open.last().cloned());
        current.unwrap_or_else(|| {
            PROJECT.with(|project| project.get_or_init(Self::of_project).clone())
        })
    }

    fn of_project() -> Self {
        let inner = match project::find() {
            Ok(found) => Inner {
                files: found.files,
                static_url: found.static_url,
                ..Inner::default()
            },
            Err(what) => Inner {
                problem: Some(Error::Invalid(what)),
                ..Inner::default()
            },
        };
        Self(Rc::new(inner))
    }

    fn engine(&self) -> Result<&Engine, Error> {
        let make = || {
            if let Some(problem) = &self.0.problem {
                return Err(problem.clone());
            }
            let mut settings = Settings::default();
            if let Some(url) = &self.0.static_url {
                settings.static_url.clone_from(url);
            }
            Engine::new(self.0.files.clone(), settings).map_err(convert::error)
        };
        self.0
            .engine
            .get_or_init(make)
            .as_ref()
            .map_err(Clone::clone)
    }

    /// Says that there are none, rather than that one of them is unknown.
    fn check(&self, source: &Source) -> Result<(), Error> {
        let named = !matches!(source, Source::Text(_));
        if named && self.0.files.is_empty() && self.0.problem.is_none() {
            return Err(Error::NoTemplates);
        }
        Ok(())
    }
}

/// Takes templates away from their thread when dropped.
pub(crate) struct Opened(Templates);

impl Drop for Opened {
    fn drop(&mut self) {
        OPEN.with_borrow_mut(|open| {
            let place = open
                .iter()
                .rposition(|other| Rc::ptr_eq(&other.0, &self.0.0));
            place.map(|place| open.remove(place))
        });
    }
}

pub(crate) fn render(source: &Source, context: &[u8], queries: Vec<Rows>) -> Result<String, Error> {
    let templates = Templates::current();
    templates.check(source)?;
    let (source, queries) = (convert::source(source), convert::rows(queries));
    let page = templates
        .engine()?
        .render_whole(&source, context, &queries)
        .map_err(convert::error)?;
    String::from_utf8(page).map_err(|error| Error::Invalid(error.to_string()))
}

/// Renders all of it at once, and keeps the pieces in which the host takes it.
pub(crate) fn render_page(
    source: &Source,
    context: &[u8],
    queries: Vec<Rows>,
) -> Result<Page, Error> {
    let templates = Templates::current();
    templates.check(source)?;
    let (source, queries) = (convert::source(source), convert::rows(queries));
    let mut pieces = VecDeque::new();
    let mut take = |piece: &[u8]| {
        pieces.push_back(Ok(piece.to_vec()));
        true
    };
    let rest = templates
        .engine()?
        .render_pieces(&source, context, &queries, &mut take);
    match rest.map_err(convert::error) {
        Ok(rest) if rest.is_empty() && !pieces.is_empty() => {}
        Ok(rest) => pieces.push_back(Ok(rest)),
        // What went wrong behind the first piece is found when it is read.
        Err(error) if pieces.is_empty() => return Err(error),
        Err(error) => pieces.push_back(Err(error)),
    }
    Ok(Page(RefCell::new(pieces)))
}

/// A page in pieces.
pub(crate) struct Page(RefCell<VecDeque<Result<Vec<u8>, Error>>>);

impl Page {
    pub(crate) fn read(&self) -> Result<Option<Vec<u8>>, Error> {
        self.0.borrow_mut().pop_front().transpose()
    }
}
