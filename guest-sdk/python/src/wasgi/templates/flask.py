"""A page that Flask takes for a response of its own.

What a view returns becomes a response, and Werkzeug would wrap the page's iterator in
two of its own, so that all of it passed through the application. So within a request
of Flask, a page *is* a response, of the class that the application has. After-request
functions, cookies and the session see nothing unusual, `get_data()` reads it, and
where nobody has, the page itself is what goes to the server.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from wasgi._page import Page

HTML = "text/html; charset=utf-8"
# What a class of responses changes that changes bodies as they go.
_BODY = ("get_app_iter", "iter_encoded")
_classes: dict[type, Any] = {}


def response(page: Page, flask: Any) -> Any:
    """Returns the page as a response of the application whose request is being answered."""
    base = flask.current_app.response_class
    made = _classes.get(base) or _remember(base)
    # For HTML the class may have a default of its own.
    kind = page.content_type
    return made(page, content_type=None if kind == HTML else kind)


def prepare() -> None:
    """Makes what nearly every application will need."""
    flask: Any = import_module("flask")

    _remember(flask.Response)


def _remember(base: Any) -> Any:
    made = _classes[base] = _page_class(base)
    return made


def _page_class(base: Any) -> Any:
    """Returns the class of responses that are pages."""
    response: Any = import_module("werkzeug.wrappers").Response

    class FlaskPage(base, Page):  # type: ignore[misc]
        """A rendered template, and the response whose body it is."""

        def __iter__(self) -> Any:
            return iter(self.iter_encoded())

        def __next__(self) -> bytes:
            piece: bytes = next(self.response)
            return piece

        def read(self, size: int | None = -1) -> bytes:
            """Returns the next `size` bytes, or the whole rest; as a file does."""
            data: bytes = self.response.read(size)
            return data

        def text(self) -> str:
            """Returns all of it as a `str`."""
            text: str = self.get_data(as_text=True)
            return text

    def get_app_iter(self: Any, environ: Any) -> Any:
        """Returns the page itself where it is whole and nothing is to be done after it.

        For HEAD, too: the server sends no body, but says its length.
        """
        page, status = self.response, self.status_code
        if type(page) is Page and page._untouched() and not self._on_close:
            if status >= 200 and status not in (204, 304):
                return page
        return base.get_app_iter(self, environ)

    if all(getattr(base, name) is getattr(response, name) for name in _BODY):
        FlaskPage.get_app_iter = get_app_iter
    return FlaskPage
