"""`atomic()`: all or nothing.

The host has one transaction at a time for an instance. What it is, is here; the
ORM and `wasgi.dbapi` share it. One that a request left open (a generator that
was never finished, an instance that was out of time) is taken back when the next
request begins.
"""

from __future__ import annotations

import functools
from typing import Any, Callable, TypeVar, overload

from wasgi import _host
from wasgi._host import Err, imports
from wasgi.orm.errors import Misuse, refuse

C = TypeVar("C", bound=Callable[..., Any])


class _State:
    """The transaction under way."""

    __slots__ = ("asked", "depth", "handle", "hooks", "owner")

    def __init__(self) -> None:
        self.handle: Any = None
        # How many savepoints there are around.
        self.depth = 0
        # Who began it: an `atomic`, or a connection of `wasgi.dbapi`.
        self.owner: Any = None
        # What to call after the commit.
        self.hooks: list[Callable[[], Any]] = []
        # Statements that were run; `count_queries` looks at it.
        self.asked = 0


state = _State()


def begin(owner: Any, *, read: bool = False) -> None:
    """Begins a transaction."""
    host = imports("orm")
    kind = host.TransactionKind.READ if read else host.TransactionKind.WRITE
    try:
        state.handle = host.begin(kind)
    except Err as refusal:
        refuse(refusal)
    state.owner, state.depth = owner, 0
    state.hooks.clear()
    _host.unfinished.append(abandon)


def _over() -> Any:
    handle, state.handle = state.handle, None
    state.owner, state.depth = None, 0
    if abandon in _host.unfinished:
        _host.unfinished.remove(abandon)
    return handle


def commit() -> None:
    """Makes everything permanent."""
    hooks, state.hooks = state.hooks, []
    handle = _over()
    try:
        handle.commit()
    except Err as refusal:
        refuse(refusal)
    finally:
        _drop(handle)
    for hook in hooks:
        hook()


def rollback() -> None:
    """Takes everything back."""
    state.hooks.clear()
    handle = _over()
    try:
        handle.rollback()
    except Err as refusal:
        refuse(refusal)
    finally:
        _drop(handle)


def abandon() -> None:
    """Ends what a request left open. The host may have done so already, so errors are no news."""
    if state.handle is None:
        return
    state.hooks.clear()
    handle = _over()
    try:
        handle.rollback()
    except Exception:
        pass
    _drop(handle)


def _drop(handle: Any) -> None:
    """Gives a handle back to the host now, not when it is collected."""
    leave = getattr(handle, "__exit__", None)
    if leave is not None:
        try:
            leave(None, None, None)
        except Exception:
            pass


class Atomic:
    """See `atomic`."""

    def __init__(self, read: bool = False) -> None:
        self._read = read
        # For each level this object is entered at: the transaction, the savepoint in it
        # (None for the whole), and how many hooks there were.
        self._entered: list[tuple[Any, Any, int]] = []

    def __enter__(self) -> None:
        if state.handle is None:
            begin(self, read=self._read)
            self._entered.append((state.handle, None, 0))
            return
        try:
            savepoint = state.handle.savepoint()
        except Err as refusal:
            refuse(refusal)
        state.depth += 1
        self._entered.append((state.handle, savepoint, len(state.hooks)))

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        handle, savepoint, hooks = self._entered.pop()
        if state.handle is not handle:
            # Ended from outside, for instance with its request; what is under way now,
            # if anything, is another's.
            if kind is None:
                raise Misuse("the transaction of this atomic() is over; a rollback ended it")
            return
        if savepoint is None:
            if kind is None:
                commit()
            else:
                _quietly(rollback)
            return
        state.depth -= 1
        try:
            if kind is None:
                savepoint.release()
            else:
                del state.hooks[hooks:]
                savepoint.rollback()
        except Err as refusal:
            # The error that ends the block is told, not the one that follows from it.
            if kind is None:
                refuse(refusal)
        finally:
            _drop(savepoint)

    def __call__(self, function: C) -> C:
        """As a decorator."""

        @functools.wraps(function)
        def run(*args: Any, **kwargs: Any) -> Any:
            with Atomic(self._read):
                return function(*args, **kwargs)

        return run  # type: ignore[return-value]


def _quietly(action: Callable[[], None]) -> None:
    try:
        action()
    except Exception:
        pass


@overload
def atomic(function: C) -> C: ...
@overload
def atomic(*, read: bool = False) -> Atomic: ...
def atomic(function: Any = None, *, read: bool = False) -> Any:
    """Makes all that is done within it happen, or nothing: a `with` block, or a decorator.

    An exception that leaves the block takes everything back, and goes on. Blocks
    may be nested: an inner one that fails takes back its own part alone. While a
    block that writes is open no other request writes, so keep it short. With `read`,
    all queries within see the same state of the database, and nothing is written. ::

        with orm.atomic():
            account.balance -= 5
            account.save()
            Transfer.objects.create(account=account, amount=5)
    """
    if callable(function):
        return Atomic(read)(function)
    return Atomic(read)


def on_commit(hook: Callable[[], Any]) -> None:
    """Calls a function once the transaction under way is committed; at once if there is none."""
    if state.handle is None:
        hook()
    else:
        state.hooks.append(hook)


class QueryCount:
    """How many statements were run in a `count_queries` block."""

    def __init__(self) -> None:
        self._start, self._end = state.asked, -1

    @property
    def value(self) -> int:
        """So many."""
        return (state.asked if self._end < 0 else self._end) - self._start

    def __enter__(self) -> QueryCount:
        self._start = state.asked
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._end = state.asked


def count_queries() -> QueryCount:
    """Counts statements, for tests: `with orm.count_queries() as queries: ...; queries.value`."""
    return QueryCount()
