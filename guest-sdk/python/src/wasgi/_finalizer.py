"""A cheap finalizer for the handles that the runtime makes for every request.

componentize-py's runtime ties each handle of the host to its Python object with
`weakref.finalize`, which it looks up when the build's module has been imported.
That class keeps a registry for what must happen at exit; an instance has no
exit, and the registry costs six microseconds a handle. So the runtime is given
this one in its place, and everybody else gets the original back.
"""

from __future__ import annotations

import weakref
from typing import Any, Callable


class Finalizer:
    """Calls a function when it dies, and it dies with the object whose attribute it is."""

    __slots__ = ("_arguments", "_function")

    def __init__(self, owner: Any, function: Callable[..., object], *arguments: Any) -> None:
        self._function: Callable[..., object] | None = function
        self._arguments = arguments

    def detach(self) -> tuple[None, Callable[..., object], tuple[Any, ...], dict[str, Any]] | None:
        """Lets the handle live; returns what `weakref.finalize.detach` does, without the object."""
        function, self._function = self._function, None
        return None if function is None else (None, function, self._arguments, {})

    def __del__(self) -> None:
        if self._function is not None:
            self._function(*self._arguments)


_original: Any = weakref.finalize


def install() -> None:
    """Puts this class where the runtime will look, at the end of a build."""
    weakref.finalize = Finalizer  # type: ignore[misc, assignment]


def restore() -> None:
    """Puts the standard library's class back, before any code of the application runs."""
    weakref.finalize = _original  # type: ignore[misc]
