"""What happens inside the component while it is built: import, warm-up, snapshot.

`runtime build` mounts a folder that holds `wasgi-build.json`: the entry point
and the warm-up requests. The report goes back into the same folder, as
`report.json`: notes, the program's output, and the error if there was one.
After this module is done the interpreter's memory becomes the component's.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import sys
from typing import Any

from wasgi import _errors, _finalizer, _hashing, _warmup, _wake, adapter
from wasgi._entry_point import BuildError, load
from wasgi._host import HostNotAvailable, state
from wasgi._missing import MissingModules
from wasgi._tracking import Watch, settle
from wasgi._wake import plan

_ORDER = "wasgi-build.json"
_REPORT = "report.json"
# The report is read by a person; more output than this is of no use.
_MAX_OUTPUT = 256 * 1024


# Of the standard library, what no server imports.
_NOT_EXTRACTED = frozenset(
    "__pycache__ ensurepip idlelib lib2to3 test tests tkinter turtle.py turtledemo".split()
)


class Failed(Exception):
    """The build failed, and the report says why."""


def run() -> None:
    """Builds the application if this interpreter was started for that."""
    folder = _exchange_folder()
    if folder is None:
        return
    with open(f"{folder}/{_ORDER}", encoding="utf-8") as file:
        order = json.load(file)
    sys.path.remove(folder)
    report = _Report(f"{folder}/{_REPORT}")
    if order.get("extract_stdlib"):
        # Visible only now, and needed later for imports that happen late.
        _copy_folder("/python", f"{folder}/stdlib")
    try:
        _build(order, report)
    except BuildError as error:
        report.content["error"] = error.content
    except BaseException as error:
        message, trace = _errors.story(error)
        report.content["error"] = BuildError("sdk", message, trace).content
    report.write()
    if "error" in report.content:
        raise Failed(report.content["error"]["message"])


def _copy_folder(source: str, target: str) -> None:
    """Copies a folder's files; `shutil` would also want what WASI has not, such as modes."""
    os.mkdir(target)
    for entry in os.scandir(source):
        if entry.name in _NOT_EXTRACTED:
            continue
        if entry.is_dir():
            _copy_folder(entry.path, f"{target}/{entry.name}")
        else:
            with open(entry.path, "rb") as old, open(f"{target}/{entry.name}", "wb") as new:
                new.write(old.read())


def _exchange_folder() -> str | None:
    return next((path for path in sys.path if os.path.isfile(f"{path}/{_ORDER}")), None)


class _Report:
    def __init__(self, path: str) -> None:
        self._path = path
        self._size = 0
        self.content: dict[str, Any] = {"notes": [], "output": [], "warmup": []}

    def note(self, text: str) -> None:
        self.content["notes"].append(text)

    def output(self, text: str) -> None:
        self._size += len(text)
        if self._size <= _MAX_OUTPUT:
            self.content["output"].append(text)

    def write(self) -> None:
        with open(self._path, "w", encoding="utf-8", errors="backslashreplace") as file:
            json.dump(self.content, file)


def _build(order: dict[str, Any], report: _Report) -> None:
    # Bytecode would be written into the mounted folders, and be stale there.
    sys.dont_write_bytecode = True
    adapter.install_streams()
    adapter.errors.sink = adapter.output.sink = report.output
    _hashing.install()
    for name in ("PYTHONHOME", "PYTHONPATH", "PYTHONUNBUFFERED"):
        os.environ.pop(name, None)

    project = order["project"]
    plan.project = project + "/"
    plan.packages = tuple(path + "/" for path in order["packages"])
    plan.load = lambda: load(order["entry"], project)
    plan.install = _install
    for path in reversed(order.get("import_paths", [])):
        sys.path.insert(0, path)
    # WASI has no working directory; the C library keeps one, which the snapshot holds.
    os.chdir(project)

    state.building = True
    asked = False
    with Watch():
        try:
            _install(plan.load())
        except BuildError as error:
            reason = _reason_to_wait(error.__cause__)
            if reason is None:
                raise
            report.note(f"the application is imported when an instance starts: {reason}")
            plan.must_import = True
        else:
            asked = state.asked
            for path in order["warmup"]:
                report.content["warmup"].append(_warmup.replay(path))
            plan.must_import = asked
        _check_models()
        _prepare_templates()
    state.building = False

    if plan.must_import and asked:
        report.note("the application asked the host for something; it is imported again at start")
    plan.stateful_packages = "django" in sys.modules
    settle()
    report.content["variables"] = sorted(plan.read)
    report.content["modules"] = len(sys.modules)
    adapter.errors.flush()
    adapter.output.flush()
    adapter.errors.sink = adapter.output.sink = None
    _freeze()


def _check_models() -> None:
    """Fails the build where a model makes no sense, instead of the first request."""
    if not plan.must_import and "wasgi.orm" in sys.modules:
        from wasgi.orm import schema

        schema.models()


def _prepare_templates() -> None:
    """Imports now what the first page would import."""
    if "wasgi.templates" in sys.modules:
        from wasgi import templates

        templates._prepare()


def _install(application: Any) -> None:
    adapter.Application.callable = staticmethod(application)


def _reason_to_wait(error: BaseException | None) -> str | None:
    """Tells why an import that failed here can succeed in an instance, or None if it cannot."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, HostNotAvailable):
            return "it needs the host at import"
        if not isinstance(error, (SyntaxError, ImportError, NameError)):
            text = str(error)
            for name in plan.read:
                if name in text and name != "*":
                    return f"it needs the environment variable {name} at import"
        error = error.__cause__ or error.__context__
    return None


def _freeze() -> None:
    """Makes the heap ready for the snapshot."""
    import linecache

    linecache.clearcache()
    importlib.invalidate_caches()
    sys.meta_path.append(MissingModules())
    _finalizer.install()
    _wake.asleep = True
    gc.collect()
    # The collector of an instance need not walk what the snapshot holds.
    gc.freeze()
