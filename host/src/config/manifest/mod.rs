//! `app.toml`, a project's manifest: what is written, and what it means.
//!
//! Reading has two steps. The first is serde's, with unknown keys refused; the
//! second checks values, and knows the line of each.

mod error;

use std::path::{Component, Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

pub use error::ManifestError;

/// The file's name in a project's folder.
pub const FILE_NAME: &str = "app.toml";

/// A checked manifest. What is absent was not written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// The app's name. From `[app] name`.
    pub name: Option<String>,
    /// The language of the project. From `[build] language`.
    pub language: Option<Language>,
    /// Python: `module:callable` or `module:factory()`. From `[build] entry`.
    pub entry: Option<String>,
    /// Python: the list of requirements, inside the project. From `[build] requirements`.
    pub requirements: Option<PathBuf>,
    /// Paths requested at build time. From `[build] warmup`; default `/`.
    pub warmup: Option<Vec<String>>,
    /// The folder of templates, inside the project. From `[templates] dir`.
    pub templates: Option<PathBuf>,
    /// Files served as they are. From `[static]`.
    pub static_files: Option<StaticFiles>,
}

/// The `[static]` table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaticFiles {
    /// The folder, inside the project.
    pub dir: PathBuf,
    /// The URL path it is served under, without a slash at its end. Default `/static`.
    pub url: String,
}

/// What a project is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Any WSGI callable.
    Python,
    /// A crate on the Rust SDK.
    Rust,
}

impl Language {
    /// Returns the name as the manifest spells it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Python => "python",
            Self::Rust => "rust",
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    #[serde(default)]
    app: RawApp,
    #[serde(default)]
    build: RawBuild,
    templates: Option<RawTemplates>,
    #[serde(rename = "static")]
    static_files: Option<RawStatic>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawApp {
    name: Option<Spanned<String>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawBuild {
    language: Option<Language>,
    entry: Option<Spanned<String>>,
    requirements: Option<Spanned<String>>,
    warmup: Option<Vec<Spanned<String>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTemplates {
    dir: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStatic {
    dir: Spanned<String>,
    url: Option<Spanned<String>>,
}

impl Manifest {
    /// Reads `app.toml` of a project's folder; none where there is no such file.
    ///
    /// # Errors
    ///
    /// [`ManifestError`], with file and line.
    pub fn read(project: &Path) -> Result<Option<Self>, ManifestError> {
        let file = project.join(FILE_NAME);
        match std::fs::read_to_string(&file) {
            Ok(text) => Self::parse(&text, &file).map(Some),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(ManifestError::Read { file, source }),
        }
    }

    /// Checks the text of a manifest; `file` is for messages.
    ///
    /// # Errors
    ///
    /// [`ManifestError`], with the line.
    pub fn parse(text: &str, file: &Path) -> Result<Self, ManifestError> {
        let raw: Raw = toml::from_str(text).map_err(|error| syntax(&error, text, file))?;
        let check = Check { text, file };
        Ok(Self {
            name: raw.app.name.map(|name| check.name(&name)).transpose()?,
            language: raw.build.language,
            entry: raw
                .build
                .entry
                .map(|entry| check.entry(&entry))
                .transpose()?,
            requirements: raw
                .build
                .requirements
                .map(|path| check.path("build.requirements", &path))
                .transpose()?,
            warmup: raw
                .build
                .warmup
                .map(|paths| paths.iter().map(|path| check.warmup(path)).collect())
                .transpose()?,
            templates: raw
                .templates
                .map(|templates| check.path("templates.dir", &templates.dir))
                .transpose()?,
            static_files: raw
                .static_files
                .map(|files| check.static_files(&files))
                .transpose()?,
        })
    }
}

/// Returns a name that `[app] name` would accept, as near to `text` as can be.
pub fn sanitised_name(text: &str) -> String {
    let name: String = text
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '-'
            }
        })
        .take(64)
        .collect();
    let name = name.trim_matches('-');
    if name.is_empty() {
        "app".into()
    } else {
        name.into()
    }
}

/// The second step: values, with the text they stand in.
struct Check<'a> {
    text: &'a str,
    file: &'a Path,
}

