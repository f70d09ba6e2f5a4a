"""`Connection`: when a transaction begins and ends, by methods and by SQL."""

from __future__ import annotations

import re
from typing import Any, Iterable, Sequence

from wasgi._host import Err
from wasgi.dbapi.cursor import READS, Cursor
from wasgi.orm import transaction
from wasgi.orm.errors import (
    DatabaseError,
    DataError,
    Error,
    IntegrityError,
    InterfaceError,
    InternalError,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
    Warning,
    refuse,
)

_CHANGES = re.compile(r"\b(?:INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)
_SAVEPOINT = re.compile(
    r"(?:SAVEPOINT|RELEASE(?:\s+SAVEPOINT)?|ROLLBACK(?:\s+TRANSACTION)?\s+TO(?:\s+SAVEPOINT)?)"
    r"\s+(\"(?:[^\"]|\"\")+\"|\w+)\s*;?\s*$",
    re.IGNORECASE,
)


class Connection:
    """A connection: PEP 249's, with the optional extensions of the errors and iteration."""

    Warning, Error, InterfaceError, DatabaseError = Warning, Error, InterfaceError, DatabaseError
    DataError, OperationalError, IntegrityError = DataError, OperationalError, IntegrityError
    InternalError, ProgrammingError = InternalError, ProgrammingError
    NotSupportedError = NotSupportedError

    def __init__(self, autocommit: bool) -> None:
        self._closed = False
        self._autocommit = autocommit
        # Savepoints that were begun by SQL: name, handle and transaction, the outermost first.
        self._begun: list[tuple[str, Any, Any]] = []

    # ---- Transactions -------------------------------------------------------

    @property
    def autocommit(self) -> bool:
        """Whether every statement is permanent at once."""
        return self._autocommit

    @autocommit.setter
    def autocommit(self, value: bool) -> None:
        if value and not self._autocommit:
            self.commit()
        self._autocommit = value

    @property
    def in_transaction(self) -> bool:
        """Whether there is a transaction under way, this connection's or an `atomic()`."""
        return transaction.state.handle is not None

    @property
    def _savepoints(self) -> list[tuple[str, Any, Any]]:
        """The savepoints of the transaction under way; those of ended ones are forgotten."""
        if self._begun and self._begun[-1][2] is not transaction.state.handle:
            self._begun.clear()
        return self._begun

    def _owns(self) -> bool:
        return transaction.state.handle is not None and transaction.state.owner is self

    def _not_within_atomic(self, what: str) -> None:
        if transaction.state.handle is not None and transaction.state.owner is not self:
            raise ProgrammingError(
                f"{what} within another's transaction: the atomic() block (or connection) that began "
                "it ends it"
            )
        if transaction.state.depth > len(self._savepoints):
            raise ProgrammingError(f"{what} within orm.atomic(): leave the block first")

    def commit(self) -> None:
        """Makes what was done permanent. Without a transaction, does nothing."""
        self.must_be_open("commit()")
        self._not_within_atomic("commit()")
        if self._owns():
            self._savepoints.clear()
            transaction.commit()

    def rollback(self) -> None:
        """Takes back what was done. Without a transaction, does nothing."""
        self.must_be_open("rollback()")
        self._not_within_atomic("rollback()")
        if self._owns():
            self._savepoints.clear()
            transaction.rollback()

    def control(self, word: str, sql: str) -> None:
        """Does what BEGIN and its like say."""
        named = _SAVEPOINT.match(sql)
        if named is not None:
            name = named.group(1).strip('"').lower()
            if word == "SAVEPOINT":
                self._begin_savepoint(name)
            else:
                self._end_savepoint(name, release=word == "RELEASE")
        elif word == "BEGIN":
            if transaction.state.handle is not None:
                raise OperationalError("cannot start a transaction within a transaction")
            self._begin()
        elif word in ("COMMIT", "END"):
            self.commit()
        elif word == "ROLLBACK":
            self.rollback()
        else:
            raise ProgrammingError(f"not understood: {sql.strip()}")

    def _begin(self) -> None:
        self._savepoints.clear()
        transaction.begin(self)

    def _begin_savepoint(self, name: str) -> None:
        if transaction.state.handle is None:
            self._begin()
        try:
            handle = transaction.state.handle.savepoint()
        except Err as refusal:
            refuse(refusal)
        transaction.state.depth += 1
        self._savepoints.append((name, handle, transaction.state.handle))

    def _end_savepoint(self, name: str, *, release: bool) -> None:
        places = [at for at, (known, *_) in enumerate(self._savepoints) if known == name]
        if not places or transaction.state.handle is None:
            raise OperationalError(f"no such savepoint: {name}")
        last = self._savepoints[places[-1] :]
        del self._savepoints[places[-1] :]
        transaction.state.depth -= len(last)
        try:
            # From the innermost out: each is over before what is around it.
            for _, handle, _ in reversed(last):
                handle.release() if release else handle.rollback()
        except Err as refusal:
            refuse(refusal)
        if not release:
            # SQL's ROLLBACK TO leaves the savepoint open.
            self._begin_savepoint(name)

    # ---- The rest -----------------------------------------------------------

    def must_be_open(self, what: str) -> None:
        if self._closed:
            raise ProgrammingError(f"{what} of a closed connection")

    def before(self, word: str, sql: str) -> None:
        """Begins a transaction where a statement needs one."""
        if self._autocommit or transaction.state.handle is not None or word in READS:
            return
        if word == "WITH" and not _CHANGES.search(sql):
            return
        self._begin()

    def cursor(self) -> Cursor:
        """Returns a cursor."""
        self.must_be_open("cursor()")
        return Cursor(self)

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Cursor:
        """Makes a cursor, and runs a statement with it; as `sqlite3` has it."""
        return self.cursor().execute(sql, parameters)

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> Cursor:
        """Makes a cursor, and runs a statement for each row with it."""
        return self.cursor().executemany(sql, rows)

    def close(self) -> None:
        """Closes the connection; what was not committed is taken back."""
        if self._owns():
            self._savepoints.clear()
            transaction.abandon()
        self._closed = True

    def __enter__(self) -> Connection:
        self.must_be_open("with")
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        """Commits, or takes back where an exception leaves the block; as `sqlite3` does."""
        if self._owns():
            if kind is None:
                self.commit()
            else:
                transaction.abandon()
