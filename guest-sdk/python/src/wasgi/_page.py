"""A page that the host renders: what `wasgi.templates` makes, and the adapter knows.

To everybody in between it is an iterable of bytes with a `close()`, and a file that
can be read. Who only passes it on never sees a byte of it: the adapter gives the
host its page back, and the host sends it.
"""

from __future__ import annotations

from typing import Any

from wasgi._host import Err


class Page:
    """A rendered template: an iterable of bytes, once; or `text()`.

    A WSGI application returns it as its iterable. Then nothing of it passes through
    the application: the host renders it as the client takes it. ::

        start_response("200 OK", [("Content-Type", page.content_type)])
        return page
    """

    content_type: str
    """By the template's name: `text/html; charset=utf-8` for `.html`."""

    def __init__(self, handle: Any, content_type: str) -> None:
        # The host's page; None where it is at its end, closed, or the host's again.
        self._handle = handle
        # Why there is nothing to read, if not because it was read to its end.
        self._gone = ""
        self._begun = False
        # Of the last piece, what `read(size)` left.
        self._rest = b""
        self.content_type = content_type

    def __iter__(self) -> Page:
        return self

    def __next__(self) -> bytes:
        piece = self._rest or self._pull()
        self._rest = b""
        if piece:
            return piece
        raise StopIteration

    def _pull(self) -> bytes:
        """Returns the next piece; empty at the end."""
        handle = self._handle
        if handle is None:
            if self._gone:
                raise ValueError(f"this page {self._gone}")
            return b""
        self._begun = True
        try:
            piece: bytes | None = handle.read()
            while piece is not None and not piece:
                piece = handle.read()
        except Err as refusal:
            self._drop("could not be rendered")
            from wasgi.templates.errors import refuse

            refuse(refusal)
        if piece is None:
            self._drop("")
            return b""
        return piece

    def read(self, size: int | None = -1) -> bytes:
        """Returns the next `size` bytes, or the whole rest; as a file does."""
        parts = [self._rest]
        self._rest = b""
        wanted = -1 if size is None or size < 0 else size
        got = len(parts[0])
        while wanted < 0 or got < wanted:
            piece = self._pull()
            if not piece:
                break
            parts.append(piece)
            got += len(piece)
        data = b"".join(parts)
        if 0 <= wanted < got:
            data, self._rest = data[:wanted], data[wanted:]
        return data

    def text(self) -> str:
        """Returns all of it as a `str`; `render_string` does so at once."""
        if self._begun or self._handle is None:
            why = self._gone or "was read already; keep what text() returns"
            raise ValueError(f"this page {why}")
        return self.read().decode()

    def __html__(self) -> str:
        """Within another page it is HTML, not to be escaped again."""
        return self.text()

    def close(self) -> None:
        """Ends it; what was not read is not rendered."""
        if self._handle is not None:
            self._drop("is closed")

    def _drop(self, why: str) -> None:
        handle, self._handle, self._gone, self._rest = self._handle, None, why, b""
        leave = getattr(handle, "__exit__", None)
        if leave is not None:
            leave(None, None, None)

    def _untouched(self) -> bool:
        """Tells whether all of it is still in the host."""
        return self._handle is not None and not self._begun

    def _hand_over(self) -> Any:
        """Returns the host's page, which is the host's from now on; None if it was begun or closed."""
        if not self._untouched():
            return None
        handle, self._handle = self._handle, None
        self._gone = "was sent already"
        return handle

    def __repr__(self) -> str:
        return f"<page: {self.content_type}>"
