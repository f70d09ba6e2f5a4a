"""Turns an application's exception into what the host logs: one line and the whole story."""

from __future__ import annotations

import traceback
from types import TracebackType

# Modules of the standard library that CPython for WASI comes without.
_NOT_IN_SANDBOX = frozenset(
    "_ctypes _curses _dbm _gdbm _multiprocessing _posixshmem _posixsubprocess _ssl _tkinter _bz2 "
    "_lzma _zstd bz2 ctypes curses fcntl grp lzma mmap pwd readline resource ssl syslog termios "
    "tkinter".split()
)

_SDK = __file__.rsplit("/", 1)[0]


def summary(error: BaseException) -> str:
    """Returns the exception's type and message, and the cure where one is known."""
    line = "".join(traceback.format_exception_only(type(error), error)).strip().rsplit("\n", 1)[-1]
    cure = missing_module_cure(error)
    return f"{line}; {cure}" if cure else line


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
    """Returns the traceback, without the frames of this SDK at its head."""
    return "".join(
        traceback.format_exception(type(error), error, without_sdk(error.__traceback__))
    )


def without_sdk(trace: TracebackType | None) -> TracebackType | None:
    """Returns the traceback from the first frame on that is not the SDK's."""
    first = trace
    while first is not None and is_machinery(first.tb_frame.f_code.co_filename):
        first = first.tb_next
    return first


def is_machinery(filename: str) -> bool:
    """Tells whether a frame belongs to this SDK or to the import system."""
    return filename.startswith(_SDK) or filename.startswith("<frozen importlib")


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
