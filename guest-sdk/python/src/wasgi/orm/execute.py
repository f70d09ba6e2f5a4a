"""Asks the host: statements by shape, arguments out, rows in.

# Invariants

- A statement is compiled once per shape and instance; at most 256 are kept.
- The snapshot has none: there is no host during a build, and what a query
  without a host leaves behind is only an exception.
"""

from __future__ import annotations

from itertools import chain
from marshal import dumps, loads
from typing import Any, Callable, Iterator, NoReturn

from wasgi._host import Err, imports
from wasgi.orm import build, compile, kinds, registry
from wasgi.orm.errors import InvalidQuery, refuse
from wasgi.orm.transaction import state

_KEPT = 256


class Plan:
    """A statement, and what is to be done with arguments and rows."""

    __slots__ = ("build", "converters", "loads", "shown", "statement", "view")

    def __init__(
        self, statement: Any, converters: Any = (), build: Any = None, loads: Any = (),
        shown: Any = None,
    ) -> None:  # fmt: skip
        self.statement = statement
        self.converters = converters
        self.build = build
        self.loads = loads
        self.shown = shown
        # How a template shows the rows; made from `shown` by `wasgi.templates`.
        self.view: Any = None


plans: dict[Any, Plan] = {}


def plan(key: Any, compiled: Callable[..., Any], *given: Any) -> Plan:
    """Returns the plan of a shape; compiles it where it is new."""
    found = plans.get(key)
    if found is None:
        if registry.pending:
            registry.ready()
        new = compiled(*given)
        statement = prepare(new.query)
        found = keep(key, Plan(statement, new.converters, new.build, new.loads, new.shown))
    return found


def keep(key: Any, new: Plan) -> Plan:
    """Keeps a plan, in place of the oldest."""
    if len(plans) >= _KEPT:
        del plans[next(iter(plans))]
    plans[key] = new
    return new


def prepare(query: Any) -> Any:
    """Has the host compile a query."""
    host = imports("orm")
    try:
        return host.prepare(query)
    except Err as refusal:
        refuse(refusal)


def prepare_sql(sql: str) -> Plan:
    """Returns the plan of an SQL statement."""
    found = plans.get(sql)
    if found is None:
        host = imports("orm")
        try:
            found = keep(sql, Plan(host.prepare_sql(sql)))
        except Err as refusal:
            refuse(refusal)
    return found


def pack(args: Any) -> bytes:
    """Returns arguments, or rows of them, as the host takes them."""
    try:
        return dumps(args, 2)
    except ValueError:
        # Values of subclasses, such as enums and markup.
        if isinstance(args, list):
            return dumps([tuple(map(kinds.plain, row)) for row in args], 2)
        return dumps(tuple(map(kinds.plain, args)), 2)


def flat(converters: Any, args: Any) -> bytes:
    """Returns a query's arguments, one tuple for each operation, packed."""
    if not converters:
        return pack(tuple(chain.from_iterable(args)))
    given = list(chain.from_iterable(args))
    for index, convert in converters:
        value = given[index]
        if value is not None:
            given[index] = convert(value)
    return pack(tuple(given))


def ask(found: Plan, packed: bytes) -> Any:
    """Runs a statement for its rows."""
    state.asked += 1
    try:
        return found.statement.query(packed, state.handle)
    except Err as refusal:
        refuse(refusal)


def hold(found: Plan, packed: bytes) -> Any:
    """Runs a statement for its rows, which stay in the host."""
    state.asked += 1
    try:
        return found.statement.hold(packed, state.handle)
    except Err as refusal:
        refuse(refusal)


def do(found: Plan, packed: bytes) -> Any:
    """Runs a statement for its effect."""
    state.asked += 1
    try:
        return found.statement.execute(packed, state.handle)
    except Err as refusal:
        refuse(refusal)


