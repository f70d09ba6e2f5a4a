//! What the SDK tells of a build from inside the component.

use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::packages::Native;
use super::{BuildError, Job};

/// The file `report.json` of the exchange folder.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Report {
    notes: Vec<String>,
    /// What the app printed while it was imported.
    output: Vec<String>,
    warmup: Vec<Warmup>,
    error: Option<Failure>,
}

#[derive(Debug, Deserialize)]
struct Warmup {
    path: String,
    status: String,
    error: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Failure {
    kind: String,
    message: String,
    traceback: String,
    cure: String,
    candidates: Vec<String>,
}

/// Guest paths in tracebacks, and what the person knows them as.
pub(super) struct Names<'a>(pub(super) &'a [(&'a str, &'a Path)]);

impl Names<'_> {
    fn translate(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (guest, host)| {
            text.replace(
                &format!("File \"{guest}/"),
                &format!("File \"{}/", host.display()),
            )
        })
    }
}

impl Report {
    /// Reads the report; none where the component never came to write one.
    pub(super) fn read(path: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(path).ok()?).ok()
    }

    /// Passes on what was noted and printed.
    pub(super) fn tell(&self, job: &Job<'_>) {
        for line in self.output.iter().flat_map(|text| text.lines()) {
            job.progress.output(line);
        }
        for note in &self.notes {
            job.note(note);
        }
        for warmup in &self.warmup {
            match &warmup.error {
                Some(error) => job.note(format!(
                    "the warm-up request {} failed: {error}",
                    warmup.path
                )),
                None if warmup.status.starts_with(['2', '3']) => {}
                None => job.note(format!(
                    "the warm-up request {} answered {}",
                    warmup.path, warmup.status
                )),
            }
        }
    }

    /// Returns the error that ended the build, if one did.
    pub(super) fn failure(
        self,
        entry: &str,
        names: &Names<'_>,
        native: &[Native],
    ) -> Option<BuildError> {
        let failure = self.error?;
        let traceback = names.translate(failure.traceback.trim_end());
        if let Some(native) = native
            .iter()
            .find(|native| is_missing(native, &failure.traceback))
        {
            return Some(BuildError::NoWheel {
                requirement: native.distribution.clone(),
                module: native.module.clone(),
                traceback,
            });
        }
        let what = match failure.kind.as_str() {
            "syntax" => "Python cannot read the project".to_owned(),
            "missing-import" => failure.message.clone(),
            "import" => format!("`{entry}` cannot be imported"),
            "sdk" => format!("the build failed inside the component: {}", failure.message),
            _ => failure.message.clone(),
        };
        let module = entry.split(':').next().unwrap_or_default();
        let cure = match (failure.kind.as_str(), failure.candidates.as_slice()) {
            ("missing-module", found) => format!(
                "set build.entry in app.toml to module:callable; the project's modules are: {}",
                list(found)
            ),
            ("missing-callable", []) => {
                "set build.entry in app.toml to the WSGI callable".to_owned()
            }
            ("missing-callable", found) => {
                let first = found.first().map(String::as_str).unwrap_or_default();
                format!(
                    "set build.entry in app.toml, for example to \"{module}:{first}\"; the module has: {}",
                    list(found)
                )
            }
            ("syntax", _) if failure.cure.is_empty() => {
                "correct the line that Python points at; an app is read by CPython 3.14".to_owned()
            }
            _ => failure.cure,
        };
        Some(BuildError::Python {
            what,
            traceback,
            cure,
        })
    }
}

fn list(names: &[String]) -> String {
    if names.is_empty() {
        "none".into()
    } else {
        names.join(", ")
    }
}

/// Tells whether a traceback is that of a module whose machine code was left out.
fn is_missing(native: &Native, traceback: &str) -> bool {
    let last = native.module.rsplit('.').next().unwrap_or_default();
    traceback.contains(&format!("No module named '{}'", native.module))
        || traceback.contains(&format!("cannot import name '{last}'"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Advice as _;

    fn failure(kind: &str, traceback: &str, candidates: &[&str]) -> BuildError {
        let report = Report {
            error: Some(Failure {
                kind: kind.into(),
                message: "the message".into(),
                traceback: traceback.into(),
                cure: "the cure".into(),
                candidates: candidates.iter().map(|name| (*name).to_owned()).collect(),
            }),
            ..Report::default()
        };
        let native = [Native {
            distribution: "numpy".into(),
            module: "numpy._core".into(),
        }];
        let names = Names(&[("/0", Path::new("/home/me/shop"))]);
        report.failure("app:app", &names, &native).expect("failure")
    }

    #[test]
    fn a_traceback_names_the_persons_files() {
        let error = failure("import", "  File \"/0/app.py\", line 1", &[]);
        assert_eq!(
            error.to_string(),
            "`app:app` cannot be imported\n  File \"/home/me/shop/app.py\", line 1"
        );
        assert_eq!(error.hint().as_deref(), Some("the cure"));
    }

    #[test]
    fn a_missing_callable_names_what_is_there() {
        let hint = failure("missing-callable", "", &["create_app", "other"])
            .hint()
            .expect("hint");
        assert!(
            hint.contains("\"app:create_app\"; the module has: create_app, other"),
            "{hint}"
        );
        let hint = failure("missing-module", "", &["shop"])
            .hint()
            .expect("hint");
        assert!(hint.ends_with("the project's modules are: shop"), "{hint}");
    }

    #[test]
    fn a_syntax_error_has_a_cure_of_its_own() {
        let names = Names(&[]);
        let json = serde_json::json!({
            "notes": [], "output": [], "warmup": [],
            "error": {"kind": "syntax", "message": "", "traceback": "t", "cure": "", "candidates": []},
        });
        let report: Report = serde_json::from_value(json).expect("report");
        let hint = report
            .failure("app:app", &names, &[])
            .expect("failure")
            .hint();
        assert!(hint.is_some_and(|hint| hint.starts_with("correct the line")));
    }

    #[test]
    fn an_import_of_machine_code_names_the_requirement() {
        let error = failure(
            "missing-import",
            "ModuleNotFoundError: No module named 'numpy._core'",
            &[],
        );
        assert!(
            error
                .to_string()
                .starts_with("the requirement numpy has no wheel that can run"),
            "{error}"
        );
    }
}
