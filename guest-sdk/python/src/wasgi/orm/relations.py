"""Relations between models, and what stands at their names on an instance.

Nothing here asks the database by itself. A relation that was loaded with its row
gives what was loaded; any other raises `NotLoaded` with the cure, or, for many
rows, makes a query where one is asked for by a method.
"""

from __future__ import annotations

from typing import Any, Generic, Iterable, Iterator, TypeVar

from wasgi.orm import registry
from wasgi.orm.errors import InvalidQuery, NotLoaded
from wasgi.orm.query import QuerySet

M = TypeVar("M")

FORWARD, REVERSE, THROUGH = "forward", "reverse", "through"
_NOT_THERE: Any = object()


class Relation:
    """One direction of a relation: `local` column here, `remote` column there.

    With `through` (table, near column, far column) the two meet in a table of pairs.
    """

    automatic = False
    field: Any = None

    def __init__(
        self, name: str, how: str, source: Any, target: Any, local_attname: str, local: str,
        remote: str, remote_attname: str, *, many: bool, nullable: bool,
        through: tuple[str, str, str] | None = None,
    ) -> None:  # fmt: skip
        self.name = self.accessor = name
        self.how = how
        self.source, self.target = source, target
        self.local_attname, self.local = local_attname, local
        self.remote, self.remote_attname = remote, remote_attname
        self.many, self.nullable = many, nullable
        self.through = through

    @property
    def slot(self) -> str:
        """The attribute of an instance that holds what was loaded."""
        return "_loaded_" + self.accessor

    def __repr__(self) -> str:
        return f"{self.source.__name__}.{self.accessor}"


class RelatedOne:
    """The descriptor of a relation to one row: a foreign key, or its other side if unique."""

    def __init__(self, relation: Relation | None, name: str = "") -> None:
        self.relation = relation
        self.name = name
        self.slot = "_loaded_" + (relation.accessor if relation else name)

    def _relation(self, model: Any) -> Relation:
        if self.relation is None:
            if registry.pending:
                registry.ready()
            self.relation = model._meta.relations[self.name]
        return self.relation

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        values = instance.__dict__
        related = values.get(self.slot, _NOT_THERE)
        relation = self.relation or self._relation(type(instance))
        if relation.how == FORWARD:
            key = values.get(relation.local_attname)
            if key is None and related in (None, _NOT_THERE):
                return None
            # The key was changed since: what is loaded is another row.
            if related is not _NOT_THERE and getattr(related, relation.remote_attname, None) == key:
                return related
        elif related is not _NOT_THERE:
            return related
        who = type(instance).__name__
        raise NotLoaded(
            f"{who}.{relation.accessor} was not loaded with its row; ask for it in the query: "
            f"{who}.objects.select_related({relation.name!r}), or now: "
            f"{who.lower()}.fetch({relation.name!r})"
        )

    def __set__(self, instance: Any, value: Any) -> None:
        relation = self._relation(type(instance))
        if value is not None and not isinstance(value, relation.target):
            raise TypeError(
                f"{relation} is a {relation.target.__name__} or None, not {type(value).__name__}"
            )
        instance.__dict__[self.slot] = value
        if relation.how == FORWARD:
            key = None if value is None else getattr(value, relation.remote_attname)
            instance.__dict__[relation.local_attname] = key


class RelatedMany:
    """The descriptor of a relation to many rows."""

    def __init__(self, relation: Relation) -> None:
        self.relation = relation

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else Related(instance, self.relation)

    def __set__(self, instance: Any, value: Any) -> None:
        raise AttributeError(f"{self.relation} is set by its methods: .set(), .add(), .create()")


