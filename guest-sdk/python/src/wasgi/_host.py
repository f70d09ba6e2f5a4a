"""The component's imports, and when they may be called.

While a project is built there is no host: a call to an import would trap and
take the build down without a traceback. So every call goes through `imports()`,
which raises an ordinary exception then. Natively, in a project's own tests,
there is no host either; a fake can be put in place with `use()`.
"""

from __future__ import annotations

from typing import Any, Callable

try:
    from componentize_py_types import Err
    from wit_world.imports import config as _config
    from wit_world.imports import crypto as _crypto
    from wit_world.imports import orm as _orm
    from wit_world.imports import templates as _templates
except ImportError:  # outside a component: tests, editors, the project under gunicorn
    _config = _crypto = _orm = _templates = None

    class Err(Exception):  # type: ignore[no-redef]
        """A refusal by the host; `value` says why."""

        def __init__(self, value: Any = None) -> None:
            super().__init__(value)
            self.value = value


__all__ = ["Err", "HostNotAvailable", "give_up", "imports", "state", "unfinished", "use"]


class HostNotAvailable(RuntimeError):
    """The host was asked for something where there is none: in a build, or natively."""


class _State:
    """Whether a build is going on, and whether it asked for the host."""

    __slots__ = ("asked", "building")

    def __init__(self) -> None:
        self.building = False
        self.asked = False


state = _State()
_imports: dict[str, Any] = {
    "config": _config,
    "crypto": _crypto,
    "orm": _orm,
    "templates": _templates,
}

# What to call before the next request, of things that belong to one request alone:
# a transaction puts itself here, and takes itself away at its end.
unfinished: list[Callable[[], None]] = []


def imports(interface: str) -> Any:
    """Returns the host's functions of one interface, or raises `HostNotAvailable`."""
    if state.building:
        state.asked = True
        raise HostNotAvailable(
            f"wasgi.{interface} was used while the application is being built, "
            "where there is no host; the import is repeated when an instance starts"
        )
    functions = _imports[interface]
    if functions is None:
        raise HostNotAvailable(
            f"wasgi.{interface} is lent by the wasgi host, and this is plain Python; "
            "run the application with `runtime run`, or lend a fake with wasgi._host.use"
        )
    return functions


def use(interface: str, functions: Any) -> Any:
    """Lends `functions` as an interface of the host, and returns what it replaces."""
    previous = _imports[interface]
    _imports[interface] = functions
    return previous


def give_up() -> None:
    """Ends what the last request left unfinished."""
    while unfinished:
        unfinished.pop()()
