"""Finds the WSGI callable that `module:callable` names, or says what is there instead."""

from __future__ import annotations

import importlib
import os
import types
from typing import Any

from wasgi import _errors

_USUAL = ("application", "app", "create_app", "make_app")


class BuildError(Exception):
    """The application cannot be built. `kind` says which error of the host it becomes."""

    def __init__(
        self,
        kind: str,
        message: str,
        traceback: str = "",
        cure: str | None = None,
        candidates: Any = (),
    ) -> None:
        super().__init__(message)
        self.content = {
            "kind": kind,
            "message": message,
            "traceback": traceback,
            "cure": cure or "",
            "candidates": list(candidates),
        }


def load(entry: str, project: str) -> Any:
    """Imports the callable `module:callable`, or calls the factory `module:factory()`.

    Raises `BuildError`; where the application's own code raised, that
    exception is its `__cause__`.
    """
    module_name, _, path = entry.partition(":")
    factory = path.endswith("()")
    module = _module(module_name, project)
    found: Any = module
    for name in path.removesuffix("()").split("."):
        try:
            found = getattr(found, name)
        except AttributeError:
            raise BuildError(
                "missing-callable",
                f"module {module_name!r} has no {name!r}",
                candidates=candidates(module),
            ) from None
    if not callable(found):
        raise BuildError(
            "missing-callable",
            f"{entry!r} is a {type(found).__name__}, which cannot be called",
            candidates=candidates(module),
        )
    if not factory:
        return found
    try:
        application = found()
    except BaseException as error:
        raise _failure(error) from error
    if not callable(application):
        raise BuildError(
            "missing-callable",
            f"{entry!r} returned a {type(application).__name__}, which cannot be called",
        )
    return application


def _module(name: str, project: str) -> types.ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        # Only the entry itself is a wrong entry; a missing import of it is another mistake.
        if error.name and (name == error.name or name.startswith(error.name + ".")):
            raise BuildError(
                "missing-module",
                f"there is no module {error.name!r} in the project",
                candidates=modules(project),
            ) from None
        raise _failure(error) from error
    except BaseException as error:
        raise _failure(error) from error


def _failure(error: BaseException) -> BuildError:
    kind = "import"
    if isinstance(error, SyntaxError):
        kind = "syntax"
    elif isinstance(error, ModuleNotFoundError):
        kind = "missing-import"
    cure = _errors.missing_module_cure(error)
    return BuildError(kind, _errors.one_line(error), _errors.story(error)[1], cure)


def candidates(module: types.ModuleType) -> list[str]:
    """Returns the names in a module that look like a WSGI callable or a factory of one."""
    names = []
    for name, value in vars(module).items():
        if name.startswith("_") or not callable(value) or isinstance(value, type):
            continue
        own = getattr(value, "__module__", None) == module.__name__
        if name in _USUAL or (own and isinstance(value, types.FunctionType)):
            names.append(name)
        elif not isinstance(value, (types.FunctionType, types.BuiltinFunctionType)):
            names.append(name)
    return sorted(names, key=lambda name: (name not in _USUAL, name))[:10]


def modules(project: str) -> list[str]:
    """Returns the modules and packages at the top of the project."""
    names = []
    for entry in sorted(os.listdir(project)):
        if entry.endswith(".py"):
            names.append(entry[:-3])
        elif os.path.isfile(os.path.join(project, entry, "__init__.py")):
            names.append(entry)
    return names[:20]
