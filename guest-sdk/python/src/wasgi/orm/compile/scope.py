"""The names of one select: its table, joins along relations, and computed values."""

from __future__ import annotations

from typing import Any, Iterator

from wasgi.orm import kinds
from wasgi.orm._wit import wit
from wasgi.orm.compile.arena import Arena
from wasgi.orm.errors import InvalidQuery

Term = tuple[int, Any]
"""An expression, and the kind of its values; None where nobody knows."""

# For joins along to-many relations outside of `filter`: any that is there.
ANY = -1


def find(model: Any, name: str) -> Any:
    """Returns the relation of a name, or None."""
    meta = model._meta
    return meta.relations.get(meta.accessors.get(name, name))


def is_name(model: Any, name: str) -> bool:
    """Tells whether a model has a field or a relation of this name."""
    return name == "pk" or name in model._meta.by_name or find(model, name) is not None


def many_prefix(model: Any, path: str) -> int:
    """Returns how many parts of a path lead to its first to-many relation; 0 for none."""
    for number, part in enumerate(path.split("__"), 1):
        relation = find(model, part)
        if relation is None:
            return 0
        if relation.many:
            return number
        model = relation.target
    return 0


def paths(shape: Any) -> Iterator[str]:
    """Gives the paths in a shape, those of queries within it left out."""
    if not isinstance(shape, tuple) or not shape or shape[0] == "query":
        return
    if shape[0] == "F":
        yield shape[1]
        return
    if shape[0] == "=":
        yield shape[1]
        yield from paths(shape[2])
        return
    for part in shape:
        yield from paths(part)


class Scope:
    """A select being built."""

    def __init__(self, arena: Arena, model: Any, alias: str, outer: Scope | None = None) -> None:
        self.arena, self.model, self.alias = arena, model, alias
        # The select around this one, for OuterRef.
        self.outer = outer
        # In the subquery of an aggregate over a relation: the way to it, and whose it is.
        self.prefix: list[str] = []
        self.base: Scope | None = None
        self.joins: list[Any] = []
        self._joined: dict[tuple[str, str, int], str] = {}
        # Sources that may be all null.
        self.nullable: set[str] = set()
        self.annotations: dict[str, Term] = {}
        self.aggregates: set[str] = set()
        self.where: list[int] = []
        self.having: list[int] = []
        # The full-text condition, for relevance.
        self.search: Any = None
        # Which call of `filter` is being lowered: each has its own to-many joins.
        self.step = ANY
        # Aggregates are of this select, and need no subquery.
        self.direct = False
        # What was lowered since this was set to False: could it be null; had it an aggregate.
        self.maybe_null = False
        self.saw_aggregate = False

    def source(self) -> Any:
        """Returns the table as FROM has it."""
        table = self.model._meta.table
        return wit.Source(wit.Relation_Table(table), None if self.alias == table else self.alias)

    def filter(self) -> int | None:
        """Returns WHERE."""
        return self.arena.fold("AND", self.where) if self.where else None

    def key(self) -> int:
        """Returns the primary key's column."""
        return self.arena.column(self.alias, self.model._meta.pk.column)

    def resolve(self, path: str) -> tuple[int, Any, list[str]]:
        """Returns the expression and kind of a path, and the parts that are no names."""
        parts = path.split("__")
        if self.prefix:
            count = len(self.prefix)
            if parts[:count] != self.prefix:
                assert self.base is not None
                found = self.base.resolve(path)
                self.maybe_null = True
                return found
            parts = parts[count:] or ["pk"]
            if not is_name(self.model, parts[0]):
                parts.insert(0, "pk")
        term = self.annotations.get(parts[0])
        if term is not None:
            self.maybe_null = True
            self.saw_aggregate |= parts[0] in self.aggregates
            return (*term, parts[1:])
        model, alias = self.model, self.alias
        while True:
            name, *rest = parts
            relation = find(model, name)
            if relation is None:
                field = model._meta.field(name)
                self.maybe_null |= field.nullable or alias in self.nullable
                return self.arena.column(alias, field.column), field.kind, rest
            target = relation.target
            if rest and is_name(target, rest[0]):
                key = target._meta.pk
                if rest[0] not in ("pk", key.name, key.attname) or relation.how == "reverse":
                    alias = self.join(alias, relation)
                    model, parts = target, rest
                    continue
                rest = rest[1:]
            return self._key_of(alias, relation), target._meta.pk.kind, rest

    def _key_of(self, alias: str, relation: Any) -> int:
        """Returns the key of the related row, with as few joins as there can be."""
        if relation.how == "forward":
            self.maybe_null |= relation.nullable or alias in self.nullable
            return self.arena.column(alias, relation.local)
        self.maybe_null = True
        if relation.through is not None:
            return self.arena.column(self.pairs(alias, relation), relation.through[2])
        key = relation.target._meta.pk.column
        return self.arena.column(self.join(alias, relation), key)

    def join(self, alias: str, relation: Any, *, inner: bool = False) -> str:
        """Joins the target of a relation, or finds the join; returns its name."""
        found = self._find(alias, relation.name, relation.many)
        if found is not None:
            return found
        on_alias, local = alias, relation.local
        if relation.through is not None:
            on_alias, local = self.pairs(alias, relation, inner=inner), relation.through[2]
        optional = not inner and (relation.nullable or alias in self.nullable)
        table = relation.target._meta.table
        return self._join(
            (alias, relation.name), relation.many, table, optional, on_alias, local, relation.remote
        )

    def pairs(self, alias: str, relation: Any, *, inner: bool = False) -> str:
        """Joins the table of pairs of a many-to-many relation, or finds the join."""
        name = relation.name + " pairs"
        found = self._find(alias, name, True)
        if found is not None:
            return found
        table, near, _ = relation.through
        return self._join((alias, name), True, table, not inner, alias, relation.local, near)

    def _find(self, alias: str, name: str, many: bool) -> str | None:
        if not many:
            return self._joined.get((alias, name, ANY))
        if self.step != ANY:
            return self._joined.get((alias, name, self.step))
        for (where, what, _), found in self._joined.items():
            if where == alias and what == name:
                return found
        return None

    def _join(
        self, place: tuple[str, str], many: bool, table: str, optional: bool, alias: str, local: str,
        remote: str,
    ) -> str:  # fmt: skip
        made = self.arena.alias()
        on = self.arena.binary(
            "EQ", self.arena.column(alias, local), self.arena.column(made, remote)
        )
        kind = wit.JoinKind.LEFT if optional else wit.JoinKind.INNER
        self.joins.append(wit.Join(kind, wit.Source(wit.Relation_Table(table), made), on))
        if optional:
            self.nullable.add(made)
        self._joined[(*place, self.step if many else ANY)] = made
        return made

    def invalid(self, what: str) -> InvalidQuery:
        """Returns an error that names the model."""
        return InvalidQuery(f"{self.model.__name__}: {what}")


def decimal_or_real(kind: Any) -> Any:
    """Returns the kind of arithmetic: SQLite calculates decimals as floats."""
    return kinds.REAL if kind is kinds.DECIMAL else kind
