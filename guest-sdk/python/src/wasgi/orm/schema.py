"""The application's models as the host wants them: `wit/models.wit`."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from wasgi.orm import fields, kinds, registry
from wasgi.orm._wit import wit
from wasgi.orm.errors import InvalidQuery


def models() -> list[Any]:
    """Returns all models, the automatic tables of pairs among them."""
    registry.ready()
    made = []
    for model in registry.models.values():
        made.append(_model(model._meta))
        for many in model._meta.many:
            relation = model._meta.relations[many.name]
            if relation.automatic:
                made.append(_pairs(relation))
    tables = [model.table for model in made]
    for table in tables:
        if tables.count(table) > 1:
            raise InvalidQuery(f"the table {table!r} is there twice; one is a many_to_many's pairs")
    return made


def steps() -> list[Any]:
    """Returns the hand-written migration steps."""
    return [wit.Step(name, list(sql)) for name, (sql, _) in registry.steps.items()]


def _model(meta: Any) -> Any:
    indexes = [_index(meta, index) for index in meta.indexes]
    first = {index.columns[0].name for index in indexes if index.condition is None}
    checks = [wit.Check(check.name, check.condition) for check in meta.checks]
    for field in meta.fields:
        column = field.column
        if field.index and not field.unique and not field.primary_key and column not in first:
            name = f"{meta.table}_{column}_idx"
            indexes.append(wit.Index(name, [wit.IndexColumn(column, False)], False, None))
        if field.max_length is not None:
            condition = f'length("{column}") <= {int(field.max_length)}'
            checks.append(wit.Check(f"{meta.table}_{column}_max_length", condition))
    full_text = None
    if meta.full_text is not None:
        columns = [meta.field(name).column for name in meta.full_text.columns]
        full_text = wit.FullText(columns, meta.full_text.tokenizer)
    columns = [_column(field) for field in meta.fields]
    return wit.Model(
        meta.table, columns, [meta.pk.column], indexes, checks, full_text, meta.renamed_from
    )


def _index(meta: Any, index: Any) -> Any:
    columns = [
        wit.IndexColumn(meta.field(name.lstrip("-")).column, name.startswith("-"))
        for name in index.columns
    ]
    names = "_".join(column.name for column in columns)
    name = index.name or f"{meta.table}_{names}_{'key' if index.unique else 'idx'}"
    return wit.Index(name, columns, index.unique, index.where)


def _column(field: Any) -> Any:
    references = None
    if isinstance(field, fields.ForeignKey):
        target = field.target._meta
        references = wit.Reference(
            target.table,
            target.pk.column,
            wit.ReferenceAction[field.on_delete],
            wit.ReferenceAction[field.on_update],
        )
    return wit.Column(
        field.column,
        wit.ColumnType[field.kind.name.upper()],
        field.nullable,
        field.unique and not field.primary_key,
        _default(field),
        references,
        wit.Collation[field.collation.upper()],
        field.renamed_from,
        field.fill,
    )


def _default(field: Any) -> Any:
    default = field.default
    if default is fields.MISSING or default is None:
        return None
    if default is kinds.now:
        return wit.ColumnDefault_Now()
    if callable(default):
        # Only Python can call it. An empty list or dict it may as well say.
        if field.kind is not kinds.JSON or default not in (list, dict):
            return None
        default = default()
    try:
        return wit.ColumnDefault_Constant(_constant(field.kind, default))
    except (TypeError, ValueError, ArithmeticError) as error:
        raise InvalidQuery(
            f"{field}: the default {default!r} is no {field.kind}: {error}"
        ) from None


def _constant(kind: kinds.Kind, value: Any) -> Any:
    if kind is kinds.UUID_:
        number = UUID(str(value)).int
        return wit.Value_Uuid((number >> 64, number & (1 << 64) - 1))
    stored: Any = kind.to_db(value) if kind.to_db is not None else value
    python = {
        kinds.BOOLEAN: bool, kinds.INTEGER: int, kinds.REAL: float, kinds.TEXT: str, kinds.BLOB: bytes,
    }.get(kind)  # fmt: skip
    if python is not None and not isinstance(stored, (python, int) if python is float else python):
        raise TypeError(f"it is of type {type(value).__name__}")
    if python is float:
        stored = float(stored)
    case = kind.name.capitalize()
    return getattr(wit, f"Value_{case}")(stored)


def _pairs(relation: Any) -> Any:
    table, near, far = relation.through

    def side(name: str, model: Any) -> Any:
        meta = model._meta
        reference = wit.Reference(
            meta.table, meta.pk.column, wit.ReferenceAction.CASCADE, wit.ReferenceAction.CASCADE
        )
        kind = wit.ColumnType[meta.pk.kind.name.upper()]
        binary = wit.Collation.BINARY
        return wit.Column(name, kind, False, False, None, reference, binary, None, None)

    columns = [side(near, relation.source), side(far, relation.target)]
    index = wit.Index(f"{table}_{far}_idx", [wit.IndexColumn(far, False)], False, None)
    return wit.Model(table, columns, [near, far], [index], [], None, None)