class Related(Generic[M]):
    """The rows on the other side of a relation of one instance.

    What `prefetch_related` loaded is here as a sequence: `for post in author.posts`,
    `len(author.posts)`. Without it that raises `NotLoaded`; a method makes a query
    of its own, which is one more query each time: `author.posts.filter(...)`.
    """

    __slots__ = ("_instance", "_relation")

    def __init__(self, instance: Any, relation: Relation) -> None:
        self._instance = instance
        self._relation = relation

    def _loaded(self) -> list[M]:
        found: list[M] | None = self._instance.__dict__.get(self._relation.slot)
        if found is None:
            who = self._relation.source.__name__
            name = self._relation.accessor
            raise NotLoaded(
                f"{who}.{name} was not loaded with its row; ask for it in the query: "
                f"{who}.objects.prefetch_related({self._relation.name!r}), or now, with one more "
                f"query: {who.lower()}.{name}.all()"
            )
        return found

    def __iter__(self) -> Iterator[M]:
        return iter(self._loaded())

    def __len__(self) -> int:
        return len(self._loaded())

    def __getitem__(self, index: Any) -> Any:
        return self._loaded()[index]

    def __contains__(self, item: object) -> bool:
        return item in self._loaded()

    def __repr__(self) -> str:
        loaded = self._instance.__dict__.get(self._relation.slot)
        return f"<{self._relation} of {self._instance!r}: {'not loaded' if loaded is None else loaded}>"

    def _query(self) -> QuerySet[M]:
        """The rows as a query."""
        relation = self._relation
        key = self._key()
        query: QuerySet[M] = QuerySet(relation.target)
        if relation.through is None:
            return query.filter(**{relation.remote_attname: key})
        return query._through(relation, key)

    def _key(self) -> Any:
        key = self._instance.__dict__.get(self._relation.local_attname)
        if key is None:
            raise InvalidQuery(f"{self._instance!r} is not saved yet, so nothing refers to it")
        return key

    def all(self) -> QuerySet[M]:
        """Returns all rows: those that were loaded, or else a query."""
        query = self._query()
        loaded = self._instance.__dict__.get(self._relation.slot)
        if loaded is not None:
            query._memo = loaded
        return query

    def filter(self, *conditions: Any, **lookups: Any) -> QuerySet[M]:
        """Returns a query for some of the rows; see `QuerySet.filter`."""
        return self._query().filter(*conditions, **lookups)

    def exclude(self, *conditions: Any, **lookups: Any) -> QuerySet[M]:
        """Returns a query for the other rows; see `QuerySet.exclude`."""
        return self._query().exclude(*conditions, **lookups)

    def order_by(self, *terms: Any) -> QuerySet[M]:
        """Returns a query for all rows in an order; see `QuerySet.order_by`."""
        return self._query().order_by(*terms)

    def count(self) -> int:
        """Returns how many there are: of those loaded, or else by a query."""
        loaded = self._instance.__dict__.get(self._relation.slot)
        return self._query().count() if loaded is None else len(loaded)

    def exists(self) -> bool:
        """Tells whether there is any: of those loaded, or else by a query."""
        loaded = self._instance.__dict__.get(self._relation.slot)
        return self._query().exists() if loaded is None else bool(loaded)

    def create(self, **values: Any) -> M:
        """Makes a row that belongs here, and returns it."""
        relation = self._relation
        self._forget()
        if relation.through is None:
            values[relation.remote_attname] = self._key()
            made: M = relation.target.objects.create(**values)
            return made
        from wasgi.orm.transaction import atomic

        with atomic():
            made = relation.target.objects.create(**values)
            self.add(made)
        return made

    def add(self, *others: M) -> None:
        """Makes these rows belong here; those that do already, stay."""
        from wasgi.orm import pairs

        self._forget()
        pairs.add(self._relation, self._key(), others)

    def remove(self, *others: M) -> None:
        """Makes these rows no longer belong here. The rows themselves stay."""
        from wasgi.orm import pairs

        self._forget()
        pairs.remove(self._relation, self._key(), others)

    def clear(self) -> None:
        """Makes no row belong here. The rows themselves stay."""
        from wasgi.orm import pairs

        self._forget()
        pairs.clear(self._relation, self._key())

    def set(self, others: Iterable[M]) -> None:
        """Makes exactly these rows belong here."""
        from wasgi.orm.transaction import atomic

        with atomic():
            self.clear()
            self.add(*others)

    def _forget(self) -> None:
        self._instance.__dict__.pop(self._relation.slot, None)
