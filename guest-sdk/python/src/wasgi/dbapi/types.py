"""PEP 249's type objects and constructors."""

from __future__ import annotations

import datetime
import time
from typing import Any, Callable


class _Type:
    """Equal to the names of types in `Cursor.description`; the host names none."""

    def __init__(self, *names: str) -> None:
        self._names = names

    def __eq__(self, other: object) -> bool:
        return other in self._names

    def __hash__(self) -> int:
        return hash(self._names)


STRING, BINARY = _Type("TEXT"), _Type("BLOB")
NUMBER, DATETIME = _Type("INTEGER", "REAL"), _Type("TIMESTAMP", "DATE")
ROWID = _Type("INTEGER")

Date = datetime.date
Time = datetime.time
Binary: Callable[[Any], bytes] = bytes


def Timestamp(
    year: int, month: int, day: int, hour: int, minute: int, second: int
) -> datetime.datetime:
    """Returns a moment; in UTC, as the database has them."""
    return datetime.datetime(year, month, day, hour, minute, second, tzinfo=datetime.timezone.utc)


def DateFromTicks(ticks: float) -> datetime.date:
    """Returns the day of a time in seconds since the epoch."""
    return datetime.date(*time.gmtime(ticks)[:3])


def TimeFromTicks(ticks: float) -> datetime.time:
    """Returns the time of day of a time in seconds since the epoch."""
    return datetime.time(*time.gmtime(ticks)[3:6])


def TimestampFromTicks(ticks: float) -> datetime.datetime:
    """Returns the moment of a time in seconds since the epoch."""
    return datetime.datetime.fromtimestamp(ticks, datetime.timezone.utc)
