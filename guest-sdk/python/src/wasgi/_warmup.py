"""Replays requests before the snapshot, so that what an application loads late is loaded."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote_to_bytes

from wasgi import adapter
from wasgi._host import Err


class _Input:
    """An empty request body."""

    def read(self, size: int) -> bytes:
        """Returns the end of the body."""
        return b""


class _StartResponse:
    """A `start_response` that keeps the status and takes everything."""

    def __init__(self) -> None:
        self.status = ""

    def call(self, status: str, headers: list, exc_info: bool) -> None:
        """Keeps the status."""
        self.status = status

    def write(self, chunk: bytes) -> None:
        """Takes a chunk."""


def replay(target: str) -> dict[str, Any]:
    """Answers one GET request through the whole adapter; says what came of it."""
    path, _, query = target.partition("?")
    variables = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        # As a server would: percent-decoded, one char per byte.
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "localhost",
        "HTTP_USER_AGENT": "wasgi-warmup",
        "HTTP_ACCEPT": "*/*",
        "wsgi.url_scheme": "http",
        "wsgi.run_once": "0",
    }
    environ = adapter.SEPARATOR.join(part for item in variables.items() for part in item)
    start_response = _StartResponse()
    result: dict[str, Any] = {"path": target}
    try:
        body: Any = adapter.Application().call(environ, _Input(), start_response).value
        while not isinstance(body, bytes) and body.next() is not None:
            pass
    except Err as failure:
        result["error"] = failure.value.summary
        result["traceback"] = failure.value.detail
    result["status"] = start_response.status
    return result
