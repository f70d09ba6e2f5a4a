//! A Python project into a component: environment, packages, snapshot.
//!
//! componentize-py makes the folders of its Python path visible to the guest
//! as `/0`, `/1`, ... in their order. The bundle carries the same folders, and
//! the host shows them at the same paths at run time.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::bundle::{Files, Mount};
use super::error::last_lines;
use super::packages::{self, Packages};
use super::report::{Names, Report};
use super::sources::Source;
use super::stdlib::{Stdlib, copy_all};
use super::{BuildError, Job, Product, command, list_leak, sdk, workspace};

/// The pinned version of the tool that turns Python into components.
pub(super) const COMPONENTIZE_PY: &str = "0.25.1";

/// The oldest Python that can run the tools.
const OLDEST: (u32, u32) = (3, 10);

/// Calls the tool's own entry point; its script would hold an absolute path.
const COMPONENTIZE: &str = "import sys, componentize_py; sys.exit(componentize_py.script())";

/// Builds a Python project.
pub(super) fn build(job: &Job<'_>, found: &[Source]) -> Result<Product, BuildError> {
    let python = environment(job)?;
    let packages = packages::install(job, &python)?;
    let stdlib = Stdlib::of(job.cache, COMPONENTIZE_PY);
    let run = Run::prepare(job, found, &stdlib)?;
    let component = job.step("building the component (CPython, packages and app)", || {
        run.componentize(job, &python, &packages)
    })?;
    if !stdlib.is_there() {
        stdlib.keep(&run.path("exchange/stdlib"))?;
    }

    let mut files = Files::default();
    for source in found {
        files.add(format!("python/0/{}", source.name), source.path.clone());
    }
    packages.add_to(&mut files, "python/1")?;
    for (name, text) in sdk::PYTHON {
        files.add_text(format!("python/2/{name}"), text);
    }
    stdlib.add_to(&mut files, "python/stdlib")?;
    let mounts = [
        ("python/0", "/0"),
        ("python/1", "/1"),
        ("python/2", "/2"),
        ("python/stdlib", "/python"),
    ]
    .map(|(folder, guest)| Mount {
        folder: folder.into(),
        guest: guest.into(),
    })
    // A folder without a file is not in the bundle.
    .into_iter()
    .filter(|mount| files.has_folder(&mount.folder))
    .collect();
    Ok(Product {
        component,
        mounts,
        files,
        inputs: packages.inputs,
    })
}

/// Makes the project's environment with the pinned tool in it, and returns its Python.
fn environment(job: &Job<'_>) -> Result<PathBuf, BuildError> {
    let folder = job.workspace.folder("venv");
    let python = folder.join(if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python"
    });
    let stamp = folder.join("wasgi-ready");
    let ready = fs::read_to_string(&stamp).is_ok_and(|version| version == COMPONENTIZE_PY);
    if ready && python.exists() {
        return Ok(python);
    }
    let system = system_python(job)?;
    job.step("making the project's Python environment", || {
        workspace::remove(&folder)?;
        let ran = command::run(
            Command::new(system).args(["-m", "venv"]).arg(&folder),
            job.progress,
        )
        .map_err(BuildError::read(system))?;
        if ran.success {
            return Ok(());
        }
        let cure =
            if ran.output.contains("ensurepip") || ran.output.contains("No module named venv") {
                "install Python's venv module; on Debian and Ubuntu: sudo apt install python3-venv"
            } else {
                "the lines above are Python's"
            };
        Err(BuildError::Tool {
            tool: format!("{system} -m venv"),
            output: last_lines(&ran.output, 12),
            cure: cure.into(),
        })
    })?;
    job.note(format!(
        "installing componentize-py {COMPONENTIZE_PY} into {}",
        folder.display()
    ));
    job.step("installing componentize-py", || {
        let mut pip = Command::new(&python);
        pip.args([
            "-m",
            "pip",
            "--disable-pip-version-check",
            "--no-input",
            "install",
        ])
        .args(["--progress-bar", "off", "--only-binary=:all:"])
        .arg(format!("componentize-py=={COMPONENTIZE_PY}"));
        let ran = command::run(&mut pip, job.progress).map_err(BuildError::read(&python))?;
        if !ran.success {
            return Err(packages::pip_failed(
                "installing componentize-py with pip",
                &ran.output,
            ));
        }
        // Last: a killed build leaves no stamp, and the next one starts again.
        workspace::write_whole(&stamp, COMPONENTIZE_PY.as_bytes())
    })?;
    Ok(python)
}

