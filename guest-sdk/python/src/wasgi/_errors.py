"""Turns an application's exception into what the host logs: one line and the whole story."""

from __future__ import annotations

import traceback
from typing import Any

# Modules of the standard library that CPython for WASI comes without.
_NOT_IN_SANDBOX = frozenset(
    "_ctypes _curses _dbm _gdbm _multiprocessing _posixshmem _posixsubprocess _ssl _tkinter _bz2 "
    "_lzma _zstd bz2 ctypes curses fcntl grp lzma mmap pwd readline resource ssl syslog termios "
    "tkinter".split()
)

_SDK = __file__.rsplit("/", 1)[0]


def one_line(error: BaseException) -> str:
    """Returns the exception's type and message."""
    told = getattr(error, "_one_line", None)
    if told is not None:
        return str(told())
    return "".join(traceback.format_exception_only(type(error), error)).strip().rsplit("\n", 1)[-1]


def summary(error: BaseException) -> str:
    """Returns the exception's type and message, and the cure where one is known."""
    line = one_line(error)
    cure = missing_module_cure(error)
    return f"{line}; {cure}" if cure and cure not in line else line


def missing_module_cure(error: BaseException) -> str | None:
    """Returns what to do about a module that is not there, or None for other exceptions."""
    if not isinstance(error, ModuleNotFoundError) or not error.name:
        return None
    top = error.name.split(".", 1)[0]
    if top in _NOT_IN_SANDBOX:
        return (
            f"{top} does not exist in this sandbox (no threads, ssl, ctypes, bz2, lzma or sockets): "
            "make its use optional, or use what the host lends instead"
        )
    return f"add the distribution that provides {top!r} to requirements.txt and build again"


def detail(error: BaseException) -> str:
    """Returns the traceback, without the frames of the import system, and
    without this SDK's where there are others."""
    told = traceback.TracebackException.from_exception(error)
    seen: set[int] = set()
    waiting: list[Any] = [told]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        frames = [frame for frame in one.stack if not _is_import_system(frame.filename)]
        own = [frame for frame in frames if not frame.filename.startswith(_SDK)]
        # What the SDK raises itself ends in its own frame; a syntax error ends
        # in the file that has it, which is no frame.
        one.stack[:] = own or (() if isinstance(error, SyntaxError) else frames)
        waiting += [one.__cause__, one.__context__, *(getattr(one, "exceptions", None) or ())]
    return "".join(told.format())


def _is_import_system(filename: str) -> bool:
    return filename.startswith("<frozen importlib") or filename.endswith("/importlib/__init__.py")


def story(error: BaseException) -> tuple[str, str]:
    """Returns `summary` and `detail`, whatever state the interpreter is in."""
    try:
        return _text(summary(error)), _text(detail(error))
    except BaseException as second:  # an exception whose __str__ raises, no memory, no stack
        name = type(error).__name__
        return name, f"{name} (its traceback could not be written: {type(second).__name__})"


def _text(text: str) -> str:
    """Returns text that fits a WIT string: lone surrogates are escaped."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
