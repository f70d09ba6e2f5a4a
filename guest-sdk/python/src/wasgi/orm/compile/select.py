"""Whole selects: of instances or values, and of facts about them."""

from __future__ import annotations

from typing import Any, Callable

from wasgi.orm import build
from wasgi.orm._wit import wit
from wasgi.orm.compile import node as nodes
from wasgi.orm.compile import prefetch
from wasgi.orm.compile.arena import Arena, Compiled
from wasgi.orm.compile.lower import Lower
from wasgi.orm.compile.scope import find


def has_aggregate(shape: Any) -> bool:
    """Tells whether a shape has an aggregate that is neither a window's nor a subquery's."""
    if not isinstance(shape, tuple) or not shape or shape[0] in ("query", "window"):
        return False
    return shape[0] == "aggregate" or any(has_aggregate(part) for part in shape)


class Select(Lower):
    """A query's operations, walked from the first to the last."""

    def __init__(self, arena: Arena, model: Any, alias: str, outer: Any = None) -> None:
        super().__init__(arena, model, alias, outer)
        self.columns: list[Any] = []
        self.node: nodes.Node | None = None
        self.names: tuple[str, ...] | None = None
        self.how = ""
        self.group: list[int] = []
        self.distinct = False
        self.terms: list[Any] | None = None
        self.backwards = False
        self.tie = False
        self.limit: int | None = None
        self.offset: int | None = None
        self.after: list[int] = []
        self._after_params: list[tuple[int, int]] = []
        # The prefetch whose rows these are, counted from 1; 0 for the query's own.
        self.level = 0
        self.loads: list[Any] = []
        # See `Compiled`.
        self.shown: Any = None

    def walk(self, ops: tuple[Any, ...], *, instances: bool) -> Select:
        """Applies all operations. With `instances`, the columns of the model come first."""
        if instances and not any(op[0] == "values" for op in ops):
            related = [name for op in ops if op[0] == "related" for name in op[1]]
            only = [name for op in ops if op[0] == "only" for name in op[1]]
            keys = {spec[0].split("__")[0] for op in ops if op[0] == "prefetch" for spec in op[1]}
            self.node = nodes.node(
                self, self.alias, self.model, nodes.tree_of(related),
                nodes.tree_of(only) if only else None, self.columns, keys,
            )  # fmt: skip
        for op in ops:
            getattr(self, f"_op_{op[0]}")(*op[1:])
        return self

    # ---- Operations ---------------------------------------------------------

    def _op_all(self) -> None:
        pass

    def _op_none(self) -> None:
        self.where.append(self.arena.false())

    def _op_filter(self, shape: Any) -> None:
        self.step += 1
        step, self.saw_aggregate = self.step, False
        expr = self.condition(shape)
        (self.having if self.saw_aggregate and self.group else self.where).append(expr)
        self.step = step

    def _op_search(self) -> None:
        words = self.arena.param(str)
        self.search = wit.FullTextRef(self.model._meta.table, self.alias, words)
        if self.model._meta.full_text is None:
            raise self.invalid("search() needs full_text = [...] in class Meta")
        self.where.append(self.arena.add(wit.Expr_Matches(self.search)))

    def _op_order(self, terms: tuple[Any, ...]) -> None:
        # Expressions have arguments, so they are lowered here; names may be of later values.
        self.terms = [
            term if isinstance(term, str) else self._any(self.order_term, term) for term in terms
        ]

    def _any(self, lower: Callable[..., Any], *given: Any, **more: Any) -> Any:
        """Lowers with whatever joins there are."""
        step, self.step = self.step, -1
        try:
            return lower(*given, **more)
        finally:
            self.step = step

    def _op_reverse(self) -> None:
        self.backwards = True

    def _op_distinct(self) -> None:
        self.distinct = True

    def _op_tie(self) -> None:
        self.tie = True

    def _op_annotate(self, named: tuple[tuple[str, Any], ...]) -> None:
        for name, shape in named:
            if not nodes.may_be_attribute(name):
                raise self.invalid(f"annotate: {name!r} cannot be the name of a computed value")
            if name in self.model._meta.by_name or hasattr(self.model, name):
                raise self.invalid(
                    f"annotate: {name!r} is a name of the model already; give the computed value another"
                )
            aggregate = has_aggregate(shape)
            if aggregate and self.names is not None and not self.direct:
                self.direct = True
                self.group = [self._any(self.expr, ("F", one))[0] for one in self.names]
            self.annotations[name] = self._any(self.expr, shape)
            if aggregate and self.direct:
                self.aggregates.add(name)
            if self.names is not None and name not in self.names:
                self.names = (*self.names, name)

    def _op_values(self, names: tuple[str, ...], how: str) -> None:
        if not names:
            names = (*(field.attname for field in self.model._meta.fields), *self.annotations)
        self.names, self.how = names, how

    def _op_related(self, names: tuple[str, ...]) -> None:
        pass  # its columns are there already

    def _op_only(self, names: tuple[str, ...]) -> None:
        if self.node is not None:
            for name in names:
                find(self.model, name.split("__")[0]) or self.model._meta.field(name)

    def _op_prefetch(self, specs: tuple[Any, ...]) -> None:
        if self.node is None:
            raise self.invalid("prefetch_related is for instances, not for values")
        for path, query in specs:
            prefetch.add(self, self.level, self.node, path.split("__"), query)

    def _op_limit(self, limit: bool, offset: bool) -> None:
        self.limit = self.arena.param(None) if limit else None
        self.offset = self.arena.param(None) if offset else None

    def _op_after(self, nulls: tuple[bool, ...]) -> None:
        self.tie = True
        for position, null in enumerate(nulls):
            if null:
                self.after.append(self.arena.null())
            else:
                self._after_params.append((position, len(self.arena.converters)))
                self.after.append(self.arena.param())

    def _op_through(self, table: str, near: str, far: str, remote: str) -> None:
        arena, pairs = self.arena, self.arena.alias()
        on = arena.binary("EQ", arena.column(pairs, far), arena.column(self.alias, remote))
        source = wit.Source(wit.Relation_Table(table), pairs)
        self.joins.append(wit.Join(wit.JoinKind.INNER, source, on))
        self.where.append(arena.binary("EQ", arena.column(pairs, near), arena.param()))

    # ---- The end ------------------------------------------------------------

    def order_by(self) -> list[Any]:
        """Returns ORDER BY, with the key at the end where equal rows need a fixed order."""
        given = self.terms
        if given is None:
            given = [] if self.group or self.distinct else list(self.model._meta.ordering)
        names = {term.lstrip("-") for term in given if isinstance(term, str)}
        terms: list[Any] = []
        term_kinds: list[Any] = []
        for term in given:
            if isinstance(term, str):
                term_kinds.append(self._any(self.expr, ("F", term.lstrip("-")))[1])
                term = self._any(self.order_term, term, backwards=self.backwards)
            else:
                term_kinds.append(None)
                if self.backwards:
                    term = wit.OrderTerm(term.expr, not term.descending, term.nulls)
            terms.append(term)
        pk = self.model._meta.pk
        if (self.tie or (self.backwards and not terms)) and not names & {"pk", pk.attname}:
            descending = terms[-1].descending if terms else self.backwards
            terms.append(wit.OrderTerm(self.key(), descending, wit.Nulls.DEFAULT))
            term_kinds.append(pk.kind)
        if self.after and len(self.after) != len(terms):
            raise self.invalid(
                f"after() has {len(self.after)} values, and the order {len(terms)} terms"
            )
        for position, param in self._after_params:
            kind = term_kinds[position]
            if kind is not None:
                self.arena.converters[param] = kind.to_db
        return terms

    def finish(self, columns: list[Any], *, ordered: bool = True, **more: Any) -> int:
        """Adds the select."""
        parts: dict[str, Any] = {
            "distinct": self.distinct,
            "columns": columns,
            "order_by": self.order_by() if ordered else [],
            "source": self.source(),
            "filter": self.filter(),
            "joins": self.joins,
            "group_by": self.group,
            "having": self.arena.fold("AND", self.having) if self.having else None,
            "after": self.after,
            "limit": self.limit,
            "offset": self.offset,
        }
        if self.offset is not None and self.limit is None:
            parts["limit"] = self.arena.integer(-1)
        parts.update(more)
        return self.arena.select(**parts)

    def outputs(self) -> list[tuple[str, int, Any]]:
        """Adds what `values` names; returns names, expressions and kinds."""
        assert self.names is not None
        return [(name, *self._any(self.expr, ("F", name))) for name in self.names]

    def results(self) -> tuple[list[Any], Any]:
        """Returns the columns, and the function that makes results of rows."""
        if self.node is None:
            outputs = self.outputs()
            columns = [wit.Selected(expr, None) for _, expr, _ in outputs]
            named = [(name, kind) for name, _, kind in outputs]
            self.shown = (named, self.how)
            return columns, build.values(named, self.how)
        for name, (expr, kind) in self.annotations.items():
            self.node.annotations.append((name, len(self.columns), kind))
            self.columns.append(wit.Selected(expr, None))
        self.shown = self.node
        extra = 1 if self.level else 0
        return self.columns, build.instances(self.node, len(self.columns) + extra)


