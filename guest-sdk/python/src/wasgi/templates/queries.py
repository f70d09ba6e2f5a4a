"""Queries of `wasgi.orm` as values of a context: their rows go from the database to the
template; the application only says how they are shown.

# Invariants

- How a query is shown depends on its shape alone, and is worked out once for each
  (`Plan.view`).
- What a template sees of a row is the same whether the query was asked before or not:
  the fields of a model, and its relations as far as they were loaded.
"""

from __future__ import annotations

from typing import Any

from wasgi.orm import compile, execute, registry
from wasgi.orm._wit import wit as orm_wit
from wasgi.orm.chain import Chain
from wasgi.orm.compile.scope import find as find_relation
from wasgi.orm.errors import InvalidQuery, NotLoaded
from wasgi.orm.execute import Plan
from wasgi.orm.kinds import adapt
from wasgi.orm.page import Page
from wasgi.orm.query import Manager, QuerySet
from wasgi.orm.relations import FORWARD, REVERSE, Related
from wasgi.templates._wit import wit
from wasgi.templates.lazy import Lazy
from wasgi.templates.values import DEEPEST, KNOWN, PLAIN, Method, Unfit, Walk

_SLOT = "_loaded_"
_NONE: list[Any] = []
_INTEGER = [wit.Field("count", orm_wit.ColumnType.INTEGER)]
_BOOLEAN = [wit.Field("exists", orm_wit.ColumnType.BOOLEAN)]


class View:
    """How the rows of a shape are shown."""

    __slots__ = ("extent", "fields", "relations")

    def __init__(self, shown: Any, loads: Any) -> None:
        self.extent = wit.Extent.ALL
        if isinstance(shown, tuple):
            outputs, how = shown
            self.fields = [wit.Field(name, _kind(kind)) for name, kind in outputs]
            if how == "flat":
                self.extent = wit.Extent.COLUMN
        else:
            self.fields = _fields(shown)
        self.relations = [_relation(load) for load in loads]


def _kind(kind: Any) -> Any:
    return None if kind is None else orm_wit.ColumnType[kind.name.upper()]


def _fields(node: Any) -> list[Any]:
    """Returns the columns of a node, in their order."""
    named: list[tuple[int, Any]] = []
    _add(node, "", named)
    named.sort(key=lambda one: one[0])
    return [field for _, field in named]


def _add(node: Any, prefix: str, named: list[tuple[int, Any]]) -> None:
    for name, column, kind, _ in node.fields:
        named.append((column, wit.Field(prefix + name, _kind(kind))))
    for name, column, kind in node.annotations:
        named.append((column, wit.Field(prefix + name, _kind(kind))))
    for relation, _, child in node.children.values():
        _add(child, f"{prefix}{relation.accessor}.", named)


def _relation(load: Any) -> Any:
    way = [slot[len(_SLOT) :] for slot in load.way]
    name = ".".join((*way, load.relation.accessor))
    return wit.Relation(load.level, load.key, name, load.relation.many, _fields(load.node))


# ---- Queries ----------------------------------------------------------------


def _held(
    walk: Walk, found: Plan, packed: bytes, extent: Any, fields: Any, relations: Any = _NONE
) -> Any:
    """Runs a query, and returns the mark for its rows."""
    queries = walk.queries
    rows = execute.hold(found, packed)
    walk.again.append((found, packed))
    queries.append(wit.QueryRows(rows, extent, fields, relations))
    return walk.mark(len(queries) - 1)


def hold_again(walk: Walk) -> None:
    """Runs the queries once more, where the host has taken their rows."""
    for rows, (found, packed) in zip(walk.queries, walk.again):
        rows.rows = execute.hold(found, packed)


def _rows(walk: Walk, query: Any, extent: Any = None) -> Any:
    model, ops = query._model, query._ops
    found = execute.plan((model, ops), compile.rows, model, ops)
    view = found.view
    if view is None:
        view = found.view = View(found.shown, found.loads)
    packed = execute.flat(found.converters, query._args)
    return _held(walk, found, packed, extent or view.extent, view.fields, view.relations)


def _query(walk: Walk, query: Any, depth: int) -> Any:
    if query._memo is not None:
        return walk.array(query._memo, depth)
    return _rows(walk, query)


def _manager(walk: Walk, manager: Any, depth: int) -> Any:
    return _rows(walk, manager)


def _first(walk: Walk, query: Any, depth: int) -> Any:
    if query._memo is not None:
        return walk.convert(query._memo[0] if query._memo else None, depth)
    if not query._has("limit"):
        query = query._ordered()._slice(None, 1)
    flat = any(op[0] == "values" and op[2] == "flat" for op in query._ops)
    return _rows(walk, query, wit.Extent.SCALAR if flat else wit.Extent.FIRST)


def _value(walk: Walk, query: Any, depth: int) -> Any:
    if not query._has("values"):
        name = query._model.__name__
        raise InvalidQuery(
            "templates.value() takes a query of values, such as "
            f"{name}.objects.values_list('pk', flat=True); for a row there is templates.first()"
        )
    if query._memo is not None:
        row = query._memo[0] if query._memo else None
        if isinstance(row, dict):
            row = next(iter(row.values()))
        elif isinstance(row, tuple):
            row = row[0]
        return walk.convert(row, depth)
    if not query._has("limit"):
        query = query._slice(None, 1)
    return _rows(walk, query, wit.Extent.SCALAR)


