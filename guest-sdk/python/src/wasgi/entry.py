"""The module that the build turns into a component: exports, and the build itself.

The runtime looks for a class named like the exported interface, or resource of one. Everything else
happens in `wasgi._build`, on import, and becomes part of the snapshot.
"""

from wasgi import _build
from wasgi._models import Models
from wasgi.adapter import Application, Chunks

__all__ = ["Application", "Chunks", "Models"]

_build.run()
