"""Parts of a query as a value of a context: asked by the host, like the query itself.

Each of these stands for an answer that the application never sees.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wasgi.orm import QuerySet


class Lazy:
    """Something to be asked of a query; `how` says what."""

    __slots__ = ("args", "how", "query")

    def __init__(self, how: str, query: Any, *args: Any) -> None:
        self.how, self.query, self.args = how, query, args

    def __repr__(self) -> str:
        return f"<{self.how} of {self.query!r}>"


def first(query: QuerySet[Any]) -> Lazy:
    """The first row of a query, or none: by its order, or by the key if it has none."""
    return Lazy("first", query)


def value(query: QuerySet[Any]) -> Lazy:
    """The first field of the first row, or none: of a query of values, such as
    `Post.objects.filter(id=5).values_list("title", flat=True)`."""
    return Lazy("value", query)


def count(query: QuerySet[Any]) -> Lazy:
    """How many rows there are."""
    return Lazy("count", query)


def exists(query: QuerySet[Any]) -> Lazy:
    """Whether there is any row; none stands for false, too."""
    return Lazy("exists", query)


def page(query: QuerySet[Any], number: int, *, size: int = 20, total: bool = False) -> Lazy:
    """Page `number` of a query, counted from 1, as `QuerySet.page` has it: a dict with
    `items`, `number`, `size`, `has_previous`, `has_next`, and with `total` how many rows
    there are on all pages."""
    return Lazy("page", query, max(int(number), 1), size, total)


def sql(text: str, params: Sequence[Any] = ()) -> Lazy:
    """The rows of one SQL statement: dicts by the names of its columns, the values as
    they are stored. Parameters are `?`."""
    return Lazy("sql", text, params)
