"""`Cursor`: runs statements, and holds their rows."""

from __future__ import annotations

import re
from marshal import loads
from typing import TYPE_CHECKING, Any, Iterable, Iterator, Sequence

from wasgi.orm import execute
from wasgi.orm.errors import InterfaceError, ProgrammingError
from wasgi.orm.kinds import adapt

if TYPE_CHECKING:
    from wasgi.dbapi.connection import Connection

Row = tuple[Any, ...]

_LEADING = re.compile(r"(?:\s+|--[^\n]*(?:\n|$)|/\*.*?\*/|;)+", re.DOTALL)
_WORD = re.compile(r"[A-Za-z]+")
READS = frozenset(("SELECT", "VALUES", "EXPLAIN", "PRAGMA"))
_CONTROL = frozenset(("BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE"))


def _first_word(sql: str) -> tuple[str, str]:
    """Returns the first word of a statement in capitals, and the statement from there on."""
    start = _LEADING.match(sql)
    rest = sql[start.end() :] if start else sql
    word = _WORD.match(rest)
    return (word.group().upper() if word else ""), rest


class Cursor:
    """A cursor: PEP 249's. All rows of a result are read at once."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.arraysize = 1
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.description: tuple[tuple[Any, ...], ...] | None = None
        self._rows: list[Row] | None = None
        self._at = 0
        self._closed = False

    def _ready(self, what: str) -> None:
        if self._closed:
            raise ProgrammingError(f"{what} of a closed cursor")
        self.connection.must_be_open(what)

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Cursor:
        """Runs one statement; parameters are `?`."""
        self._ready("execute()")
        self._forget()
        word, rest = _first_word(sql)
        if word in _CONTROL:
            self.connection.control(word, rest)
            return self
        given = _parameters(parameters)
        self.connection.before(word, rest)
        plan = execute.prepare_sql(sql)
        if plan.loads == ():
            plan.loads = plan.statement.columns() or None
        if plan.loads:
            table: list[Row] = loads(execute.ask(plan, execute.pack(given)).rows)
            self.description = tuple((name, *_NOTHING) for name in plan.loads)
            self._rows = table
            if word not in READS and word != "WITH":
                self.rowcount = len(table)
        else:
            outcome = execute.do(plan, execute.pack(given))
            self._done(word, outcome)
        return self

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> Cursor:
        """Runs one statement for each row of parameters, all or nothing."""
        self._ready("executemany()")
        self._forget()
        word, rest = _first_word(sql)
        if word in READS or word in _CONTROL:
            raise ProgrammingError("executemany() is for statements that change rows")
        given = [_parameters(row) for row in rows]
        self.connection.before(word, rest)
        outcome = execute.do_many(execute.prepare_sql(sql), given)
        self._done(word, outcome)
        return self

    def _forget(self) -> None:
        self._rows, self._at, self.description, self.rowcount = None, 0, None, -1

    def _done(self, word: str, outcome: Any) -> None:
        if word in ("INSERT", "UPDATE", "DELETE", "REPLACE", "WITH"):
            self.rowcount = outcome.changes
        if word in ("INSERT", "REPLACE"):
            self.lastrowid = outcome.last_insert_id

    def _fetched(self, count: int | None) -> list[Row]:
        self._ready("fetch")
        if self._rows is None:
            raise ProgrammingError("there is no result: execute a statement that has rows first")
        start = self._at
        end = len(self._rows) if count is None else min(start + count, len(self._rows))
        self._at = end
        return self._rows[start:end]

    def fetchone(self) -> Row | None:
        """Returns the next row, or None at the end."""
        rows = self._fetched(1)
        return rows[0] if rows else None

    def fetchmany(self, size: int | None = None) -> list[Row]:
        """Returns the next rows, `arraysize` of them if not said."""
        return self._fetched(self.arraysize if size is None else size)

    def fetchall(self) -> list[Row]:
        """Returns all rows that are left."""
        return self._fetched(None)

    def __iter__(self) -> Iterator[Row]:
        return self

    def __next__(self) -> Row:
        row = self.fetchone()
        if row is None:
            raise StopIteration
        return row

    def setinputsizes(self, sizes: Any) -> None:
        """PEP 249's; does nothing."""

    def setoutputsize(self, size: Any, column: Any = None) -> None:
        """PEP 249's; does nothing."""

    def close(self) -> None:
        """Closes the cursor."""
        self._closed = True
        self._rows = None

    def __enter__(self) -> Cursor:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()


_NOTHING = (None,) * 6


def _parameters(given: Any) -> tuple[Any, ...]:
    if isinstance(given, (dict, str, bytes)) or not hasattr(given, "__iter__"):
        raise ProgrammingError(
            f"parameters are a sequence, one value for each ?, not {type(given).__name__}"
        )
    try:
        return tuple(map(adapt, given))
    except (TypeError, ValueError) as error:
        raise InterfaceError(f"a parameter has no type of the database: {error}") from None
