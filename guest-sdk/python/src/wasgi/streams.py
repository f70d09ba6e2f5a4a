"""The files of PEP 3333: `wsgi.input`, `wsgi.errors` and `wsgi.file_wrapper`."""

from __future__ import annotations

import io
import os
from sys import getrefcount
from typing import Any, Callable, Iterator

from wasgi._host import Err

# One read of the host fills this much: large enough that an upload costs few
# calls, small enough to be allocated for every request.
BUFFER = 16 * 1024

# `readall` asks for this much at a time.
_READ_ALL = 256 * 1024


class RawInput(io.RawIOBase):
    """The request body as the host hands it out, unbuffered."""

    def __init__(self, host: Any) -> None:
        self.host = host
        # Whether anything was read; such a file is not used for a second request.
        self.used = False
        self._position = 0

    def readable(self) -> bool:
        """Tells that this file is for reading."""
        return True

    def tell(self) -> int:
        """Returns how much was read. Defined because a BufferedReader asks at
        its birth, and the inherited one raises, which is dear."""
        return self._position

    def readinto(self, buffer: Any) -> int:
        """Reads at least one byte into `buffer`, or none at the end of the body."""
        data = self._read(len(buffer))
        size = len(data)
        buffer[:size] = data
        return size

    def readall(self) -> bytes:
        """Reads the rest of the body."""
        parts = []
        while True:
            data = self._read(_READ_ALL)
            if not data:
                return b"".join(parts)
            parts.append(data)

    def _read(self, size: int) -> bytes:
        self.used = True
        if self.host is None:
            raise ValueError("wsgi.input was read after its request had ended")
        try:
            data = self.host.read(size)
        except Err as refusal:
            raise _input_error(refusal.value) from None
        self._position += len(data)
        return data


    def close(self) -> None:
        """Closes this file for good."""
        self.used = True
        super().close()


class InputFile:
    """Makes `wsgi.input`, a real BufferedReader, at next to no cost where it is not read.

    A reader costs several microseconds to make and as much to take apart, and
    most requests have no body. So the reader of the last request serves the
    next one, if nobody read from it and nobody has kept it; the reference
    counts tell.
    """

    def __init__(self) -> None:
        self._raw = RawInput(None)
        self._reader = io.BufferedReader(self._raw, BUFFER)
        self._idle = self._references()

    def open(self, host: Any) -> io.BufferedReader:
        """Returns `wsgi.input` for one request."""
        if self._raw.used or self._references() != self._idle:
            # The old pair belongs to whoever holds it.
            self._raw = RawInput(None)
            self._reader = io.BufferedReader(self._raw, BUFFER)
        self._raw.host = host
        return self._reader

    def release(self) -> None:
        """Gives the host's end back: the request is over."""
        self._raw.host = None

    def _references(self) -> tuple[int, int]:
        # In one place: what counts is that both numbers are taken alike.
        return getrefcount(self._raw), getrefcount(self._reader)


def _input_error(reason: Any) -> OSError:
    """Turns the host's reason into the exception a socket would have raised."""
    name = getattr(reason, "name", str(reason))
    if name == "DISCONNECTED":
        return ConnectionResetError("the client closed the connection before its body was complete")
    if name == "TIMEOUT":
        return TimeoutError("the client sent its body too slowly")
    if name == "TOO_LARGE":
        return OSError("the request body is larger than the server's limit for this application")
    return OSError("the request body breaks the framing of RFC 9112")


class LogStream(io.TextIOBase):
    """`wsgi.errors`, `sys.stderr` and `sys.stdout`: text, line by line, to the host's log.

    It is one object for the life of an instance, because handlers of `logging`
    made at build time keep a reference to it. It never raises on any text:
    what UTF-8 cannot say is escaped.
    """

    encoding = "utf-8"
    errors = "backslashreplace"

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._line: list[str] = []
        # Where lines go instead while a project is built.
        self.sink: Callable[[str], object] | None = None
        self.buffer = _LogBuffer(self)

    def writable(self) -> bool:
        """Tells that this file is for writing."""
        return True

    def fileno(self) -> int:
        """Returns the descriptor under this file."""
        return self._descriptor

    def write(self, text: str) -> int:
        """Keeps `text` until its line is complete."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._line.append(text)
        if "\n" in text:
            self.flush()
        return len(text)

    def flush(self) -> None:
        """Sends what was written, complete line or not."""
        if self._line:
            text = "".join(self._line)
            self._line.clear()
            if self.sink is not None:
                self.sink(text)
            else:
                self.send(text.encode("utf-8", "backslashreplace"))

    def send(self, data: bytes) -> None:
        """Writes bytes to the descriptor; a host that does not listen is no error."""
        try:
            while data:
                data = data[os.write(self._descriptor, data) :]
        except OSError:
            pass

    def close(self) -> None:
        """Flushes. The log outlives whoever thinks to own it."""
        self.flush()


class _LogBuffer(io.RawIOBase):
    """`sys.stdout.buffer`: for programs that write bytes."""

    def __init__(self, text: LogStream) -> None:
        self._text = text

    def writable(self) -> bool:
        """Tells that this file is for writing."""
        return True

    def write(self, data: Any) -> int:
        """Writes bytes as text of the log."""
        data = bytes(data)
        self._text.write(data.decode("utf-8", "backslashreplace"))
        return len(data)

    def flush(self) -> None:
        """Sends what was written."""
        self._text.flush()


class FileWrapper:
    """`wsgi.file_wrapper`: a file as an iterable, from where it stands, block by block."""

    def __init__(self, filelike: Any, block_size: int = 8192) -> None:
        self.filelike = filelike
        self._block_size = block_size
        if hasattr(filelike, "close"):
            self.close = filelike.close

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        block = self.filelike.read(self._block_size)
        if block:
            return block
        raise StopIteration
