"""Watches what an application looks at while it is built.

- Which environment variables it reads, and whether project or package code
  does: their values belong to the operator, and are not known yet.
- The compiled bodies of its modules, to execute them again when an instance
  wakes.
- Which random generators took their seed from the system.
"""

from __future__ import annotations

import importlib.machinery
import os
import random
import sys
import weakref
from typing import Any

from wasgi._wake import plan

_Environ: Any = type(os.environ)

# Frames between a reader and the mapping it reads.
_MAPPINGS = ("os.py", "_collections_abc.py", "<frozen os>", "<frozen _collections_abc>")
# Modules that look at the environment for purposes of their own.
_FOR_ITSELF = ("/gettext.py", "/locale.py", "/tempfile.py", "/subprocess.py", "/pathlib/__init__.py")


class _TrackedEnviron(_Environ):
    """`os.environ` during the build. A class swap, since `from os import environ` took the object."""

    def __getitem__(self, key: Any) -> Any:
        _note(key)
        return _Environ.__getitem__(self, key)

    def __contains__(self, key: object) -> bool:
        _note(key)
        return key in self._data or _encoded(self, key) in self._data

    def __iter__(self) -> Any:
        _note("*")
        return _Environ.__iter__(self)

    def __len__(self) -> int:
        _note("*")
        return _Environ.__len__(self)

    def copy(self) -> Any:
        _note("*")
        return _Environ.copy(self)


def _encoded(environ: Any, key: object) -> object:
    try:
        return environ.encodekey(key)
    except TypeError:
        return key


def _note(key: Any) -> None:
    name = os.fsdecode(key) if isinstance(key, bytes) else str(key)
    package = _read_by_package()
    if package is not None:
        plan.read[name] = plan.read.get(name, False) or package


def _read_by_package() -> bool | None:
    """Tells whether what was read ends up in package code (True), or in the project's (False).

    The innermost module body under execution keeps it; in a request, the
    project does if any of its functions is being called. None stands for the
    standard library on its own account.
    """
    frame: Any = sys._getframe(3)
    while frame is not None and frame.f_code.co_filename.endswith(_MAPPINGS):
        frame = frame.f_back
    if frame is not None and frame.f_code.co_filename.endswith(_FOR_ITSELF):
        return None
    answer = None
    while frame is not None:
        filename = frame.f_code.co_filename
        if filename.startswith(plan.packages):
            in_package = not filename.startswith(plan.project)
            if frame.f_code.co_name == "<module>":
                return in_package
            answer = in_package if answer is None else answer and in_package
        frame = frame.f_back
    return answer


class Watch:
    """A context in which the above is watched."""

    def __enter__(self) -> Watch:
        os.environ.__class__ = _TrackedEnviron
        loader: Any = importlib.machinery.SourceFileLoader
        self._get_code = loader.get_code
        self._seed = random.Random.seed
        read_code, seed, code = self._get_code, self._seed, plan.code

        def get_code(this: Any, fullname: str) -> Any:
            body = read_code(this, fullname)
            if str(this.path).startswith(plan.packages):
                code[fullname] = body
            return body

        def seed_and_note(this: Any, a: Any = None, version: int = 2) -> None:
            if a is None:
                plan.generators.append(weakref.ref(this))
            seed(this, a, version)

        loader.get_code = get_code
        random.Random.seed = seed_and_note  # type: ignore[method-assign]
        return self

    def __exit__(self, *exc_info: object) -> None:
        os.environ.__class__ = _Environ
        importlib.machinery.SourceFileLoader.get_code = self._get_code  # type: ignore[method-assign]
        random.Random.seed = self._seed  # type: ignore[method-assign]


def settle() -> None:
    """Drops from the plan what no instance will need."""
    if not plan.read and not plan.must_import:
        plan.code.clear()
    elif not plan.stateful_packages and not any(plan.read.values()):
        kept = plan.project
        for name in list(plan.code):
            if not plan.code[name].co_filename.startswith(kept):
                del plan.code[name]
    plan.generators[:] = [found for found in plan.generators if found() is not None]
