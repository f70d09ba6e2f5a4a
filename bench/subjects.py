"""Everything that is measured, made where it is missing: our binary and apps, the peers.

All of it lies in one folder outside the repository ($BENCH_DIR), and a second
run finds it there. What is pinned is pinned here or in the peers' lock files.
"""

import dataclasses
import os
import shutil
import subprocess
import sys
from pathlib import Path

from errors import BenchError

BENCH = Path(__file__).resolve().parent
REPOSITORY = BENCH.parent

WASMTIME_VERSION = "48.0.8"
# What `serve` and `compile` need, and what makes them as fast as the released
# binary. Left out are commands that are not used here, and `profiling`, which
# puts a hook around every call: without it the peer is a little faster.
WASMTIME_FEATURES = (
    "run serve compile cache cranelift parallel-compilation pooling-allocator "
    "component-model component-model-async logging backtrace clap/default"
).split()

WASM_TARGET = "wasm32-wasip2"


@dataclasses.dataclass(frozen=True)
class Settings:
    """What the command line decides about making things."""

    state: Path
    # Built by this script unless told otherwise.
    runtime: Path
    build_runtime: bool
    # The interpreter that gunicorn gets.
    python: str = sys.executable

    @property
    def logs(self) -> Path:
        return self.state / "log"


def step(text: str) -> None:
    """Says on standard error what takes time now."""
    print(f"bench: {text}", file=sys.stderr, flush=True)


def command(
    what: str, argv: list[str], *, cwd: Path = REPOSITORY, env: dict[str, str] | None = None
) -> str:
    """Runs a tool to its end and returns its output; an error carries its last lines."""
    try:
        done = subprocess.run(
            argv, cwd=cwd, env={**os.environ, **(env or {})}, capture_output=True, text=True
        )
    except FileNotFoundError as error:
        raise BenchError(f"{what}: there is no {argv[0]}", f"install {argv[0]}") from error
    if done.returncode != 0:
        tail = "\n  ".join((done.stderr or done.stdout).strip().splitlines()[-12:])
        raise BenchError(f"{what}: `{' '.join(argv)}` failed:\n  {tail}", "run it by hand")
    return done.stdout


