"""`save()`, `delete()`, and creation where there is no such row yet."""

from __future__ import annotations

from typing import Any, Sequence

from wasgi.orm import compile, execute, registry
from wasgi.orm.errors import InvalidQuery, ObjectDoesNotExist
from wasgi.orm.transaction import atomic


def stored(fields: Any, instance: Any) -> list[Any]:
    """Returns the values of an instance's fields as they are stored."""
    own = instance.__dict__
    values = []
    for field in fields:
        value = own[field.attname]
        convert = field.kind.to_db
        if convert is not None and value is not None:
            try:
                value = convert(value)
            except (TypeError, ValueError, ArithmeticError) as error:
                raise type(error)(f"{field}: {error}") from None
        values.append(value)
    return values


def save(instance: Any, update_fields: Sequence[str] | None) -> None:
    """Inserts or updates a row."""
    if registry.pending:
        registry.ready()
    if instance._adding and update_fields is None:
        insert(instance)
    else:
        _update(instance, update_fields)


def insert(instance: Any) -> None:
    """Inserts a row; the database fills an integer key that is None."""
    model = type(instance)
    meta = model._meta
    fields = meta.fields
    own = instance.__dict__
    fill = meta.rowid_key and own[meta.pk.attname] is None
    if fill:
        fields = [field for field in fields if field is not meta.pk]
    found = execute.plans.get((model, "insert", fill))
    if found is None:
        columns = [field.column for field in fields]
        found = execute.plan((model, "insert", fill), compile.insert, meta.table, columns)
    outcome = execute.do(found, execute.pack(tuple(stored(fields, instance))))
    if fill:
        own[meta.pk.attname] = outcome.last_insert_id
    own.pop("_adding", None)


def _update(instance: Any, names: Sequence[str] | None) -> None:
    model = type(instance)
    meta = model._meta
    if names is None:
        # What only() left out is left alone.
        own = instance.__dict__
        fields = [
            field for field in meta.fields
            if field is not meta.pk and not field.is_version and field.attname in own
        ]  # fmt: skip
    else:
        fields = [meta.field(name) for name in names]
        if any(field is meta.pk or field.is_version for field in fields):
            raise InvalidQuery("update_fields has neither the key nor the version")
    if not fields:
        return
    columns = tuple(field.column for field in fields)
    found = execute.plan((model, "save", columns), compile.save, model, columns)
    key = stored([meta.pk], instance)
    if key[0] is None:
        raise InvalidQuery(f"{instance!r} has no key, so there is no row to update")
    args = [*stored(fields, instance), *key]
    if meta.version is not None:
        args.append(getattr(instance, meta.version.attname))
    outcome = execute.do(found, execute.pack(tuple(args)))
    if outcome.changes == 0:
        raise model.DoesNotExist(f"{instance!r} is not in the database (any more)")
    if meta.version is not None:
        instance.__dict__[meta.version.attname] += 1
    instance.__dict__.pop("_adding", None)


def delete(instance: Any) -> None:
    """Deletes a row."""
    model = type(instance)
    meta = model._meta
    found = execute.plan((model, "remove"), compile.remove, model)
    if instance.pk is None or instance._adding:
        raise InvalidQuery(f"{instance!r} is not saved, so there is nothing to delete")
    args = [instance.pk]
    convert = meta.pk.kind.to_db
    if convert is not None:
        args[0] = convert(args[0])
    if meta.version is not None:
        args.append(getattr(instance, meta.version.attname))
    outcome = execute.do(found, execute.pack(tuple(args)))
    if outcome.changes == 0:
        raise model.DoesNotExist(f"{instance!r} is not in the database (any more)")
    # A `save()` would insert it again.
    instance.__dict__["_adding"] = True


def _plain(lookups: dict[str, Any]) -> dict[str, Any]:
    """Returns those look-ups that are values of a new row."""
    return {name: value for name, value in lookups.items() if "__" not in name}


def get_or_create(query: Any, lookups: dict[str, Any], defaults: dict[str, Any]) -> Any:
    """Finds a row, or inserts it. Writers take turns, so nobody inserts it in between."""
    try:
        return query.get(**lookups), False
    except ObjectDoesNotExist:
        pass
    with atomic():
        try:
            return query.get(**lookups), False
        except ObjectDoesNotExist:
            return query.create(**{**_plain(lookups), **_called(defaults)}), True


def update_or_create(query: Any, lookups: dict[str, Any], defaults: dict[str, Any]) -> Any:
    """Changes a row, or inserts it."""
    with atomic():
        try:
            found = query.get(**lookups)
        except ObjectDoesNotExist:
            return query.create(**{**_plain(lookups), **_called(defaults)}), True
        for name, value in _called(defaults).items():
            found._meta.field(name)
            setattr(found, name, value)
        found.save()
        return found, False


def _called(defaults: dict[str, Any]) -> dict[str, Any]:
    return {name: value() if callable(value) else value for name, value in defaults.items()}


def upsert(model: Any, unique: Sequence[str], values: dict[str, Any]) -> Any:
    """Inserts a row, or updates the one that has the same unique values."""
    instance = model(**values)
    meta = model._meta
    target = tuple(meta.field(name).column for name in unique)
    own = instance.__dict__
    fill = meta.rowid_key and own[meta.pk.attname] is None
    fields = [field for field in meta.fields if not (fill and field is meta.pk)]
    # Only what was said is changed in a row that is there.
    said = [meta.field(name) for name in values if name != "pk"]
    changed = tuple(field.column for field in said if field.column not in target)
    columns = tuple(field.column for field in fields)
    if not target:
        raise InvalidQuery("upsert() needs unique=[...]: the fields that find a row")
    # An update of something is needed for the row to come back.
    conflict = (target, changed or target[:1])
    key = (model, "upsert", columns, conflict)
    found = execute.plan(key, compile.insert, meta.table, columns, conflict, model)
    answer = execute.ask(found, execute.pack(tuple(stored(fields, instance))))
    return execute.results(found, answer)[0]
