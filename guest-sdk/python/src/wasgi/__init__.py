"""What a Python application can ask of the wasgi host.

An application needs none of this to run: any WSGI callable does. What is here
is what CPython in a sandbox lacks and the host lends::

    from wasgi import config, crypto, dbapi, orm, render_template

    greeting = config.get("greeting", "Hello")
    stored = crypto.hash_password("correct horse")
    page = render_template("index.html", title=greeting)

Layout: `entry` is what the build turns into a component, `adapter` is PEP 3333,
`streams` are its files, `config` and `crypto` are the capabilities,
`orm` is the database with models and queries, `dbapi` the same with SQL of one's
own, `templates` renders pages; these three are imported only by who uses them.
`_page` is what the adapter knows of templates, `_models` tells the host the models.
`_host` is the only module that knows the component's imports, `_build` and
`_wake` are the two ends of the snapshot.
"""

from typing import TYPE_CHECKING, Any

from wasgi import config, crypto
from wasgi._host import HostNotAvailable

if TYPE_CHECKING:
    from wasgi.templates import render_block, render_string, render_template, render_text

_OF_TEMPLATES = ("render_block", "render_string", "render_template", "render_text")

__all__ = [
    "HostNotAvailable",
    "config",
    "crypto",
    "render_block",
    "render_string",
    "render_template",
    "render_text",
]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name in _OF_TEMPLATES:
        from wasgi import templates

        return getattr(templates, name)
    raise AttributeError(f"module 'wasgi' has no attribute {name!r}")