def _count(walk: Walk, query: Any, fields: Any = _INTEGER) -> Any:
    query = query._without("related", "prefetch", "only")
    if not query._has("limit"):
        query = query._without("order", "reverse", "tie")
    model, ops = query._model, query._ops
    found = execute.plan(("count", model, ops), compile.count, model, ops)
    packed = execute.flat(found.converters, query._args)
    return _held(walk, found, packed, wit.Extent.SCALAR, fields)


def _exists(walk: Walk, query: Any) -> Any:
    if query._has("limit"):
        return _count(walk, query, _BOOLEAN)
    query = query._without("order", "reverse", "related", "prefetch", "only", "tie")
    model, ops = query._model, query._ops
    found = execute.plan(("exists", model, ops), compile.exists, model, ops)
    packed = execute.flat(found.converters, query._args)
    return _held(walk, found, packed, wit.Extent.SCALAR, _BOOLEAN)


def _page(walk: Walk, query: Any, number: int, size: int, total: bool) -> Any:
    start = (number - 1) * size
    tied = query if query._has("values", "distinct") else query._chain(("tie",))
    made = {
        "items": _rows(walk, tied._slice(start, start + size)),
        "number": number,
        "size": size,
        "has_previous": number > 1,
        "has_next": _exists(walk, query.all()._slice(start + size, start + size + 1)),
    }
    if total:
        made["total"] = _count(walk, query)
    return made


def _sql(walk: Walk, text: str, params: Any) -> Any:
    found = execute.prepare_sql(text)
    if found.view is None:
        found.view = [wit.Field(name, None) for name in found.statement.columns()]
    packed = execute.pack(tuple(map(adapt, params)))
    return _held(walk, found, packed, wit.Extent.ALL, found.view)


def lazy(walk: Walk, value: Lazy, depth: int) -> Any:
    """Converts what `wasgi.templates.lazy` made."""
    query = value.query
    if value.how == "sql":
        return _sql(walk, query, *value.args)
    if isinstance(query, Related):
        query = query.all()
    if not isinstance(query, Chain):
        raise InvalidQuery(f"templates.{value.how}() takes a query, not {query!r}")
    if value.how == "first":
        return _first(walk, query, depth)
    if value.how == "value":
        return _value(walk, query, depth)
    if value.how == "page":
        return _page(walk, query, *value.args)
    memo = query._memo
    if value.how == "count":
        return len(memo) if memo is not None else _count(walk, query)
    return bool(memo) if memo is not None else _exists(walk, query)


# ---- Rows that are there ----------------------------------------------------


def _row(walk: Walk, row: Any, depth: int) -> Any:
    """Converts a model's instance: its fields, and the relations that were loaded, but not
    the way back: of a post's author, not the author's posts."""
    if depth >= DEEPEST:
        raise Unfit("", RecursionError)
    model, made, name, depth = type(row), {}, "", depth + 1
    around, back = walk.around, walk.back
    around.append(id(row))
    try:
        for name, value in row.__dict__.items():
            if name[0] != "_":
                if type(value) not in PLAIN:
                    walk.back = ""
                    value = walk.convert(value, depth)
                made[name] = value
            elif name.startswith(_SLOT) and name != back and id(value) not in around:
                walk.back = _way_back(model, name)
                name = name[len(_SLOT) :]
                if type(value) is not list:
                    try:
                        value = getattr(row, name)
                    except NotLoaded:
                        # The key was changed since; what was loaded is another row.
                        continue
                made[name] = walk.convert(value, depth)
    except Unfit as error:
        error.through(row, f".{name}")
        raise
    finally:
        around.pop()
        walk.back = back
    return made


_ways_back: dict[tuple[type, str], str] = {}


def _way_back(model: Any, slot: str) -> str:
    """Returns where the rows of a relation have the rows that they are loaded at."""
    found = _ways_back.get((model, slot))
    if found is None:
        found = ""
        relation = find_relation(model, slot[len(_SLOT) :])
        if relation is not None and relation.how == REVERSE:
            found = relation.field.relation.slot
        elif relation is not None and relation.how == FORWARD:
            for other in relation.target._meta.relations.values():
                if other.field is not None and other.field.relation is relation:
                    found = other.slot
        _ways_back[model, slot] = found
    return found


def _related(walk: Walk, related: Any, depth: int) -> Any:
    return walk.array(related, depth)


def _numbered(walk: Walk, page: Any, depth: int) -> Any:
    """Converts a page of `QuerySet.page`."""
    names = ("items", "number", "size", "has_previous", "has_next")
    return walk.attributes(page, depth, names)


KNOWN.update({QuerySet: _query, Manager: _manager, Related: _related, Page: _numbered})


def find(kind: type) -> Method | None:
    """Returns how values of a type of the ORM are converted; None for other types."""
    if registry.is_model(kind):
        return _row
    if issubclass(kind, Manager):
        return _manager
    if issubclass(kind, Chain):
        return _query
    return KNOWN.get(kind)
