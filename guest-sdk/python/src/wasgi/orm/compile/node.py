"""Which columns of a row make which instance: what `build` makes its loop from."""

from __future__ import annotations

import keyword
from typing import Any

from wasgi.orm._wit import wit
from wasgi.orm.compile.lower import Lower
from wasgi.orm.compile.scope import find
from wasgi.orm.errors import InvalidQuery

Tree = dict[str, Any]


class Node:
    """An instance, the columns of its fields, and the instances at its relations."""

    def __init__(self, model: Any) -> None:
        self.model = model
        # Attribute, index of the column, kind; and whether it may be null here.
        self.fields: list[tuple[str, int, Any, bool]] = []
        # The relation, and the column that is null where there is no related row.
        self.children: dict[str, tuple[Any, int | None, Node]] = {}
        # Names, columns and kinds of computed values.
        self.annotations: list[tuple[str, int, Any]] = []
        # The prefetches that were made for it, by relation: their number and node.
        self.prefetched: dict[str, tuple[int, Node]] = {}

    def index_of(self, attname: str) -> int | None:
        """Returns the column of a field."""
        for name, index, _, _ in self.fields:
            if name == attname:
                return index
        return None


def may_be_attribute(name: str) -> bool:
    """Tells whether a name that was given may be stored at an instance, by the loop of `build`."""
    return name.isidentifier() and not keyword.iskeyword(name) and not name.startswith("_")


def tree_of(names: list[str]) -> Tree:
    """Returns the relations of `select_related` as nested dicts."""
    tree: Tree = {}
    for name in names:
        branch = tree
        for part in name.split("__"):
            branch = branch.setdefault(part, {})
    return tree


def node(
    scope: Lower, alias: str, model: Any, tree: Tree, only: Tree | None, columns: list[Any], keys: set[str]
) -> Node:  # fmt: skip
    """Adds the columns of a model, and of the relations in `tree`; returns their node."""
    made = Node(model)
    meta = model._meta
    nullable = alias in scope.nullable
    needed = keys | {part for part in tree}
    for field in meta.fields:
        wanted = (
            only is None or field is meta.pk or field.name in only or field.attname in only
            or field.name in needed
        )  # fmt: skip
        if wanted:
            made.fields.append(
                (field.attname, len(columns), field.kind, field.nullable or nullable)
            )
            columns.append(wit.Selected(scope.arena.column(alias, field.column), None))
    for name, branch in tree.items():
        relation = find(model, name)
        if relation is None or relation.many:
            what = (
                "is a relation to many rows: use prefetch_related" if relation else "is no relation"
            )
            raise InvalidQuery(f"select_related: {meta.name}.{name} {what}")
        joined = scope.join(alias, relation)
        inner_only = None if only is None else (only.get(name) or None)
        child = node(scope, joined, relation.target, branch, inner_only, columns, set())
        marker = child.index_of(relation.target._meta.pk.attname)
        made.children[relation.name] = (
            relation,
            marker if joined in scope.nullable else None,
            child,
        )
    return made


def raw_node(model: Any, columns: list[str], by_column: dict[str, Any]) -> Node:
    """Returns the node for the columns of an SQL query; those of no field are computed values."""
    made = Node(model)
    for index, name in enumerate(columns):
        field = by_column.get(name)
        if field is not None:
            made.fields.append((field.attname, index, field.kind, True))
        elif may_be_attribute(name):
            made.annotations.append((name, index, None))
        else:
            raise InvalidQuery(
                f"raw(): the column {name!r} cannot be an attribute; give it a name with AS"
            )
    if made.index_of(model._meta.pk.attname) is None:
        raise InvalidQuery(f"raw(): the key {model._meta.pk.column!r} is not among the columns")
    return made
