"""Column types: how a Python value is stored, and made again from what is stored.

`code` is the expression that makes the value again, with `{0}` for the stored
one; `build` compiles it into the loop over rows, where a call per value would
cost more than everything else.
"""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Callable, Union, get_args, get_origin
from uuid import UUID

UTC = timezone.utc
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

if TYPE_CHECKING:
    Json = Any
else:

    class Json:
        """The annotation of a JSON column that may hold anything."""


class Now:
    """The type of `now`."""

    def __repr__(self) -> str:
        return "orm.now"


now = Now()
"""As a field's default: the time of the insertion. In a query use `orm.Now()`."""


class Kind:
    """A column type."""

    __slots__ = ("code", "from_db", "name", "to_db")

    def __init__(self, name: str, to_db: Callable[[Any], Any] | None, code: str | None) -> None:
        self.name = name
        # None: the value goes as it is.
        self.to_db = to_db
        self.code = code
        self.from_db: Callable[[Any], Any] | None = None
        if code is not None:
            safe = f"lambda v: None if v is None else {code.format('v')}"
            self.from_db = eval(safe, NAMES)  # of the literals below, nothing else

    def __repr__(self) -> str:
        return self.name


def timestamp_to_db(value: Any) -> int:
    """Returns microseconds since the epoch."""
    if not isinstance(value, datetime):
        raise TypeError(f"a timestamp is a datetime, not {type(value).__name__}: {value!r}")
    if value.tzinfo is None:
        raise ValueError(
            f"{value!r} has no time zone; use datetime.now(timezone.utc), "
            "or value.replace(tzinfo=timezone.utc) if it is UTC"
        )
    return (value - _EPOCH) // _MICROSECOND


def _date_to_db(value: Any) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def _decimal_to_db(value: Any) -> str:
    number = value if isinstance(value, Decimal) else Decimal(str(value))
    if not number.is_finite():
        raise ValueError(f"a decimal column holds no {value}")
    return format(number, "f")


def _uuid_to_db(value: Any) -> bytes:
    return (value if isinstance(value, UUID) else UUID(str(value))).bytes


def _json_to_db(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


NAMES: dict[str, Any] = {
    "EPOCH": _EPOCH,
    # The product is made of one integer; `timedelta(0, 0, n)` costs twice as much.
    "MICROSECOND": _MICROSECOND,
    "Decimal": Decimal,
    "UUID": UUID,
    "number": int.from_bytes,
    "day": date.fromisoformat,
    "loads": json.loads,
}

BOOLEAN = Kind("boolean", None, "{0} != 0")
INTEGER = Kind("integer", None, None)
REAL = Kind("real", None, None)
TEXT = Kind("text", None, None)
BLOB = Kind("blob", None, None)
DECIMAL = Kind("decimal", _decimal_to_db, "Decimal({0})")
UUID_ = Kind("uuid", _uuid_to_db, "UUID(int=number({0}, 'big'))")
TIMESTAMP = Kind("timestamp", timestamp_to_db, "EPOCH + MICROSECOND * {0}")
DATE = Kind("date", _date_to_db, "day({0})")
JSON = Kind("json", _json_to_db, "loads({0})")

_PYTHON: dict[Any, Kind] = {
    bool: BOOLEAN,
    int: INTEGER,
    float: REAL,
    str: TEXT,
    bytes: BLOB,
    Decimal: DECIMAL,
    UUID: UUID_,
    datetime: TIMESTAMP,
    date: DATE,
    Json: JSON,
    dict: JSON,
    list: JSON,
}

# Values that go into a query as a parameter without a further look.
PLAIN = frozenset((int, str, float, bytes, bool, datetime, date, Decimal, UUID))

_ADAPT: dict[type, Callable[[Any], Any]] = {
    Decimal: _decimal_to_db,
    UUID: _uuid_to_db,
    datetime: timestamp_to_db,
    date: _date_to_db,
    dict: _json_to_db,
    list: _json_to_db,
}
_AS_THEY_ARE = frozenset((int, str, float, bytes, bool, type(None)))


def adapt(value: Any) -> Any:
    """Returns a value as it is stored, by its own type: where no column says one."""
    if type(value) in _AS_THEY_ARE:
        return value
    convert = _ADAPT.get(type(value))
    return plain(value) if convert is None else convert(value)


def plain(value: Any) -> Any:
    """Returns a value of a subclass (an enum, markup) as what `marshal` takes."""
    value = getattr(value, "value", value) if hasattr(type(value), "__members__") else value
    bases: tuple[Any, ...] = (bool, int, float, str, bytes)
    for base in bases:
        if isinstance(value, base):
            return base(value) if base is not str else str.__str__(value)
    for known, convert in _ADAPT.items():
        if isinstance(value, known):
            return convert(value)
    if isinstance(value, (bytearray, memoryview)):
        return bytes(value)
    if value is None:
        return None
    raise TypeError(f"the database has no type for {type(value).__name__}: {value!r}")


def of_value(value: Any) -> Kind | None:
    """Returns the kind of a constant."""
    return _PYTHON.get(type(value))


def split_optional(annotation: Any) -> tuple[Any, bool]:
    """Takes `None` out of an annotation; tells whether it was there."""
    origin = get_origin(annotation)
    if origin is Union or type(annotation).__name__ == "UnionType":
        members = [member for member in get_args(annotation) if member is not type(None)]
        nullable = len(members) < len(get_args(annotation))
        return (members[0] if len(members) == 1 else Any), nullable
    return annotation, False


def of_annotation(annotation: Any) -> Kind | None:
    """Returns the kind of a column by its annotation, or None where it is no column's."""
    if annotation is Any:
        return JSON
    return _PYTHON.get(get_origin(annotation) or annotation)
