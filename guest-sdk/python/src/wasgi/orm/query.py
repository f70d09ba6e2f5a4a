"""`QuerySet` and `Manager`: a query that has not been asked yet, and what asks it."""

from __future__ import annotations

from typing import Any, Iterable, Iterator, Sequence, TypeVar, overload

from wasgi.orm import chain, execute, shapes
from wasgi.orm.chain import Chain
from wasgi.orm.errors import InvalidQuery
from wasgi.orm.kinds import PLAIN
from wasgi.orm.page import Page

R = TypeVar("R")


class QuerySet(Chain[R]):
    """A query. It is asked when its rows are needed: by a loop, `list`, `len`, an
    index, or by the methods below that give something other than a query.

    >>> posts = Post.objects.filter(author__name="Ada").order_by("-created")    # doctest: +SKIP
    >>> for post in posts.select_related("author")[:10]:                        # doctest: +SKIP
    ...     print(post.title, post.author.name)
    """

    __slots__ = ()

    def __init__(self, model: Any) -> None:
        self._model = model
        self._ops = ()
        self._args = ()
        self._memo = None

    # ---- Rows ---------------------------------------------------------------

    def _rows(self) -> list[R]:
        rows: list[R] | None = self._memo
        if rows is None:
            rows = execute.rows(self._model, self._ops, self._args)
            self._memo = rows
        return rows

    def __iter__(self) -> Iterator[R]:
        return iter(self._rows())

    def __len__(self) -> int:
        return len(self._rows())

    def __bool__(self) -> bool:
        return bool(self._rows())

    def __contains__(self, row: object) -> bool:
        return row in self._rows()

    @overload
    def __getitem__(self, index: int) -> R: ...
    @overload
    def __getitem__(self, index: slice) -> QuerySet[R]: ...
    def __getitem__(self, index: int | slice) -> R | QuerySet[R]:
        if isinstance(index, slice):
            if index.step is not None:
                raise InvalidQuery("a query is sliced without a step")
            if self._memo is not None:
                part: QuerySet[R] = self.all()
                part._memo = self._memo[index]
                return part
            return self._slice(index.start, index.stop)
        if self._memo is None and not self._has("limit"):
            return self._slice(index, index + 1)._rows()[0]
        return self._rows()[index]

    def __repr__(self) -> str:
        if self._memo is None:
            return f"<query of {self._model.__name__}: not asked yet>"
        return f"<query of {self._model.__name__}: {self._memo[:20]!r}>"

    def iterator(self, chunk: int = 1000) -> Iterator[R]:
        """Gives rows as they come, a chunk in memory at a time; sees them as of now.

        Outside of any transaction, and without `prefetch_related`.
        """
        return execute.iterate(self._model, self._ops, self._args, chunk)

    def get(self, *conditions: Any, **lookups: Any) -> R:
        """Returns the one row that meets the conditions.

        Raises the model's `DoesNotExist` or `MultipleObjectsReturned`.
        """
        # The commonest query of all: one row by its key. Nothing is chained for it.
        if not self._ops and not conditions and len(lookups) == 1:
            for name, value in lookups.items():
                if type(value) in PLAIN and name[-8:] != "__isnull":
                    found: R = execute.one(self._model, name, value)
                    return found
        query = self.filter(*conditions, **lookups) if conditions or lookups else self
        rows = (query if query._has("limit") else query._slice(None, 2))._rows()
        if len(rows) == 1:
            return rows[0]
        execute.not_one(self._model, len(rows), lookups)

    def first(self) -> R | None:
        """Returns the first row, by the key if the query has no order; or None."""
        if self._memo is not None or self._has("limit"):
            rows = self._rows()
        else:
            rows = self._ordered()._slice(None, 1)._rows()
        return rows[0] if rows else None

    def last(self) -> R | None:
        """Returns the last row, by the key if the query has no order; or None."""
        rows = self._ordered().reverse()._slice(None, 1)._rows()
        return rows[0] if rows else None

    def _ordered(self) -> QuerySet[R]:
        if self._has("order") or self._model._meta.ordering or self._has("values"):
            return self
        return self.order_by("pk")

    def page(self, number: int, size: int = 20) -> Page[R]:
        """Returns page `number`, counted from 1. Deep pages are slow: see `after`."""
        number = max(number, 1)
        start = (number - 1) * size
        query = self._chain(("tie",)) if not self._has("values", "distinct") else self
        rows = query._slice(start, start + size + 1)._rows()
        return Page(self, rows[:size], number, size, len(rows) > size)

    # ---- Facts --------------------------------------------------------------

    def count(self) -> int:
        """Returns how many rows there are."""
        if self._memo is not None:
            return len(self._memo)
        query = self._without("order", "reverse", "related", "prefetch", "only", "tie")
        if self._has("limit"):
            query = self._without("related", "prefetch", "only")
        number: int = execute.scalar("count", query._model, query._ops, query._args)
        return number

    def exists(self) -> bool:
        """Tells whether there is any row."""
        if self._memo is not None:
            return bool(self._memo)
        if self._has("limit"):
            return self.count() > 0
        query = self._without("order", "reverse", "related", "prefetch", "only", "tie")
        return execute.scalar("exists", query._model, query._ops, query._args) is not None

    def aggregate(self, *unnamed: Any, **named: Any) -> dict[str, Any]:
        """Returns values over all rows: `aggregate(Sum("views"), best=Max("views"))`."""
        for one in unnamed:
            named[one.default_name] = one
        args: list[Any] = []
        shape = tuple((name, one._shape(args)) for name, one in named.items())
        query = self._without("related", "prefetch", "only")
        if not query._has("limit"):
            query = query._without("order", "reverse", "tie")
        answer: dict[str, Any] = execute.aggregate(
            query._model, query._ops, query._args, shape, tuple(args)
        )
        return answer

    # ---- Writes -------------------------------------------------------------

    def create(self, **values: Any) -> R:
        """Inserts a row, and returns it."""
        instance = self._model(**values)
        instance.save()
        made: R = instance
        return made

    def get_or_create(
        self, defaults: dict[str, Any] | None = None, **lookups: Any
    ) -> tuple[R, bool]:
        """Returns the row that has these values, or inserts it; and whether it did."""
        from wasgi.orm import write

        answer: tuple[R, bool] = write.get_or_create(self, lookups, defaults or {})
        return answer

    def update_or_create(
        self, defaults: dict[str, Any] | None = None, **lookups: Any
    ) -> tuple[R, bool]:
        """Gives the row that has these values others, or inserts it; and whether it did."""
        from wasgi.orm import write

        answer: tuple[R, bool] = write.update_or_create(self, lookups, defaults or {})
        return answer

    def upsert(self, *, unique: Sequence[str], **values: Any) -> R:
        """Inserts a row, or where one has the same `unique` values, updates that: one statement."""
        from wasgi.orm import write

        row: R = write.upsert(self._model, unique, values)
        return row

    def bulk_create(
        self,
        instances: Iterable[R],
        *,
        ignore_conflicts: bool = False,
        update_conflicts: bool = False,
        update_fields: Sequence[str] = (),
        unique_fields: Sequence[str] = (),
    ) -> list[R]:
        """Inserts many rows with one call; all of them or none."""
        from wasgi.orm import bulk

        conflict = bulk.conflict(ignore_conflicts, update_conflicts, update_fields, unique_fields)
        return bulk.create(self._model, list(instances), conflict)

    def bulk_update(self, instances: Iterable[R], fields: Sequence[str]) -> int:
        """Updates some fields of many rows with one call; returns how many rows there were."""
        from wasgi.orm import bulk

        return bulk.update(self._model, list(instances), fields)

    def update(self, **values: Any) -> int:
        """Changes all rows of the query; returns how many: `update(views=F("views") + 1)`."""
        args: list[Any] = []
        shape = tuple((name, shapes.operand(value, args)) for name, value in values.items())
        if not shape:
            return 0
        query = self._without("related", "prefetch", "only")
        self._memo = None
        changed: int = execute.change(
            "update", query._model, query._ops, query._args, shape, tuple(args)
        )
        return changed

    def delete(self) -> int:
        """Deletes all rows of the query; returns how many, without those of cascades."""
        query = self._without("related", "prefetch", "only")
        self._memo = None
        deleted: int = execute.change("delete", query._model, query._ops, query._args, (), ())
        return deleted

    def in_bulk(self, keys: Iterable[Any]) -> dict[Any, R]:
        """Returns the rows with these keys, by key."""
        rows: Any = self.filter(pk__in=list(keys))
        return {row.pk: row for row in rows}


class Manager(QuerySet[R]):
    """`Model.objects`: the query for all rows, which remembers none of them."""

    __slots__ = ()

    def _rows(self) -> list[R]:
        rows: list[R] = execute.rows(self._model, (), ())
        return rows

    def __len__(self) -> int:
        # `list()` asks for the length first, and that would be a query of its own.
        raise TypeError(f"{self._model.__name__}.objects has no length; use .count()")

    def __bool__(self) -> bool:
        return self.exists()

    def raw(self, sql: str, params: Sequence[Any] = ()) -> list[R]:
        """Returns instances of what an SQL query finds; its columns must have fields' names."""
        rows: list[R] = execute.raw(self._model, sql, params)
        return rows


chain._queryset = QuerySet
