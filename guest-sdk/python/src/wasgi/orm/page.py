"""One page of a query."""

from __future__ import annotations

from typing import Any, Generic, Iterator, TypeVar

R = TypeVar("R")


class Page(Generic[R]):
    """The rows of a page, and whether there are pages around it.

    >>> page = Entry.objects.order_by("-created").page(2, size=10)      # doctest: +SKIP
    >>> page.items, page.has_next, page.has_previous, page.total        # doctest: +SKIP
    """

    def __init__(self, query: Any, items: list[R], number: int, size: int, has_next: bool) -> None:
        self._query = query
        self.items = items
        self.number = number
        self.size = size
        self.has_next = has_next

    @property
    def has_previous(self) -> bool:
        """Whether there is a page before this."""
        return self.number > 1

    @property
    def total(self) -> int:
        """How many rows there are on all pages: one more query each time."""
        count: int = self._query.count()
        return count

    def __iter__(self) -> Iterator[R]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)