/// Returns the command of a Python that is new enough.
fn system_python(job: &Job<'_>) -> Result<&'static str, BuildError> {
    let (major, minor) = OLDEST;
    let cure = format!(
        "install Python {major}.{minor} or newer; on Debian and Ubuntu: sudo apt install python3 python3-venv"
    );
    let check = format!("import sys; sys.exit(sys.version_info < ({major}, {minor}))");
    for name in ["python3", "python"] {
        match command::run(Command::new(name).args(["-c", &check]), job.progress) {
            Ok(ran) if ran.success => return Ok(name),
            // Too old, or a stub that only says where to buy it.
            Ok(_) | Err(_) => {}
        }
    }
    Err(BuildError::NoTool {
        tool: "Python 3.10 or newer",
        cure,
    })
}

/// The folders of one run of componentize-py, gone when it is dropped.
struct Run {
    folder: tempfile::TempDir,
}

impl Run {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn prepare(job: &Job<'_>, found: &[Source], stdlib: &Stdlib) -> Result<Self, BuildError> {
        let parent = job.workspace.empty_folder("run")?;
        let folder = tempfile::tempdir_in(&parent).map_err(BuildError::write(&parent))?;
        let run = Self { folder };
        // A copy: the app may write beside itself while it is imported, and the
        // project's folder holds more than its sources.
        copy_all(found, &run.path("project"))?;
        sdk::unpack(sdk::PYTHON, &run.path("sdk"))?;
        sdk::unpack(sdk::WIT, &run.path("wit"))?;
        for name in ["project", "exchange", "no-venv/lib"] {
            let path = run.path(name);
            fs::create_dir_all(&path).map_err(BuildError::write(&path))?;
        }
        let order = serde_json::json!({
            "entry": job.project.entry,
            "warmup": job.project.warmup,
            "project": "/0",
            "packages": ["/0", "/1"],
            "import_paths": if run.path("project/src").is_dir() { vec!["/0/src"] } else { Vec::new() },
            "extract_stdlib": !stdlib.is_there(),
        });
        let path = run.path("exchange/wasgi-build.json");
        fs::write(&path, order.to_string()).map_err(BuildError::write(&path))?;
        Ok(run)
    }

    fn componentize(
        &self,
        job: &Job<'_>,
        python: &Path,
        packages: &Packages,
    ) -> Result<Vec<u8>, BuildError> {
        let output = self.path("component.wasm");
        let mut tool = Command::new(python);
        tool.current_dir(self.folder.path())
            .args([
                "-c",
                COMPONENTIZE,
                "-q",
                "-d",
                "wit",
                "-w",
                "app",
                "componentize",
                "wasgi.entry",
            ])
            .args(["-p", "project", "-p"])
            .arg(&packages.folder)
            .args(["-p", "sdk", "-p", "exchange", "-o"])
            .arg(&output)
            // It adds the site-packages of the environment it finds: none here.
            .env("VIRTUAL_ENV", self.path("no-venv"))
            .env_remove("PYTHONPATH")
            .env_remove("PYTHONHOME");
        let ran = command::run(&mut tool, &()).map_err(BuildError::read(python))?;
        let report = Report::read(&self.path("exchange/report.json"));
        if let Some(report) = report {
            report.tell(job);
            let names = Names(&[("/0", &job.project.root), ("/1", &packages.folder)]);
            let entry = job.project.entry.as_deref().unwrap_or_default();
            if let Some(error) = report.failure(entry, &names, &packages.native) {
                return Err(error);
            }
        }
        if !ran.success {
            return Err(BuildError::Tool {
                tool: format!("componentize-py {COMPONENTIZE_PY}"),
                output: last_lines(&ran.output, 40),
                cure: "this is a fault of `runtime` or of componentize-py: please report it".into(),
            });
        }
        let component = fs::read(&output).map_err(BuildError::read(&output))?;
        Ok(list_leak::mend(&component).unwrap_or(component))
    }
}
