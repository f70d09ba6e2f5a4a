//! The settings file: what an operator grants, in TOML.
//!
//! ```toml
//! [settings]
//! greeting = "hello"
//! page_size = 20
//!
//! [secrets]
//! api_key = { file = "api_key.txt" }
//! session = { env = "SESSION_KEY" }
//! ```
//!
//! A secret's value is never written in the file itself, so that the file can be
//! shown and kept in version control.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use serde::Deserialize;

use crate::error::Advice;

/// What one app may read.
#[derive(Clone, Debug, Default)]
pub struct Grant {
    /// Settings by name.
    pub settings: BTreeMap<String, String>,
    /// Secrets by name. `Debug` prints none of them.
    pub secrets: BTreeMap<String, SecretString>,
}

/// The file as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettingsFile {
    #[serde(default)]
    settings: BTreeMap<String, Scalar>,
    #[serde(default)]
    secrets: BTreeMap<String, SecretSource>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Scalar {
    Text(String),
    Integer(i64),
    Float(f64),
    Boolean(bool),
}

impl Scalar {
    fn into_text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Integer(number) => number.to_string(),
            Self::Float(number) => number.to_string(),
            Self::Boolean(value) => value.to_string(),
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "lowercase")]
enum SecretSource {
    File(PathBuf),
    Env(String),
}

/// Why a settings file could not be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file cannot be read.
    #[error("cannot read the settings file {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The operating system's word.
        source: std::io::Error,
    },
    /// The file is not TOML, or has unknown keys.
    #[error("{}: {message}", path.display())]
    Parse {
        /// The file.
        path: PathBuf,
        /// Line, column and what is wrong, as the TOML parser says it.
        message: String,
    },
    /// A secret's file cannot be read.
    #[error("secret `{name}`: cannot read {}", path.display())]
    SecretFile {
        /// The secret.
        name: String,
        /// Its file.
        path: PathBuf,
        /// The operating system's word.
        source: std::io::Error,
    },
    /// A secret's environment variable is not set.
    #[error("secret `{name}`: the environment variable {variable} is not set")]
    SecretVariable {
        /// The secret.
        name: String,
        /// Its variable.
        variable: String,
    },
}

impl Advice for SettingsError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Read { .. } => "check the path after --settings and who may read it".into(),
            Self::Parse { .. } => {
                "a settings file has [settings] with `name = value` lines and [secrets] with \
                 `name = { file = \"PATH\" }` or `name = { env = \"VARIABLE\" }` lines"
                    .into()
            }
            Self::SecretFile { .. } => {
                "paths are relative to the settings file; the file holds the secret and nothing else".into()
            }
            Self::SecretVariable { variable, .. } => format!("export {variable} before starting"),
        })
    }
}

impl Grant {
    /// Reads a settings file, and the secrets it names.
    ///
    /// # Errors
    ///
    /// [`SettingsError`], for the first thing that is wrong.
    pub fn from_file(path: &Path) -> Result<Self, SettingsError> {
        let text = std::fs::read_to_string(path).map_err(|source| SettingsError::Read {
            path: path.to_owned(),
            source,
        })?;
        let file: SettingsFile = toml::from_str(&text).map_err(|error| SettingsError::Parse {
            path: path.to_owned(),
            message: error.to_string(),
        })?;
        let folder = path.parent().unwrap_or(Path::new(""));
        let mut secrets = BTreeMap::new();
        for (name, source) in file.secrets {
            let value = source.read(&name, folder)?;
            secrets.insert(name, SecretString::from(value));
        }
        let settings = file.settings.into_iter();
        Ok(Self {
            settings: settings
                .map(|(name, value)| (name, value.into_text()))
                .collect(),
            secrets,
        })
    }
}

impl SecretSource {
    fn read(self, name: &str, folder: &Path) -> Result<String, SettingsError> {
        match self {
            Self::File(file) => {
                let path = folder.join(file);
                let text =
                    std::fs::read_to_string(&path).map_err(|source| SettingsError::SecretFile {
                        name: name.to_owned(),
                        path,
                        source,
                    })?;
                // Editors end files with a newline, which is no part of a secret.
                Ok(text.trim_end_matches(['\r', '\n']).to_owned())
            }
            Self::Env(variable) => {
                std::env::var(&variable).map_err(|_| SettingsError::SecretVariable {
                    name: name.to_owned(),
                    variable,
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;

    fn grant(text: &str) -> Result<Grant, SettingsError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.toml");
        std::fs::write(folder.path().join("key.txt"), "hunter2\n").unwrap();
        std::fs::write(&path, text).unwrap();
        Grant::from_file(&path)
    }

    #[test]
    fn settings_are_text_whatever_toml_calls_them() {
        let grant = grant("[settings]\na = 'x'\nb = 20\nc = true\nd = 1.5").unwrap();
        let values: Vec<_> = grant.settings.values().map(String::as_str).collect();
        assert_eq!(values, ["x", "20", "true", "1.5"]);
    }

    #[test]
    fn a_secret_comes_from_its_file_and_is_not_printed() {
        let grant = grant("[secrets]\nkey = { file = 'key.txt' }").unwrap();
        assert_eq!(grant.secrets["key"].expose_secret(), "hunter2");
        assert!(!format!("{grant:?}").contains("hunter2"));
    }

    #[test]
    fn mistakes_name_the_file_and_the_line() {
        let error = grant("[settings]\na = 1\n[secret]\nb = 2").unwrap_err();
        assert!(error.to_string().contains("line 3"), "{error}");
        assert!(error.hint().is_some());
    }

    #[test]
    fn a_missing_file_or_variable_is_an_error_that_names_the_secret() {
        for text in ["key = { file = 'none.txt' }", "key = { env = 'WASGI_TEST_UNSET' }"] {
            let error = grant(&format!("[secrets]\n{text}")).unwrap_err();
            assert!(error.to_string().starts_with("secret `key`"), "{error}");
        }
    }
}
