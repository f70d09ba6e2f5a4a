"""PEP 3333 between the component's export `application` and a WSGI callable.

This runs for every request in an interpreter that is three times slower than
the native one, so it makes as few objects and calls as it can: one `Response`,
the environ's dict, and the reader under `wsgi.input`.

`close()` of an iterable is called exactly once: at exhaustion, at an error, or
when the host says so with `Chunks.close`.
"""

from __future__ import annotations

import sys
from typing import Any, Callable, Iterable, Iterator

from wasgi import _wake
from wasgi._errors import story
from wasgi._host import Err, give_up, unfinished
from wasgi._page import Page
from wasgi.streams import FileWrapper, InputFile, LogStream

try:
    from wit_world.exports.application import AppError, Body_Chunks, Body_Page, Body_Whole
except ImportError:  # natively, in tests
    from wasgi._native import AppError, Body_Chunks, Body_Page, Body_Whole

# A body up to this size, complete with its first chunk, is handed over in one
# piece. See `_run`.
_ONE_PIECE = 64 * 1024

# What `next()` answers at exhaustion, since an application may yield None.
_END: Any = object()

errors = LogStream(2)
output = LogStream(1)
_input_file = InputFile()

# What is the same for every request.
_CONSTANT = {
    "wsgi.version": (1, 0),
    "wsgi.multithread": False,
    "wsgi.errors": errors,
    "wsgi.file_wrapper": FileWrapper,
    "wsgi.input_terminated": True,
}


class Response:
    """The `start_response` of one request, and the `write` it returns."""

    __slots__ = ("_host", "length")

    def __init__(self, host: Any) -> None:
        self._host = host
        # The Content-Length the application declared; -1 for none.
        self.length = -1

    def start(self, status: str, headers: list, exc_info: Any = None) -> Callable[[bytes], None]:
        """PEP 3333's `start_response(status, headers, exc_info=None)`."""
        if not isinstance(status, str):
            raise TypeError(f"status must be str, not {type(status).__name__}")
        if not status.isascii():
            _latin1("status", status)
        if not isinstance(headers, list):
            raise TypeError(f"headers must be a list of tuples, not {type(headers).__name__}")
        length = -1
        for header in headers:
            if not isinstance(header, tuple) or len(header) != 2:
                raise TypeError(f"a header must be a tuple (name, value), not {header!r}")
            name, value = header
            if not isinstance(name, str) or not isinstance(value, str):
                raise TypeError(f"name and value of a header must be str: {header!r}")
            if not name.isascii() or not value.isascii():
                _latin1("header", name + value)
            if len(name) == 14 and name.lower() == "content-length" and value.isdecimal():
                length = int(value) if len(value) < 6 else -1
        refusal = None
        try:
            self._host.call(status, headers, bool(exc_info))
        except Err as error:
            refusal = error.value
        if refusal is not None:
            # PEP 3333: no reference to a traceback may stay in a frame of it.
            exc_info, raised = None, exc_info
            _refuse(refusal, raised)
        self.length = length
        return self.write

    def write(self, chunk: bytes) -> None:
        """PEP 3333's `write(body_data)`: sent or queued when it returns."""
        if not isinstance(chunk, bytes):
            raise TypeError(f"write() takes bytes, not {type(chunk).__name__}")
        self.length = -1
        try:
            self._host.write(chunk)
        except Err as refusal:
            if getattr(refusal.value, "name", None) == "DISCONNECTED":
                raise BrokenPipeError("the client closed the connection") from None
            raise AssertionError("write() was called before start_response()") from None


def _latin1(what: str, text: str) -> None:
    """Refuses text that is no PEP 3333 native string."""
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        raise ValueError(f"{what} has a character above U+00FF: {text!r}") from None


def _refuse(reason: Any, exc_info: Any) -> None:
    """Raises what PEP 3333 wants where the host refused `start_response`."""
    kind = type(reason).__name__.rpartition("_")[2]
    if kind == "HeadersSent":
        try:
            raise exc_info[1].with_traceback(exc_info[2])
        finally:
            del exc_info
    if kind == "AlreadyCalled":
        raise AssertionError("start_response was called a second time without exc_info")
    if kind == "HopByHop":
        raise AssertionError(f"hop-by-hop headers are the server's: {reason.value}")
    raise ValueError(str(getattr(reason, "value", reason)))


