"""Templates: Tera 2 (https://keats.github.io/tera/), rendered by the host.

They are files in the project's folder `templates`. A page is rendered outside of the
application, as the client takes it, and queries go into it without passing through
the application::

    from wasgi import render_template

    @app.get("/")
    def index():
        return render_template("index.html", posts=Post.objects.order_by("-created")[:20])

In a view of Flask that is a response, with `.headers` and `.set_cookie()`; anywhere
else it is a WSGI iterable, with `.content_type` for the header. What Flask's function
of this name does, this does; but templates see only what they are given, and call no
Python. Instead of `request` or `get_flashed_messages` in a template, pass what it shows.

A context may have:

- texts, numbers, booleans, None, bytes, lists, tuples, dicts, and any iterable
- datetimes, dates, times, decimals and UUIDs: as texts, datetimes in UTC
  (`2026-01-31T12:00:00Z`), for the filter `date`
- queries of `wasgi.orm`, not asked yet: with what `select_related` and
  `prefetch_related` say; `.values()` as dicts, `.values_list("name", flat=True)` as a list
- of a query only a part: `first(query)`, `value(query)`, `count(query)`,
  `exists(query)`, `page(query, number)`; and `sql("SELECT ...")`
- rows that were read, as dicts of their fields and of the relations that were loaded;
  neither methods nor properties, which are Python
- objects with `__html__`, such as `markupsafe.Markup`: safe as they are
- dataclasses, named tuples, enums (their values), translated texts

Within `orm.atomic()` queries are part of the transaction. Errors of a query are the
ORM's; all others are a `TemplateError`, which as text says template, line and column.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any, NoReturn

from wasgi._host import Err, imports
from wasgi._page import Page
from wasgi.templates._wit import wit
from wasgi.templates.errors import (
    BlockNotFound,
    InvalidContext,
    TemplateError,
    TemplateNotFound,
    TemplateQuota,
    TemplateRenderingError,
    TemplateSyntaxError,
    TemplateTimeout,
    of_host,
)
from wasgi.templates.lazy import count, exists, first, page, sql, value
from wasgi.templates.values import Walk, blame

__all__ = [
    "BlockNotFound",
    "InvalidContext",
    "Page",
    "TemplateError",
    "TemplateNotFound",
    "TemplateQuota",
    "TemplateRenderingError",
    "TemplateSyntaxError",
    "TemplateTimeout",
    "count",
    "exists",
    "first",
    "page",
    "render_block",
    "render_string",
    "render_template",
    "render_text",
    "sql",
    "value",
]

_HTML = "text/html; charset=utf-8"
_TEXT = "text/plain; charset=utf-8"
# Of other templates nothing is escaped, so nothing else must take them for HTML.
_CONTENT_TYPES = {
    "html": _HTML,
    "htm": _HTML,
    "xml": "application/xml; charset=utf-8",
    "svg": "image/svg+xml; charset=utf-8",
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
}
_modules = sys.modules


def render_template(name: str, /, **context: Any) -> Page:
    """Renders a template, by its path below the folder of templates.

    What is wrong at its beginning is raised here; the rest is rendered while it is sent.
    """
    handle = _rendered("render_page", wit.Source_Template(name), name, context)
    return _page(handle, _content_type(name))


def render_block(name: str, block: str, /, **context: Any) -> Page:
    """Renders a block of a template alone: the answer to a request for a part of a page."""
    handle = _rendered("render_page", wit.Source_Block((name, block)), name, context)
    return _page(handle, _content_type(name))


def render_text(source: str, /, **context: Any) -> Page:
    """Renders the text of a template, escaped as HTML; it may include and extend others.

    Text that users wrote is no template: pass it as a value.
    """
    handle = _rendered("render_page", wit.Source_Text(source), "", context)
    return _page(handle, _HTML)


def render_string(name: str, /, **context: Any) -> str:
    """Renders a template to a `str`: for mails, JSON and the like."""
    text: str = _rendered("render", wit.Source_Template(name), name, context)
    return text


def _content_type(name: str) -> str:
    return _CONTENT_TYPES.get(name[name.rfind(".") + 1 :], _TEXT)


def _page(handle: Any, content_type: str) -> Page:
    made = Page(handle, content_type)
    flask = _modules.get("flask")
    if flask is not None and flask.has_request_context():
        from wasgi.templates.flask import response

        answer: Page = response(made, flask)
        return answer
    return made


def _rendered(how: str, source: Any, name: str, context: dict[str, Any]) -> Any:
    """Has the host render."""
    walk = Walk()
    packed = walk.pack(context)
    render = getattr(imports("templates"), how)
    try:
        return render(source, packed, walk.queries)
    except Err as refusal:
        error = of_host(refusal.value, name)
    if isinstance(error, InvalidContext):
        if walk.thorough:
            _blame(error, context)
        # A set, a key that is no text, too deep: `marshal` takes what the host does not.
        packed = walk.pack_all(context)
        if walk.queries:
            from wasgi.templates.queries import hold_again

            hold_again(walk)
        try:
            return render(source, packed, walk.queries)
        except Err as refusal:
            error = of_host(refusal.value, name)
        if isinstance(error, InvalidContext):
            _blame(error, context)
    raise error


def _blame(error: InvalidContext, context: dict[str, Any]) -> NoReturn:
    raise InvalidContext(blame(context) + error.message, template=error.template)


def _prepare() -> None:
    """Imports, at the end of a build, what an instance would import at its first page."""
    if "wasgi.orm" in _modules:
        import_module("wasgi.templates.queries")
    if "flask" in _modules:
        from wasgi.templates.flask import prepare

        prepare()