class Subjects:
    """Makes each subject once per run, when a case first asks for it."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self._made: dict[str, Path] = {}
        for folder in (settings.state, settings.logs, settings.state / "apps"):
            folder.mkdir(parents=True, exist_ok=True)

    # Ours.

    def runtime(self) -> Path:
        """Returns the `runtime` binary."""

        def make() -> Path:
            if self.settings.build_runtime:
                step("building runtime (cargo)")
                argv = ["cargo", "build", "--release", "--workspace", "--bin", "runtime"]
                command("runtime", argv)
            if not self.settings.runtime.exists():
                raise BenchError(
                    f"there is no {self.settings.runtime}",
                    "leave --no-build out, or name the binary: --runtime FILE",
                )
            return self.settings.runtime

        return self._once("runtime", make)

    def our_environment(self) -> dict[str, str]:
        """Returns the environment of our servers: a cache of the benchmark's own."""
        return {"WASGI_CACHE_DIR": str(self.settings.state / "cache")}

    def hello_rust(self) -> Path:
        """Returns examples/hello-rust as a built app."""
        return self._app("hello-rust", REPOSITORY / "examples" / "hello-rust")

    def test_guest(self) -> Path:
        """Returns the guest of the tests, for its /upload and /download."""
        return self._app("test-guest", REPOSITORY / "tests" / "guests" / "rust")

    def hello_flask(self) -> Path:
        """Returns bench/flask as a built app."""
        return self._app("flask-hello", self.flask_project())

    def flask_project(self) -> Path:
        """Returns bench/flask as a folder: a copy, so that nothing is built in the repository."""
        project = self.settings.state / "apps" / "flask"
        shutil.copytree(BENCH / "flask", project, dirs_exist_ok=True)
        return project

    def orm_rust(self) -> Path:
        """Returns bench/orm-rust as a built app."""
        return self._app("orm-rust", BENCH / "orm-rust")

    def orm_flask(self) -> Path:
        """Returns bench/flask-orm as a built app."""
        project = self.settings.state / "apps" / "flask-orm"
        shutil.copytree(BENCH / "flask-orm", project, dirs_exist_ok=True)
        shutil.copytree(BENCH / "orm-rust" / "templates", project / "templates", dirs_exist_ok=True)
        return self._app("flask-orm", project)

    def database(self, name: str) -> Path:
        """Returns a place for a database, with none in it."""
        folder = self.settings.state / "databases"
        folder.mkdir(exist_ok=True)
        for old in folder.glob(f"{name}.db*"):
            old.unlink()
        return folder / f"{name}.db"

    # Peers.

    def wasmtime(self) -> Path:
        """Returns Wasmtime's command line."""
        root = self.settings.state / "wasmtime"

        def make() -> Path:
            if not (root / "bin" / "wasmtime").exists():
                step(f"installing wasmtime-cli {WASMTIME_VERSION} (some ten minutes, once)")
                command(
                    "wasmtime",
                    ["cargo", "install", "wasmtime-cli", "--version", WASMTIME_VERSION]
                    + ["--locked", "--root", str(root), "--no-default-features"]
                    + ["--features", ",".join(WASMTIME_FEATURES)],
                    env=self._target("wasmtime-target"),
                )
            return root / "bin" / "wasmtime"

        return self._once("wasmtime", make)

    def wasi_http_hello(self) -> Path:
        """Returns the WASI 0.2 hello, compiled by Wasmtime ahead of time."""

        def make() -> Path:
            self._peer("wasi-http-hello", "--target", WASM_TARGET)
            built = self.settings.state / "peers-target" / WASM_TARGET / "release"
            compiled = self.settings.state / "apps" / "wasi-http-hello.cwasm"
            command(
                "wasi-http-hello",
                [str(self.wasmtime()), "compile", "-o", str(compiled)]
                + [str(built / "wasi_http_hello.wasm")],
            )
            return compiled

        return self._once("wasi-http-hello", make)

    def native_hello(self) -> Path:
        """Returns hyper's hello."""

        def make() -> Path:
            self._peer("native-hello")
            return self.settings.state / "peers-target" / "release" / "native-hello"

        return self._once("native-hello", make)

    def native_sqlite(self) -> Path:
        """Returns hyper with rusqlite."""

        def make() -> Path:
            self._peer("native-sqlite")
            return self.settings.state / "peers-target" / "release" / "native-sqlite"

        return self._once("native-sqlite", make)

    def gunicorn(self) -> Path:
        """Returns gunicorn, in an environment with Flask and Django."""
        environment = self.settings.state / "gunicorn"

        def make() -> Path:
            python = environment / "bin" / "python"
            if not python.exists():
                step("making a virtual environment for gunicorn")
                argv = [self.settings.python, "-m", "venv", str(environment)]
                command("gunicorn", argv)
            command(
                "gunicorn",
                [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
                + ["-r", "flask/requirements.txt", "-r", "peers/gunicorn/requirements.txt"]
                + ["-r", "peers/django/requirements.txt"],
                cwd=BENCH,
            )
            return environment / "bin" / "gunicorn"

        return self._once("gunicorn", make)

    def versions(self) -> dict[str, str]:
        """Returns the versions of what this run made use of."""
        ask = {
            "runtime": [str(self.settings.runtime), "--version"],
            "wasmtime": [str(self._made.get("wasmtime")), "--version"],
            "gunicorn": [str(self.settings.state / "gunicorn" / "bin" / "pip"), "freeze"],
        }
        found = {"cargo": command("cargo", ["cargo", "--version"]).strip()}
        for name, argv in ask.items():
            if name in self._made:
                found[name] = ", ".join(command(name, argv).strip().splitlines())
        if "gunicorn" in self._made:
            python = self.settings.state / "gunicorn" / "bin" / "python"
            found["python"] = command("python", [str(python), "--version"]).strip()
        return found

    # How.

    def _once(self, name: str, make) -> Path:
        if name not in self._made:
            self._made[name] = make()
        return self._made[name]

    def _app(self, name: str, project: Path) -> Path:
        def make() -> Path:
            output = self.settings.state / "apps" / f"{name}.wasm"
            step(f"building {name}")
            argv = [str(self.runtime()), "build", str(project), "-o", str(output)]
            command(name, argv, env=self.our_environment())
            return output

        return self._once(name, make)

    def _peer(self, name: str, *options: str) -> None:
        step(f"building {name}")
        command(
            name,
            ["cargo", "build", "--release", "--locked", *options],
            cwd=BENCH / "peers" / name,
            env=self._target("peers-target"),
        )

    def _target(self, name: str) -> dict[str, str]:
        return {"CARGO_TARGET_DIR": str(self.settings.state / name)}
