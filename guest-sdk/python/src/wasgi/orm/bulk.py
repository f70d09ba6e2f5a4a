"""Many rows with one call."""

from __future__ import annotations

from typing import Any, Sequence

from wasgi.orm import compile, execute, registry
from wasgi.orm.errors import InvalidQuery
from wasgi.orm.write import stored


def conflict(
    ignore: bool, update: bool, update_fields: Sequence[str], unique_fields: Sequence[str]
) -> Any:
    """Returns what is to be done with rows that are there already."""
    if ignore and update:
        raise InvalidQuery("bulk_create: ignore_conflicts and update_conflicts exclude each other")
    if update:
        if not update_fields or not unique_fields:
            raise InvalidQuery("update_conflicts needs update_fields and unique_fields")
        return (tuple(unique_fields), tuple(update_fields))
    return "ignore" if ignore else None


def create(model: Any, instances: list[Any], on_conflict: Any) -> list[Any]:
    """Inserts instances."""
    if registry.pending:
        registry.ready()
    meta = model._meta
    if isinstance(on_conflict, tuple):
        on_conflict = tuple(
            tuple(meta.field(name).column for name in names) for names in on_conflict
        )
    for one in instances:
        if type(one) is not model:
            raise TypeError(f"bulk_create of {model.__name__} got {one!r}")
    attname = meta.pk.attname
    fill = [one for one in instances if meta.rowid_key and one.__dict__[attname] is None]
    if fill and len(fill) < len(instances):
        rest = [one for one in instances if one.__dict__[attname] is not None]
        from wasgi.orm.transaction import atomic

        with atomic():
            _insert(meta, rest, False, on_conflict)
            _insert(meta, fill, True, on_conflict)
    elif instances:
        _insert(meta, instances, bool(fill), on_conflict)
    return instances


def _insert(meta: Any, instances: list[Any], fill: bool, on_conflict: Any) -> None:
    fields = [field for field in meta.fields if not (fill and field is meta.pk)]
    columns = tuple(field.column for field in fields)
    key = (meta.model, "insert", fill, on_conflict)
    found = execute.plan(key, compile.insert, meta.table, columns, on_conflict)
    rows = [tuple(stored(fields, one)) for one in instances]
    outcome = execute.do_many(found, rows)
    # One writer at a time: the keys that SQLite gave are consecutive.
    first = outcome.last_insert_id - len(instances) + 1
    for number, one in enumerate(instances):
        own = one.__dict__
        if fill and on_conflict is None:
            own[meta.pk.attname] = first + number
        own.pop("_adding", None)


def update(model: Any, instances: list[Any], names: Sequence[str]) -> int:
    """Updates some fields of instances; returns how many rows there were."""
    if registry.pending:
        registry.ready()
    meta = model._meta
    if not instances:
        return 0
    fields = [meta.field(name) for name in names]
    if not fields or any(field is meta.pk or field.is_version for field in fields):
        raise InvalidQuery("bulk_update needs names of fields, and not the key or the version")
    columns = tuple(field.column for field in fields)
    found = execute.plan((model, "save", columns), compile.save, model, columns)
    whole = [*fields, meta.pk, *([meta.version] if meta.version is not None else ())]
    outcome = execute.do_many(found, [tuple(stored(whole, one)) for one in instances])
    if meta.version is not None:
        for one in instances:
            one.__dict__[meta.version.attname] += 1
    changes: int = outcome.changes
    return changes
