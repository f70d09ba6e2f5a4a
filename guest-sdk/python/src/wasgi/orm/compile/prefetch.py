"""Queries for related rows, which the host asks for all rows of a query at once."""

from __future__ import annotations

from typing import Any

from wasgi.orm import build
from wasgi.orm._wit import wit
from wasgi.orm.compile.node import Node
from wasgi.orm.compile.scope import find
from wasgi.orm.errors import InvalidQuery


def add(select: Any, level: int, node: Node, parts: list[str], query: Any) -> None:
    """Adds the prefetch of a path of relations, those that are there left out."""
    way: list[str] = []
    for number, part in enumerate(parts):
        relation = find(node.model, part)
        if relation is None:
            raise InvalidQuery(
                f"prefetch_related: {node.model.__name__} has no relation {part!r}; "
                f"it has {', '.join(node.model._meta.relations) or 'none'}"
            )
        joined = node.children.get(relation.name)
        if joined is not None:
            way.append(relation.slot)
            node = joined[2]
            continue
        known = node.prefetched.get(relation.name)
        if known is None:
            last = number == len(parts) - 1
            known = _one(select, level, node, tuple(way), relation, query if last else None)
            node.prefetched[relation.name] = known
        level, node = known
        way = []


def _one(
    select: Any, level: int, node: Node, way: tuple[str, ...], relation: Any, query: Any
) -> tuple[int, Node]:
    arena = select.arena
    key = node.index_of(relation.local_attname)
    if key is None:
        raise InvalidQuery(
            f"prefetch_related({relation.name!r}) needs {relation.local_attname} in only()"
        )
    number = len(arena.prefetches) + 1
    # Its place; prefetches within it come after it.
    arena.prefetches.append(None)
    load_at = len(select.loads)
    select.loads.append(None)
    _, model, ops = query if query is not None else ("query", relation.target, ())
    if model is not relation.target:
        raise InvalidQuery(f"a Prefetch of {relation} needs a query of {relation.target.__name__}")
    inner = type(select)(arena, model, arena.alias())
    inner.level, inner.loads = number, select.loads
    inner.walk(ops, instances=True)
    if inner.node is None or inner.limit is not None or inner.offset is not None:
        raise InvalidQuery(f"a Prefetch of {relation} can be neither sliced nor of values")
    if relation.through is None:
        on = arena.column(inner.alias, relation.remote)
    else:
        table, near, far = relation.through
        pairs = arena.alias()
        meets = arena.binary(
            "EQ", arena.column(pairs, far), arena.column(inner.alias, relation.remote)
        )
        source = wit.Source(wit.Relation_Table(table), pairs)
        inner.joins.append(wit.Join(wit.JoinKind.INNER, source, meets))
        on = arena.column(pairs, near)
    columns, make = inner.results()
    body = inner.finish(columns)
    arena.prefetches[number - 1] = wit.Prefetch(level, key, body, on)
    select.loads[load_at] = build.Load(level, way, key, relation, make, inner.node)
    return number, inner.node
