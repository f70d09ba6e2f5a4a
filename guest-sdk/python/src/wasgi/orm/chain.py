"""The methods of a query that give another query. None of them asks the database.

A query is a model, a tuple of operations (its shape) and, for each of these, a
tuple of arguments. A chained method copies three references and adds one tuple.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, overload

from wasgi.orm import shapes
from wasgi.orm.errors import InvalidQuery

if TYPE_CHECKING:
    from typing_extensions import Self

    from wasgi.orm.query import QuerySet

R = TypeVar("R", covariant=True)

_new = object.__new__


class Prefetch:
    """A relation for `prefetch_related`, with a query that says which rows, and in which order.

    >>> Author.objects.prefetch_related(                                # doctest: +SKIP
    ...     orm.Prefetch("posts", Post.objects.filter(public=True).order_by("-created")))
    """

    def __init__(self, relation: str, queryset: Any = None) -> None:
        self.relation, self.queryset = relation, queryset

    def _shape(self, args: list[Any]) -> Any:
        query = self.queryset
        return (self.relation, None if query is None else query._as_query(args))


# What the host takes as a query in FTS5's language.
_MOST_WORDS, _MOST_BYTES = 32, 1024


def _search_words(text: str) -> list[str]:
    """Quotes the words that somebody typed, as many as the host takes."""
    parts: list[str] = []
    count = size = 0
    for word in text.replace("\0", " ").split():
        quoted = '"' + word.replace('"', '""') + '"'
        # A quote in a word counts as another one.
        count += 1 + word.count('"')
        size += len(quoted.encode()) + 1
        # One byte more is for the star of a prefix.
        if count > _MOST_WORDS or size >= _MOST_BYTES:
            break
        parts.append(quoted)
    return parts


class Chain(Generic[R]):
    """See `QuerySet`, which is this and the methods that ask."""

    __slots__ = ("_args", "_memo", "_model", "_ops")

    _model: Any
    _ops: tuple[Any, ...]
    _args: tuple[tuple[Any, ...], ...]
    _memo: list[Any] | None

    def _chain(self, op: Any, args: tuple[Any, ...] = ()) -> Self:
        made: Self = _new(_queryset)
        made._model = self._model
        made._ops = (*self._ops, op)
        made._args = (*self._args, args)
        made._memo = None
        return made

    def _as_query(self, args: list[Any]) -> Any:
        """Returns the shape of this query within another."""
        for some in self._args:
            args += some
        return ("query", self._model, self._ops)

    def _without(self, *names: str) -> Self:
        """Returns this query without some operations."""
        kept = [(op, args) for op, args in zip(self._ops, self._args) if op[0] not in names]
        made = self.all()
        made._ops = tuple(op for op, _ in kept)
        made._args = tuple(args for _, args in kept)
        return made

    def _has(self, *names: str) -> bool:
        return any(op[0] in names for op in self._ops)

    def all(self) -> Self:
        """Returns the same query, to be asked anew."""
        made: Self = _new(_queryset)
        made._model, made._ops, made._args = self._model, self._ops, self._args
        made._memo = None
        return made

    def none(self) -> Self:
        """Returns a query without rows."""
        return self._chain(("none",))

    def filter(self, *conditions: Any, **lookups: Any) -> Self:
        """Keeps the rows that meet all conditions.

        A look-up is a field's name, `__` and one of: `exact` (if none is said),
        `iexact`, `contains`, `icontains`, `startswith`, `istartswith`, `endswith`,
        `iendswith`, `in`, `gt`, `gte`, `lt`, `lte`, `range`, `isnull`. The name may go
        through relations (`author__name`), into JSON (`meta__tags__0`), and to parts
        of a datetime (`created__year`). `None` is null. `i...` ignore the case of ASCII
        letters. Conditions on a relation to many rows: a row is there once for each
        related row that meets all conditions of this call; see `distinct`.
        """
        args: list[Any] = []
        shape = shapes.conditions(conditions, lookups, args)
        return self._chain(("filter", shape), tuple(args))

    def exclude(self, *conditions: Any, **lookups: Any) -> Self:
        """Leaves out the rows that meet all conditions."""
        args: list[Any] = []
        shape = shapes.conditions(conditions, lookups, args)
        return self._chain(("filter", ("not", shape)), tuple(args))

    def search(self, words: str, *, prefix: bool = False, raw: bool = False) -> Self:
        """Keeps the rows whose full text has all words; see `full_text` in `class Meta`.
        The first 32 words count, and of these the first 1,000 bytes.

        `prefix`: the last word may be unfinished. `raw`: `words` are a query in FTS5's
        own language. Best first: `.search(words).order_by(orm.relevance)`.
        """
        if not raw:
            parts = _search_words(words)
            words = " ".join(parts)
            if prefix and parts:
                words += "*"
            if not parts:
                return self.none()
        return self._chain(("search",), (words,))

    def order_by(self, *terms: Any) -> Self:
        """Orders by fields, `-` before a name is descending; replaces any order before."""
        args: list[Any] = []
        shape = tuple(shapes.order_term(term, args) for term in terms)
        return self._without("order", "reverse")._chain(("order", shape), tuple(args))

    def reverse(self) -> Self:
        """Turns the order around."""
        if self._has("reverse"):
            return self._without("reverse")
        return self._chain(("reverse",))

    def distinct(self) -> Self:
        """Keeps one of rows that are equal."""
        return self._chain(("distinct",))

    def annotate(self, *unnamed: Any, **named: Any) -> Self:
        """Gives each row a computed value: `annotate(comments=Count("comments"))`.

        An aggregate over a relation counts that relation's rows alone, whatever else
        is annotated or filtered; `filter=` in the aggregate says which of them. After
        `values("city")`, aggregates are over the rows with the same city instead.
        """
        for one in unnamed:
            named[one.default_name] = one
        args: list[Any] = []
        shape = tuple((name, shapes.reference(one, args)) for name, one in named.items())
        return self._chain(("annotate", shape), tuple(args))

    def select_related(self, *relations: str) -> Self:
        """Reads the row that each relation refers to with the same query, by a join."""
        if not relations:
            raise InvalidQuery("select_related needs the names of relations, such as 'author'")
        return self._chain(("related", relations))

    def prefetch_related(self, *relations: str | Prefetch) -> Self:
        """Reads the rows of each relation for all rows at once, in the same call."""
        args: list[Any] = []
        shape = tuple(
            (one, None) if isinstance(one, str) else one._shape(args) for one in relations
        )
        return self._chain(("prefetch", shape), tuple(args))

    def only(self, *fields: str) -> Self:
        """Reads only these fields and the key; any other raises `NotLoaded`."""
        return self._chain(("only", fields))

    def values(self, *names: str, **named: Any) -> QuerySet[dict[str, Any]]:
        """Gives dicts instead of instances; of all fields, if none is said."""
        base: Any = self.annotate(**named) if named else self
        made: QuerySet[dict[str, Any]] = base._chain(("values", (*names, *named), "dict"))
        return made

    @overload
    def values_list(self, *name: str, flat: Literal[True]) -> QuerySet[Any]: ...
    @overload
    def values_list(self, *names: str) -> QuerySet[tuple[Any, ...]]: ...
    def values_list(self, *names: str, flat: bool = False) -> Any:
        """Gives tuples instead of instances; with `flat`, the values of one field."""
        if flat and len(names) != 1:
            raise InvalidQuery("values_list(flat=True) takes exactly one name")
        return self._chain(("values", names, "flat" if flat else "tuple"))

    def after(self, row: Any) -> Self:
        """Keeps what comes after a row in the order: the next page, however deep.

        `row` is the last row of the page before, or a tuple of what the query is
        ordered by (and of its key), or None for the first page. Say it for each page,
        since it adds the key to the order, so that equal rows have a fixed one::

            page = Entry.objects.order_by("-created").after(last)[:20]
        """
        return self._chain(("tie",)) if row is None else self._after(row)

    def _after(self, row: Any) -> Self:
        if isinstance(row, (tuple, list)):
            # How many it must be is checked where the order is known.
            values = list(row)
        else:
            names = self._order_names()
            values = [row[n] if isinstance(row, dict) else _path_of(row, n) for n in names]
        nulls = tuple(value is None for value in values)
        given = tuple(shapes.key_of(value) for value in values if value is not None)
        return self._chain(("after", nulls), given)

    def _order_names(self) -> list[str]:
        """Returns the names this query is ordered by, the key at the end."""
        terms = next((op[1] for op in self._ops if op[0] == "order"), self._model._meta.ordering)
        names = []
        for term in terms:
            if not isinstance(term, str):
                raise InvalidQuery(
                    "after() with a row needs an order by names; give a tuple of values"
                )
            names.append(term.lstrip("-"))
        if not {"pk", self._model._meta.pk.attname} & set(names):
            names.append("pk")
        return names

    def _slice(self, start: int | None, stop: int | None) -> Self:
        if (start or 0) < 0 or (stop or 0) < 0:
            raise InvalidQuery("a query has no negative index; turn its order around: reverse()")
        if self._has("limit"):
            raise InvalidQuery("this query is sliced already")
        has = (stop is not None, bool(start))
        args = () if stop is None else (max(stop - (start or 0), 0),)
        return self._chain(("limit", *has), (*args, start) if start else args)

    def _through(self, relation: Any, key: Any) -> Self:
        """Keeps the rows that a table of pairs has together with a key of the other side."""
        table, near, far = relation.through
        return self._chain(("through", table, near, far, relation.remote), (key,))


def _path_of(row: Any, name: str) -> Any:
    for part in name.split("__"):
        row = getattr(row, part, None)
    return row


# Set by `query`: chaining makes a `QuerySet` also from a `Manager`.
_queryset: Any = Chain
