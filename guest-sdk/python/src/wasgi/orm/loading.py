"""Relations for instances that are there already."""

from __future__ import annotations

from typing import Any, Iterable

from wasgi.orm.compile.scope import find
from wasgi.orm.errors import InvalidQuery

_AT_ONCE = 500


def fetch(instances: Iterable[Any], *relations: str) -> None:
    """Loads relations of many instances, each with one query for all of them.

    `orm.fetch(posts, "author", "comments__author")`. Where the instances come from
    a query of yours, `select_related` and `prefetch_related` on it do it in one go.
    """
    having = list(instances)
    for path in relations:
        holders = having
        for part in path.split("__"):
            if holders:
                holders = _load(holders, part)


def _load(holders: list[Any], name: str) -> list[Any]:
    """Loads one relation, and returns the related instances."""
    model = type(holders[0])
    if any(type(one) is not model for one in holders):
        raise InvalidQuery("fetch() takes instances of one model")
    from wasgi.orm import registry

    if registry.pending:
        registry.ready()
    relation = find(model, name)
    if relation is None:
        relations = ", ".join(model._meta.relations) or "none"
        raise InvalidQuery(f"fetch: {model.__name__} has no relation {name!r}; it has {relations}")
    slot = relation.slot
    keys = [one.__dict__.get(relation.local_attname) for one in holders]
    wanted = list(dict.fromkeys(key for key in keys if key is not None))
    found: dict[Any, Any] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        if relation.through is not None:
            _through(relation, part, found)
            continue
        for row in relation.target.objects.filter(**{relation.remote_attname + "__in": part}):
            key = row.__dict__[relation.remote_attname]
            if relation.many:
                found.setdefault(key, []).append(row)
            else:
                found[key] = row
    related: list[Any] = []
    for one, key in zip(holders, keys):
        value = found.get(key)
        if relation.many:
            value = value or []
            related += value
        elif value is not None:
            related.append(value)
        one.__dict__[slot] = value
    return related


def _through(relation: Any, keys: list[Any], found: dict[Any, Any]) -> None:
    """Adds rows of a many-to-many relation, by the key of this side."""
    source = relation.source
    holders = source.objects.filter(pk__in=keys).only("pk").prefetch_related(relation.name)
    for holder in holders:
        found[holder.pk] = holder.__dict__[relation.slot]