def _start(arena: Arena, model: Any) -> Select:
    return Select(arena, model, model._meta.table)


def rows(model: Any, ops: tuple[Any, ...]) -> Compiled:
    """Compiles a query for its rows."""
    arena = Arena()
    select = _start(arena, model).walk(ops, instances=True)
    columns, make = select.results()
    body = wit.Body_Select(select.finish(columns))
    return Compiled(arena, body, make, select.loads, select.shown)


def inner(
    arena: Arena, model: Any, ops: tuple[Any, ...], outer: Any, any_row: bool
) -> tuple[int, Any]:
    """Adds a query within another: of one column, or for EXISTS."""
    select = Select(arena, model, arena.alias(), outer).walk(ops, instances=False)
    if any_row:
        return select.finish([wit.Selected(arena.integer(1), None)]), None
    if select.names is None:
        return select.finish([wit.Selected(select.key(), None)]), model._meta.pk.kind
    (_, expr, kind), *more = select.outputs()
    if more:
        raise select.invalid("a query within a query has one column: values('name')")
    return select.finish([wit.Selected(expr, None)]), kind


def count(model: Any, ops: tuple[Any, ...]) -> Compiled:
    """Compiles count()."""
    arena = Arena()
    number = wit.AggregateCall(wit.Aggregate.COUNT, [], False, None)
    plain = not any(op[0] in ("limit", "distinct", "values") for op in ops)
    if plain:
        select = _start(arena, model).walk(ops, instances=False)
        column = wit.Selected(arena.add(wit.Expr_Aggregate(number)), None)
        return Compiled(arena, wit.Body_Select(select.finish([column], ordered=False)))
    select = Select(arena, model, arena.alias()).walk(ops, instances=False)
    if select.names is None:
        exprs = [arena.column(select.alias, field.column) for field in model._meta.fields]
    else:
        exprs = [expr for _, expr, _ in select.outputs()]
    columns = [wit.Selected(expr, f"c{at}") for at, expr in enumerate(exprs)]
    within = select.finish(columns)
    whole = arena.select(
        columns=[wit.Selected(arena.add(wit.Expr_Aggregate(number)), None)],
        source=wit.Source(wit.Relation_Select(within), arena.alias()),
    )
    return Compiled(arena, wit.Body_Select(whole))


