"""From a context to the bytes that the host takes (`wit/templates.wit`).

Plain values go as `marshal` writes them, with nothing done for each. Only what is
none is converted: first of the values at the top, which mostly are all there is, and
those inside of lists and dicts only where `marshal` has refused something.

# Invariants

- A frozenset is a mark in these bytes (safe text, rows of a query). One of the
  application's own never gets there: marks are counted, and where the bytes have
  another number than were made, everything is converted.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date, datetime, time, timezone
from decimal import Decimal
from enum import Enum
from marshal import dumps
from typing import Any, Callable
from uuid import UUID

from wasgi.templates.lazy import Lazy

PLAIN = frozenset((str, int, float, bool, bytes, type(None)))
_NESTED = frozenset((dict, list, tuple))
# How a frozenset of one member begins.
_MARK = b">\x01\x00\x00\x00"
DEEPEST = 64
# Types whose conversion is remembered; more can only be made by a program that makes types.
_REMEMBERED = 512


class Unfit(Exception):
    """A value that cannot be given to a template; `parts` is the way to it, last part first."""

    def __init__(self, why: str, kind: type[Exception] = TypeError) -> None:
        super().__init__(why)
        self.kind = kind
        self.parts: list[str] = []
        # The containers on the way.
        self.holders: list[int] = []

    def through(self, holder: Any, part: str) -> None:
        """Adds a step of the way."""
        self.parts.append(part)
        self.holders.append(id(holder))

    def told(self, name: str) -> Exception:
        """Returns the error for the application."""
        self.parts.append(f'context["{name}"]')
        if self.kind is RecursionError:
            around: set[int] = set()
            for at in range(len(self.holders) - 1, -1, -1):
                if self.holders[at] in around:
                    way = "".join(reversed(self.parts[at + 1 :]))
                    return ValueError(f"{way} contains itself")
                around.add(self.holders[at])
            way = "".join(reversed(self.parts[-6:]))
            return ValueError(f"{way}... is more than {DEEPEST} levels deep")
        return self.kind(f"{''.join(reversed(self.parts))} {self}")


class Walk:
    """One context being converted."""

    __slots__ = ("again", "around", "back", "done", "marks", "queries", "thorough")

    def __init__(self) -> None:
        # The rows of queries, as the host takes them, and what gets them once more.
        self.queries: list[Any] = []
        self.again: list[tuple[Any, bytes]] = []
        # Frozensets that were made.
        self.marks = 0
        # Rows of models around the one at hand, and the relation of the next that leads back.
        self.around: list[int] = []
        self.back = ""
        # Names of values that were converted already: in what they became are marks.
        self.done: list[str] = []
        self.thorough = False

    def pack(self, context: dict[str, Any]) -> bytes:
        """Returns the bytes of a context, whose values are replaced by what they become."""
        for name, value in context.items():
            kind = type(value)
            if kind not in PLAIN and kind not in _NESTED:
                try:
                    context[name] = self.convert(value, 1)
                except Unfit as error:
                    raise error.told(name) from None
                self.done.append(name)
        try:
            packed = dumps(context, 2)
            if packed.count(_MARK) == self.marks:
                return packed
        except ValueError:
            pass
        return self.pack_all(context)

    def pack_all(self, context: dict[str, Any]) -> bytes:
        """As `pack`, after it: converts what is inside of lists and dicts, too."""
        self.thorough = True
        for name, value in context.items():
            if type(value) in _NESTED and name not in self.done:
                try:
                    context[name] = self.convert(value, 1)
                except Unfit as error:
                    raise error.told(name) from None
        return dumps(context, 2)

    def convert(self, value: Any, depth: int) -> Any:
        """Returns what a value becomes; `depth` is how deep it lies."""
        kind = type(value)
        if kind in PLAIN:
            return value
        method = KNOWN.get(kind)
        if method is None:
            method = _find(kind)
            if len(KNOWN) < _REMEMBERED:
                KNOWN[kind] = method
        return method(self, value, depth)

    def mark(self, member: Any) -> frozenset[Any]:
        """Returns a mark."""
        self.marks += 1
        return frozenset((member,))

    def array(self, holder: Any, depth: int) -> list[Any]:
        """Converts the members of an iterable."""
        if depth >= DEEPEST:
            raise Unfit("", RecursionError)
        made: list[Any] = []
        add, convert, depth = made.append, self.convert, depth + 1
        try:
            for item in holder:
                add(item if type(item) in PLAIN else convert(item, depth))
        except Unfit as error:
            error.through(holder, f"[{len(made)}]")
            raise
        return made

    def mapping(self, holder: Any, depth: int, items: Any = None) -> dict[str, Any]:
        """Converts the values of a mapping."""
        if depth >= DEEPEST:
            raise Unfit("", RecursionError)
        made: dict[str, Any] = {}
        key: Any = None
        depth += 1
        try:
            for key, item in holder.items() if items is None else items:
                if type(key) is not str:
                    key = self._key(key, depth)
                made[key] = item if type(item) in PLAIN else self.convert(item, depth)
        except Unfit as error:
            error.through(holder, f'["{key}"]')
            raise
        return made

    def _key(self, key: Any, depth: int) -> str:
        text = self.convert(key, depth)
        if type(text) is str:
            return text
        if type(text) is int:
            return str(text)
        raise Unfit(f"is at a key of the type {type(key).__name__}; keys of dicts are texts")

    def attributes(self, holder: Any, depth: int, names: Any) -> dict[str, Any]:
        """Converts attributes of an object."""
        if depth >= DEEPEST:
            raise Unfit("", RecursionError)
        made: dict[str, Any] = {}
        name = ""
        try:
            for name in names:
                made[name] = self.convert(getattr(holder, name), depth + 1)
        except Unfit as error:
            error.through(holder, f".{name}")
            raise
        return made


Method = Callable[[Walk, Any, int], Any]


def _moment(walk: Walk, value: Any, depth: int) -> str:
    """RFC 3339 in UTC, as the database's timestamps are shown; without a zone, as it is."""
    zone = value.tzinfo
    if zone is not None:
        if zone is not timezone.utc:
            value = value.astimezone(timezone.utc)
        value = value.replace(tzinfo=None)
    text: str = value.isoformat()
    if value.microsecond:
        text = text.rstrip("0")
    return text if zone is None else text + "Z"