impl Check<'_> {
    fn refuse(
        &self,
        key: &'static str,
        value: &Spanned<String>,
        problem: impl Into<String>,
        cure: &'static str,
    ) -> ManifestError {
        ManifestError::Value {
            file: self.file.to_owned(),
            line: line_of(self.text, value.span().start),
            key,
            problem: problem.into(),
            cure,
        }
    }

    fn name(&self, value: &Spanned<String>) -> Result<String, ManifestError> {
        let name = value.get_ref();
        let fits = (1..=64).contains(&name.len())
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
            && !name.starts_with(['-', '_']);
        if fits {
            return Ok(name.clone());
        }
        Err(self.refuse(
            "app.name",
            value,
            format!("`{name}` is no name"),
            "use 1 to 64 letters, digits, `-` and `_`, with a letter or digit first",
        ))
    }

    fn entry(&self, value: &Spanned<String>) -> Result<String, ManifestError> {
        let entry = value.get_ref();
        let dotted = |name: &str| {
            name.split('.').all(|part| {
                part.chars()
                    .next()
                    .is_some_and(|c| c.is_alphabetic() || c == '_')
                    && part.chars().all(|c| c.is_alphanumeric() || c == '_')
            })
        };
        let fits = entry.split_once(':').is_some_and(|(module, callable)| {
            dotted(module) && dotted(callable.strip_suffix("()").unwrap_or(callable))
        });
        if fits {
            return Ok(entry.clone());
        }
        Err(self.refuse(
            "build.entry",
            value,
            format!("`{entry}` names no callable"),
            "write module:callable, for example \"app:app\", or a factory: \"app:create_app()\"",
        ))
    }

    fn path(&self, key: &'static str, value: &Spanned<String>) -> Result<PathBuf, ManifestError> {
        let path = Path::new(value.get_ref());
        let inside = path
            .components()
            .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        let path: PathBuf = path
            .components()
            .filter(|part| !matches!(part, Component::CurDir))
            .collect();
        if inside && !path.as_os_str().is_empty() {
            return Ok(path);
        }
        Err(self.refuse(
            key,
            value,
            format!("`{}` is outside of the project", value.get_ref()),
            "name a path below the folder of app.toml, without `..`",
        ))
    }

    fn warmup(&self, value: &Spanned<String>) -> Result<String, ManifestError> {
        let path = value.get_ref();
        if path.starts_with('/') && path.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Ok(path.clone());
        }
        Err(self.refuse(
            "build.warmup",
            value,
            format!("`{path}` is no path of a request"),
            "start it with `/` and percent-encode what is not ASCII, for example \"/search?q=tea\"",
        ))
    }

    fn static_files(&self, raw: &RawStatic) -> Result<StaticFiles, ManifestError> {
        let dir = self.path("static.dir", &raw.dir)?;
        let Some(value) = &raw.url else {
            return Ok(StaticFiles {
                dir,
                url: "/static".into(),
            });
        };
        let url = value.get_ref().trim_end_matches('/');
        let fits = url.starts_with('/')
            && url
                .split('/')
                .skip(1)
                .all(|part| !part.is_empty() && part != "." && part != "..")
            && url
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte));
        if fits {
            return Ok(StaticFiles {
                dir,
                url: url.into(),
            });
        }
        Err(self.refuse(
            "static.url",
            value,
            format!("`{}` is no URL path", value.get_ref()),
            "write a path such as \"/static\"; `/` itself belongs to the app",
        ))
    }
}

fn syntax(error: &toml::de::Error, text: &str, file: &Path) -> ManifestError {
    let line = line_of(text, error.span().map_or(0, |span| span.start));
    let file = file.to_owned();
    // toml has no typed error; its wording is pinned by the tests below.
    let mut quoted = error
        .message()
        .split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned);
    match (error.message().starts_with("unknown field"), quoted.next()) {
        (true, Some(key)) => ManifestError::UnknownKey {
            file,
            line,
            key,
            known: quoted.collect(),
        },
        _ => ManifestError::Syntax {
            file,
            line,
            message: error.message().trim().to_owned(),
        },
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    let before = text.as_bytes().get(..offset).unwrap_or_default();
    1 + before.iter().filter(|byte| **byte == b'\n').count()
}

#[cfg(test)]
mod tests;