class Chunks:
    """The iterable of the response under way, pulled by the host.

    One object serves all responses of an instance: the runtime keeps a
    reference to every exported resource for ever, so a new one each time would
    be a leak.
    """

    def __init__(self) -> None:
        self._iterator: Iterator[bytes] | None = None
        self._close: Callable[[], object] | None = None
        self._pending: bytes | None = None
        self._index = 0

    def begin(
        self, iterator: Iterator[bytes], close: Callable[[], object] | None, pending: bytes | None
    ) -> Chunks:
        """Takes over a response's iterable, of which `pending` was pulled already."""
        self._iterator, self._close, self._pending = iterator, close, pending
        self._index = 0 if pending is None else 1
        # The runtime's mark of the previous response, whose handle is gone.
        mark = self.__dict__
        mark.pop("__componentize_py_handle", None)
        finalizer = mark.pop("finalizer", None)
        if finalizer is not None:
            finalizer.detach()
        return self

    def next(self) -> bytes | None:
        """Returns the next chunk, or None at exhaustion, after which it is closed."""
        chunk = self._pending
        if chunk is not None:
            self._pending = None
            return chunk
        if self._iterator is None:
            return None
        try:
            chunk = next(self._iterator, _END)
            if chunk is not _END and not isinstance(chunk, bytes):
                raise _not_bytes(chunk, self._index)
        except BaseException as error:
            failure = _failure(error)
            self.close()
            raise failure from None
        if chunk is _END:
            self.close()
            return None
        self._index += 1
        return chunk

    def close(self) -> None:
        """Ends the response: calls the iterable's `close()` once, and forgets the iterable."""
        close = self._close
        self._iterator = self._close = self._pending = None
        if close is not None:
            _closing(close)
        _input_file.release()
        if errors._line or output._line:
            errors.flush()
            output.flush()


_chunks = Chunks()


# The first char that no native string contains.
SEPARATOR = "\u0100"


class Application:
    """The component's export `application`."""

    # The WSGI callable; the build sets it, and `_wake` again where it must be
    # imported with the operator's environment.
    callable: Callable[..., Iterable[bytes]] | None = None

    def call(self, environ: Any, input: Any, start_response: Any) -> Any:
        """Runs the application for one request."""
        try:
            if _wake.asleep:
                _wake.wake()
            if _chunks._iterator is not None or _chunks._close is not None:
                _chunks.close()
            if unfinished:
                errors.write("the last request left a transaction open; it is rolled back\n")
                give_up()
            return _run(Application.callable, _variables(environ), input, Response(start_response))
        except BaseException as error:
            raise _failure(error) from None
        finally:
            if _chunks._iterator is None:
                # While chunks are pulled, the application may still read.
                _input_file.release()
            if errors._line or output._line:
                errors.flush()
                output.flush()


def _variables(environ: str) -> dict[str, Any]:
    """Makes the dict of `wit/types.wit`'s environ: name, value, name, value."""
    parts = iter(environ.split(SEPARATOR))
    return dict(zip(parts, parts))


def _run(app: Any, environ: dict[str, Any], input: Any, response: Response) -> Any:
    environ.update(_CONSTANT)
    environ["wsgi.multiprocess"] = environ.get("wsgi.multiprocess") != "0"
    environ["wsgi.run_once"] = environ.get("wsgi.run_once") == "1"
    environ["wsgi.input"] = _input_file.open(input)
    body = app(environ, response.start)
    kind = type(body)
    if (kind is list or kind is tuple) and len(body) == 1:
        chunk = body[0]
        if not isinstance(chunk, bytes):
            raise _not_bytes(chunk, 0)
        return Body_Whole(chunk)
    if kind is Page or kind is FileWrapper:
        page = _page_of(body)
        if page is not None:
            return page
    close = getattr(body, "close", None)
    try:
        if isinstance(body, (bytes, str)):
            raise TypeError(f"the application returned {kind.__name__}: return [body]")
        iterator = iter(body)
        first = None
        # A framework's ordinary answer declares its length and comes in one
        # chunk, but in an iterable with a close(). Three calls into the guest
        # can be one here: the body is complete, so nothing is delayed or
        # altered. The price is that close() runs just before the last byte
        # leaves instead of just after.
        if 0 <= response.length <= _ONE_PIECE:
            first = next(iterator, _END)
            if first is _END:
                first = b""
            elif not isinstance(first, bytes):
                raise _not_bytes(first, 0)
            if len(first) == response.length:
                whole = Body_Whole(first)
                close, closing = None, close
                if closing is not None:
                    _closing(closing)
                return whole
        return Body_Chunks(_chunks.begin(iterator, close, first))
    except BaseException:
        if close is not None:
            _closing(close)
        raise


def _page_of(body: Any) -> Any:
    """Gives a page back to the host, its `close()` called; None for another file, or one
    that was begun."""
    page = body if type(body) is Page else body.filelike
    handle = page._hand_over() if type(page) is Page else None
    if handle is None:
        return None
    # The page's own has nothing to do any more; a framework may have put another there.
    close = page.__dict__.get("close")
    if close is not None:
        _closing(close)
    return Body_Page(handle)


def _closing(close: Callable[[], object]) -> None:
    """Calls an iterable's `close()`. The answer stands, so its exception is only logged."""
    try:
        close()
    except BaseException as error:
        errors.write(f"exception in close() of the response:\n{story(error)[1]}")


def _failure(error: BaseException) -> Err:
    """Returns the exception as the host's `app-error`."""
    if type(error) is Err and isinstance(error.value, AppError):
        return error
    text = story(error)
    # Frames hold the request's objects; the traceback is text by now.
    error.__traceback__ = None
    return Err(AppError(*text))


def _not_bytes(chunk: object, index: int) -> TypeError:
    return TypeError(f"chunk {index} of the response is {type(chunk).__name__}, not bytes")


def install_streams() -> None:
    """Makes the log the program's standard output and error."""
    sys.stdout = sys.__stdout__ = output
    sys.stderr = sys.__stderr__ = errors