def _decimal(walk: Walk, value: Any, depth: int) -> str:
    return format(value, "f") if value.is_finite() else str(value)


def _html(walk: Walk, value: Any, depth: int) -> Any:
    # `str(markup)` is markup again, and `marshal` takes texts that are exactly that.
    return walk.mark(str.__str__(value.__html__()))


def _dataclass(walk: Walk, value: Any, depth: int) -> Any:
    return walk.attributes(value, depth, value.__dataclass_fields__)


def _lazy(walk: Walk, value: Any, depth: int) -> Any:
    from wasgi.templates import queries

    return queries.lazy(walk, value, depth)


def _with_keys(walk: Walk, value: Any, depth: int) -> Any:
    return walk.mapping(value, depth, ((key, value[key]) for key in value.keys()))


KNOWN: dict[type, Method] = {
    dict: Walk.mapping,
    list: lambda walk, value, depth: walk.array(value, depth),
    datetime: _moment,
    date: lambda walk, value, depth: value.isoformat(),
    Decimal: _decimal,
    UUID: lambda walk, value, depth: str(value),
    Lazy: _lazy,
}
KNOWN[tuple] = KNOWN[set] = KNOWN[frozenset] = KNOWN[list]
KNOWN[time] = KNOWN[date]
# Of subclasses: the first that fits. A datetime is a date, too.
_BASES: tuple[tuple[Any, Method], ...] = (
    (str, lambda walk, value, depth: str.__str__(value)),
    (int, lambda walk, value, depth: int.__int__(value)),
    (float, lambda walk, value, depth: float.__float__(value)),
    ((bytes, bytearray, memoryview), lambda walk, value, depth: bytes(value)),
    (datetime, _moment),
    ((date, time), KNOWN[date]),
    (Decimal, _decimal),
    (UUID, KNOWN[UUID]),
)
# Texts that are translated when they are shown: of Flask-Babel, Django, Babel and WTForms.
_LAZY_TEXTS = frozenset(("LazyString", "Promise", "LazyProxy"))


def _find(kind: type) -> Method:
    """Returns how values of a type are converted."""
    if issubclass(kind, type):
        return _unfit
    if issubclass(kind, Enum):
        return lambda walk, value, depth: walk.convert(value.value, depth)
    if kind.__name__ == "LocalProxy":
        return lambda walk, value, depth: walk.convert(value._get_current_object(), depth)
    if any(base.__name__ in _LAZY_TEXTS for base in kind.__mro__):
        return lambda walk, value, depth: walk.convert(str(value), depth)
    if hasattr(kind, "__html__"):
        return _html
    for bases, method in _BASES:
        if issubclass(kind, bases):
            return method
    if "wasgi.orm" in sys.modules:
        from wasgi.templates import queries

        found = queries.find(kind)
        if found is not None:
            return found
    if hasattr(kind, "__dataclass_fields__"):
        return _dataclass
    if hasattr(kind, "_asdict"):
        return lambda walk, value, depth: walk.mapping(value, depth, value._asdict().items())
    if issubclass(kind, Mapping):
        return Walk.mapping
    if hasattr(kind, "keys") and hasattr(kind, "__getitem__"):
        return _with_keys
    if hasattr(kind, "__iter__"):
        return KNOWN[list]
    return _unfit


def _unfit(walk: Walk, value: Any, depth: int) -> Any:
    kind = type(value)
    module = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
    what = f"is a {module}{kind.__qualname__}"
    if isinstance(value, type) or callable(value):
        raise Unfit(f"{what}, and templates call no Python; pass what it returns")
    raise Unfit(
        f"{what}, which no template can show; pass what is needed of it (texts, numbers, dicts, "
        "lists, dates, rows or queries of wasgi.orm), or make it a dataclass"
    )


def blame(context: dict[str, Any]) -> str:
    """Returns where a text is that is no Unicode, as the beginning of a sentence; or nothing."""
    waiting: list[tuple[str, Any]] = [(f'context["{name}"]', one) for name, one in context.items()]
    while waiting:
        way, value = waiting.pop()
        if isinstance(value, str):
            try:
                value.encode()
            except UnicodeEncodeError:
                return f"{way} is {value[:40]!r}: "
        elif isinstance(value, dict):
            waiting += [(f'{way}["{key}"]', one) for key, one in value.items()]
            waiting += [(f"the key {key!r} of {way}", key) for key in value]
        elif isinstance(value, (list, tuple)):
            waiting += [(f"{way}[{at}]", one) for at, one in enumerate(value)]
        elif isinstance(value, frozenset):
            waiting += [(way, one) for one in value]
    return ""
