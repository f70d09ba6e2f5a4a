"""All that can go wrong, as one tree of exceptions.

The tree is PEP 249's, so that `wasgi.dbapi` raises the same classes; below its
classes stand those that name what happened::

    try:
        Author.objects.create(name="Ada")
    except orm.UniqueViolation as error:
        print(error.table, error.columns)       # author ['name']
"""

from __future__ import annotations

from typing import Any, NoReturn


class Error(Exception):
    """The root of everything here."""


class Warning(Exception):  # the name is PEP 249's
    """PEP 249's; the host gives no warnings."""


class InterfaceError(Error):
    """The database could not be asked."""


class DatabaseError(Error):
    """The database refused."""


class DataError(DatabaseError):
    """A value that does not fit."""


class OperationalError(DatabaseError):
    """Nothing is wrong with the statement; it may work another time."""


class IntegrityError(DatabaseError):
    """A write broke a constraint. What SQLite does not say is empty."""

    def __init__(self, message: str = "", constraint: Any = None) -> None:
        super().__init__(message)
        self.table: str = getattr(constraint, "table", "")
        self.columns: list[str] = list(getattr(constraint, "columns", ()))
        self.constraint: str = getattr(constraint, "name", "")


class InternalError(DatabaseError):
    """The database file is not what it should be."""


class ProgrammingError(DatabaseError):
    """The statement, or the order of calls, is wrong."""


class NotSupportedError(DatabaseError):
    """Something that cannot be done here."""


class UniqueViolation(IntegrityError):
    """Another row has the same value where it must be the only one."""


class ForeignKeyViolation(IntegrityError):
    """A row refers to one that is not there, or is referred to and cannot go."""


class NotNullViolation(IntegrityError):
    """A value is missing."""


class CheckViolation(IntegrityError):
    """A row does not meet a check; `constraint` is its name."""


class TypeMismatch(DataError):
    """A value has another type than its column."""


class Stale(DatabaseError):
    """The row was changed by somebody else since it was read, or is gone."""


class Busy(OperationalError):
    """The database is locked by somebody else, and stayed so."""


class Timeout(OperationalError):
    """The statement took longer than it may."""


class Quota(OperationalError):
    """The database, or a result, is larger than it may be."""


class Unavailable(OperationalError):
    """The file cannot be read or written: disk full, read-only, gone."""


class NoDatabase(InterfaceError):
    """The operator granted this application no database."""


class Denied(NotSupportedError):
    """The statement does what an application may not."""


class SqlSyntaxError(ProgrammingError):
    """SQL that SQLite does not take; `offset` counts bytes into the text, or is None."""

    def __init__(self, message: str = "", offset: int | None = None) -> None:
        super().__init__(message if offset is None else f"{message} (at byte {offset})")
        self.offset = offset


class UnknownTable(ProgrammingError):
    """There is no such table: are the models migrated?"""


class UnknownColumn(ProgrammingError):
    """There is no such column."""


class InvalidQuery(ProgrammingError):
    """A query, its parameters, or a model make no sense."""


class Misuse(ProgrammingError):
    """Called in an order that cannot work, such as a second write transaction."""


class Corrupt(InternalError):
    """The file is damaged."""


class NotLoaded(Error):
    """A relation or column was not fetched with its row, and nothing is fetched unasked.

    A loop over rows that fetched something for each of them would be a query per
    row, and nobody would see it. So the message names the cure: mostly
    `select_related` or `prefetch_related` on the query.
    """


class ObjectDoesNotExist(Error):
    """`get()` found no row. Each model has its own subclass, `Model.DoesNotExist`."""


class MultipleObjectsReturned(Error):
    """`get()` found more than one row. Each model has its own subclass."""


_TEXT = {
    "TypeMismatch": TypeMismatch,
    "Quota": Quota,
    "Denied": Denied,
    "Invalid": InvalidQuery,
    "Misuse": Misuse,
    "Corrupt": Corrupt,
    "Unavailable": Unavailable,
}
_CONSTRAINTS = {
    "Unique": (UniqueViolation, "already there"),
    "ForeignKey": (ForeignKeyViolation, "refers to a row that is not there, or is referred to"),
    "NotNull": (NotNullViolation, "must not be null"),
    "Check": (CheckViolation, "does not meet its check"),
}
_BARE: dict[str, tuple[type[Error], str]] = {
    "Stale": (Stale, "the row was changed by somebody else, or is gone"),
    "Busy": (Busy, "the database is locked by somebody else"),
    "Timeout": (Timeout, "the statement took longer than it may"),
    "NoDatabase": (NoDatabase, "the operator granted this application no database"),
}


def of_host(refusal: Any) -> Error:
    """Returns the exception for an `error` of `wit/orm.wit`."""
    case = type(refusal).__name__.rpartition("_")[2]
    value: Any = getattr(refusal, "value", None)
    if case in _TEXT:
        return _TEXT[case](str(value))
    if case in _BARE:
        kind, message = _BARE[case]
        return kind(message)
    if case in _CONSTRAINTS:
        violation, what = _CONSTRAINTS[case]
        place = ".".join(filter(None, (value.table, ", ".join(value.columns))))
        name = f" ({value.name})" if value.name else ""
        return violation(f"{place or 'a row'} {what}{name}", value)
    if case == "Syntax":
        return SqlSyntaxError(value.message, value.offset)
    if case == "UnknownTable":
        return UnknownTable(f"no such table: {value}; are the models migrated?")
    if case == "UnknownColumn":
        return UnknownColumn(f"no such column: {value}")
    return DatabaseError(str(refusal))


def refuse(refusal: Any) -> NoReturn:
    """Raises what the host refused, without the host's own exception behind it."""
    raise of_host(refusal.value) from None