def do_many(found: Plan, rows: list[Any]) -> Any:
    """Runs a statement once for each row of arguments, all or nothing."""
    state.asked += 1
    try:
        return found.statement.execute_many(pack(rows), state.handle)
    except Err as refusal:
        refuse(refusal)


def rows(model: Any, ops: Any, args: Any) -> Any:
    """Returns the results of a query."""
    found = plan((model, ops), compile.rows, model, ops)
    return results(found, ask(found, flat(found.converters, args)))


def results(found: Plan, answer: Any) -> Any:
    """Makes results of what the host answered."""
    table = loads(answer.rows)
    made = found.build(table)
    if found.loads:
        levels = [(table, made)]
        for load, related in zip(found.loads, answer.related):
            levels.append(load.give(levels[load.level], loads(related)))
    return made


def one(model: Any, name: str, value: Any) -> Any:
    """Returns the one row with a value: `get(id=...)`."""
    key = (model, "get", name)
    found = plans.get(key)
    if found is None:
        ops = (("filter", ("=", name, "?")), ("limit", True, False))
        found = plan(key, compile.rows, model, ops)
    state.asked += 1
    # The limit, the other argument, needs no conversion.
    for _, convert in found.converters:
        value = convert(value)
    try:
        answer = found.statement.query(pack((value, 2)), state.handle)
    except Err as refusal:
        refuse(refusal)
    made = found.build(loads(answer.rows))
    if len(made) == 1:
        return made[0]
    not_one(model, len(made), {name: value})


def not_one(model: Any, count: int, lookups: dict[str, Any]) -> NoReturn:
    """Raises what `get` raises."""
    what = ", ".join(f"{name}={value!r}" for name, value in lookups.items())
    if count == 0:
        raise model.DoesNotExist(f"no {model.__name__} with {what or 'what the query asks'}")
    raise model.MultipleObjectsReturned(
        f"more than one {model.__name__} with {what or 'this query'}"
    )


def iterate(model: Any, ops: Any, args: Any, chunk: int) -> Iterator[Any]:
    """Gives the results of a query, a chunk at a time."""
    found = plan((model, ops), compile.rows, model, ops)
    if found.loads:
        raise InvalidQuery(
            "iterator() has no prefetch_related; use select_related, or slices and after()"
        )
    state.asked += 1
    try:
        cursor = found.statement.open(flat(found.converters, args))
        while True:
            table = loads(cursor.fetch(chunk))
            if not table:
                return
            yield from found.build(table)
    except Err as refusal:
        refuse(refusal)


def scalar(what: str, model: Any, ops: Any, args: Any) -> Any:
    """Returns the one value of count() or exists(); None where there is no row."""
    found = plan((what, model, ops), getattr(compile, what), model, ops)
    table = loads(ask(found, flat(found.converters, args)).rows)
    return table[0][0] if table else None


def aggregate(model: Any, ops: Any, args: Any, named: Any, more: Any) -> Any:
    """Returns the values of aggregate()."""
    found = plan(("aggregate", model, ops, named), compile.aggregate, model, ops, named)
    return results(found, ask(found, flat(found.converters, (*args, more))))[0]


def change(what: str, model: Any, ops: Any, args: Any, named: Any, more: Any) -> Any:
    """Runs update() or delete(); returns how many rows there were."""
    if what == "update":
        found = plan((what, model, ops, named), compile.update, model, ops, named)
    else:
        found = plan((what, model, ops), compile.delete, model, ops)
    return do(found, flat(found.converters, (*args, more))).changes


def raw(model: Any, sql: str, params: Any) -> Any:
    """Returns instances of what an SQL query finds."""
    found = prepare_sql(sql)
    if registry.pending:
        registry.ready()
    answer = ask(found, pack(tuple(map(kinds.adapt, params))))
    if found.build is None or found.converters is not model:
        columns = found.statement.columns()
        by_column = {field.column: field for field in model._meta.fields}
        node = compile.raw_node(model, columns, by_column)
        found.build, found.converters = build.instances(node, len(columns)), model
    return found.build(loads(answer.rows))
