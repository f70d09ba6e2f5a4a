"""Adding to and removing from a relation to many rows."""

from __future__ import annotations

from typing import Any, Sequence

from wasgi.orm import compile, execute, shapes
from wasgi.orm.errors import InvalidQuery


def _keys(relation: Any, others: Sequence[Any]) -> list[Any]:
    convert = relation.target._meta.pk.kind.to_db
    keys = [shapes.key_of(other) for other in others]
    return keys if convert is None else [convert(key) for key in keys]


def _here(relation: Any, key: Any) -> Any:
    convert = relation.source._meta.pk.kind.to_db
    return key if convert is None else convert(key)


def add(relation: Any, key: Any, others: Sequence[Any]) -> None:
    """Adds rows (or their keys)."""
    if not others:
        return
    if relation.through is None:
        relation.target.objects.filter(pk__in=others).update(**{relation.remote_attname: key})
        return
    table, near, far = relation.through
    plan_key = (relation.source, "pair", table, near, far)
    found = execute.plan(plan_key, compile.insert, table, (near, far), "ignore")
    here = _here(relation, key)
    execute.do_many(found, [(here, other) for other in _keys(relation, others)])


def remove(relation: Any, key: Any, others: Sequence[Any]) -> None:
    """Removes rows (or their keys)."""
    if not others:
        return
    if relation.through is None:
        _needs_null(relation)
        rows = relation.target.objects.filter(**{relation.remote_attname: key, "pk__in": others})
        rows.update(**{relation.remote_attname: None})
        return
    table, near, far = relation.through
    found = execute.plan(
        (relation.source, "unpair", table, near, far), compile.unpair, table, near, far
    )
    here = _here(relation, key)
    execute.do_many(found, [(here, other) for other in _keys(relation, others)])


def clear(relation: Any, key: Any) -> None:
    """Removes all rows."""
    if relation.through is None:
        _needs_null(relation)
        rows = relation.target.objects.filter(**{relation.remote_attname: key})
        rows.update(**{relation.remote_attname: None})
        return
    table, near, _ = relation.through
    found = execute.plan(
        (relation.source, "unpair all", table, near), compile.unpair, table, near, None
    )
    execute.do(found, execute.pack((_here(relation, key),)))


def _needs_null(relation: Any) -> None:
    if not relation.field.nullable:
        raise InvalidQuery(
            f"{relation}: {relation.field} cannot be None, so its rows cannot be taken out; "
            "delete them, or give them another"
        )