def exists(model: Any, ops: tuple[Any, ...]) -> Compiled:
    """Compiles exists()."""
    arena = Arena()
    select = _start(arena, model).walk(ops, instances=False)
    one = arena.integer(1)
    body = select.finish([wit.Selected(one, None)], ordered=False, limit=one, distinct=False)
    return Compiled(arena, wit.Body_Select(body))


def aggregate(model: Any, ops: tuple[Any, ...], named: tuple[tuple[str, Any], ...]) -> Compiled:
    """Compiles aggregate()."""
    arena = Arena()
    if any(op[0] in ("limit", "distinct") for op in ops):
        within, _ = inner(arena, model, ops, None, False)
        select = _start(arena, model)
        select.where.append(arena.add(wit.Expr_InSelect((select.key(), within))))
    else:
        select = _start(arena, model).walk(ops, instances=False)
    if select.group:
        raise select.invalid("aggregate() of grouped rows; annotate() has the groups' values")
    select.direct = True
    outputs = [(name, *select._any(select.expr, shape)) for name, shape in named]
    columns = [wit.Selected(expr, None) for _, expr, _ in outputs]
    make = build.values([(name, kind) for name, _, kind in outputs], "dict")
    return Compiled(arena, wit.Body_Select(select.finish(columns, ordered=False)), make)
