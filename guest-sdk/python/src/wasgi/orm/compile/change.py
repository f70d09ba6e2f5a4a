"""Updates and deletes of all rows of a query, and the statements behind `save`."""

from __future__ import annotations

from typing import Any, Sequence

from wasgi.orm import build
from wasgi.orm._wit import wit
from wasgi.orm.compile.arena import Arena, Compiled
from wasgi.orm.compile.select import Select


def _filter(arena: Arena, model: Any, ops: tuple[Any, ...]) -> int:
    """Adds the condition that a row is one of the query's."""
    select = Select(arena, model, model._meta.table).walk(ops, instances=False)
    simple = not (
        select.joins or select.group or select.distinct or select.after
        or select.limit is not None or select.offset is not None
    )  # fmt: skip
    if simple:
        found = select.filter()
        return arena.true() if found is None else found
    if select.group:
        raise select.invalid("grouped rows cannot be changed")
    key = select.key()
    within = select.finish([wit.Selected(key, None)], ordered=select.limit is not None)
    return arena.add(wit.Expr_InSelect((key, within)))


def update(model: Any, ops: tuple[Any, ...], named: tuple[tuple[str, Any], ...]) -> Compiled:
    """Compiles update(): all rows of the query get values."""
    arena = Arena()
    condition = _filter(arena, model, ops)
    meta = model._meta
    row = Select(arena, model, meta.table)
    changes = []
    for name, shape in named:
        field = meta.field(name)
        changes.append((field.column, row.value(shape, field.kind)))
    if row.joins:
        raise row.invalid("update() cannot take values from related rows by F; use orm.Subquery")
    version = meta.version
    if version is not None and version.name not in dict(named):
        # Whoever read the row before this must notice.
        old = arena.column(meta.table, version.column)
        changes.append((version.column, arena.binary("ADD", old, arena.integer(1))))
    return Compiled(arena, wit.Body_Update(wit.Update(meta.table, changes, condition, None, [])))


def delete(model: Any, ops: tuple[Any, ...]) -> Compiled:
    """Compiles delete(): all rows of the query go."""
    arena = Arena()
    condition = _filter(arena, model, ops)
    return Compiled(arena, wit.Body_Delete(wit.Delete(model._meta.table, condition, None, [])))


def insert(
    table: str, columns: Sequence[str], conflict: Any = None, returning: Any = None
) -> Compiled:
    """Compiles an insert of one row, whose values are the parameters.

    `conflict` is "ignore", or the columns of a unique constraint and those to be
    updated. `returning` is a model whose whole row comes back.
    """
    arena = Arena()
    action = None
    if conflict == "ignore":
        action = wit.Conflict([], wit.ConflictAction_Ignore(), None)
    elif conflict is not None:
        target, changed = conflict
        sets = [(column, arena.column("excluded", column)) for column in changed]
        action = wit.Conflict(list(target), wit.ConflictAction_Update(sets), None)
    selected, make = _returning(arena, returning)
    node = wit.Insert(table, list(columns), wit.InsertSource_Params(1), action, selected)
    return Compiled(arena, wit.Body_Insert(node), make)


def _returning(arena: Arena, model: Any) -> tuple[list[Any], Any]:
    if model is None:
        return [], None
    select = Select(arena, model, model._meta.table).walk((), instances=True)
    # RETURNING has no source: columns are named alone.
    names = [field.column for field in model._meta.fields]
    exprs = [arena.add(wit.Expr_Column(wit.ColumnRef(None, name))) for name in names]
    return [wit.Selected(expr, None) for expr in exprs], build.instances(select.node, len(names))


def save(model: Any, columns: Sequence[str]) -> Compiled:
    """Compiles an update of one row: the values, its key, and its version if it has one."""
    meta, arena = model._meta, Arena()
    sets = [(column, arena.param(None)) for column in columns]
    return Compiled(arena, wit.Body_Update(wit.Update(meta.table, sets, *_one(arena, meta), [])))


def remove(model: Any) -> Compiled:
    """Compiles a delete of one row: its key, and its version if it has one."""
    arena = Arena()
    return Compiled(
        arena, wit.Body_Delete(wit.Delete(model._meta.table, *_one(arena, model._meta), []))
    )


def _one(arena: Arena, meta: Any) -> tuple[int, Any]:
    key = arena.column(meta.table, meta.pk.column)
    condition = arena.binary("EQ", key, arena.param(meta.pk.kind.to_db))
    if meta.version is None:
        return condition, None
    return condition, wit.VersionCheck(meta.version.column, arena.param(None))


def unpair(table: str, near: str, far: str | None) -> Compiled:
    """Compiles a delete from a table of pairs: of one pair, or of all with one side."""
    arena = Arena()
    condition = arena.binary("EQ", arena.column(table, near), arena.param(None))
    if far is not None:
        other = arena.binary("EQ", arena.column(table, far), arena.param(None))
        condition = arena.binary("AND", condition, other)
    return Compiled(arena, wit.Body_Delete(wit.Delete(table, condition, None, [])))
