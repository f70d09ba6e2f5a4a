"""Settings and secrets that the operator granted to this application.

>>> from wasgi import config
>>> config.get("greeting", "Hello")      # doctest: +SKIP
>>> config.secret("api-key").reveal()    # doctest: +SKIP
"""

from __future__ import annotations

from typing import Any, overload

from wasgi._host import imports

__all__ = ["Secret", "all", "get", "secret"]


class Secret:
    """A secret. Only `reveal()` gives its value: printing or logging it does not."""

    __slots__ = ("_handle", "name")

    def __init__(self, name: str, handle: Any) -> None:
        self.name = name
        self._handle = handle

    def reveal(self) -> str:
        """Returns the value."""
        return self._handle.reveal()

    def __repr__(self) -> str:
        return f"<Secret {self.name!r}>"


@overload
def get(name: str) -> str | None: ...
@overload
def get(name: str, default: str) -> str: ...
def get(name: str, default: str | None = None) -> str | None:
    """Returns a setting, or `default` where the operator granted none of that name."""
    value = imports("config").get(name)
    return default if value is None else value


def all() -> dict[str, str]:
    """Returns every granted setting, sorted by name. Secrets are not among them."""
    return dict(imports("config").all())


def secret(name: str) -> Secret | None:
    """Returns a secret, or None where the operator granted none of that name."""
    handle = imports("config").get_secret(name)
    return None if handle is None else Secret(name, handle)
