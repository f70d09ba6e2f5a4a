"""Conditions and expressions, from shapes to nodes."""

from __future__ import annotations

from typing import Any, Sequence

from wasgi.orm import kinds
from wasgi.orm._wit import wit
from wasgi.orm.compile import lookups
from wasgi.orm.compile.scope import Scope, Term, decimal_or_real, find, many_prefix, paths

_KINDS = {kind.name: kind for kind in vars(kinds).values() if isinstance(kind, kinds.Kind)}
_CALLS = {
    "LENGTH": kinds.INTEGER, "LOWER": kinds.TEXT, "UPPER": kinds.TEXT, "REPLACE": kinds.TEXT,
    "SUBSTR": kinds.TEXT, "TRIM": kinds.TEXT, "JSON_ARRAY_LENGTH": kinds.INTEGER,
    "NOW": kinds.TIMESTAMP, "DATE": kinds.DATE, "STRFTIME": kinds.TEXT,
}  # fmt: skip
_AGGREGATES = {
    "COUNT": kinds.INTEGER, "AVG": kinds.REAL, "GROUP_CONCAT": kinds.TEXT,
    "JSON_GROUP_ARRAY": kinds.JSON, "ROW_NUMBER": kinds.INTEGER, "RANK": kinds.INTEGER,
    "DENSE_RANK": kinds.INTEGER, "PERCENT_RANK": kinds.REAL, "CUME_DIST": kinds.REAL,
    "NTILE": kinds.INTEGER,
}  # fmt: skip


class Lower(Scope):
    """A scope that lowers shapes into its arena."""

    # ---- Conditions ---------------------------------------------------------

    def condition(self, shape: Any) -> int:
        """Adds a condition."""
        head = shape[0]
        if head == "=":
            return self._lookup(shape[1], shape[2])
        if head in ("and", "or"):
            parts = [self.condition(part) for part in shape[1:]]
            return self.arena.fold(head.upper(), parts) if parts else self.arena.true()
        if head == "not":
            return self._not(shape[1])
        expr, _ = self.expr(shape)
        self.maybe_null = True
        return expr

    def _not(self, shape: Any) -> int:
        arena = self.arena
        if any(many_prefix(self.model, path) for path in paths(shape)):
            # Not: some related row does not meet it. But: no related row meets it.
            inner = type(self)(arena, self.model, arena.alias(), self.outer)
            inner.step = self.step
            inner.where.append(inner.condition(shape))
            select = arena.select(
                columns=[wit.Selected(inner.key(), None)],
                source=inner.source(),
                joins=inner.joins,
                filter=inner.filter(),
            )
            return arena.unary("NOT", arena.add(wit.Expr_InSelect((self.key(), select))))
        before, self.maybe_null = self.maybe_null, False
        expr = self.condition(shape)
        nullable, self.maybe_null = self.maybe_null, before
        return (
            arena.binary("NOT_SAME", expr, arena.true()) if nullable else arena.unary("NOT", expr)
        )

    def _lookup(self, path: str, value: Any) -> int:
        expr, kind, rest = self.resolve(path)
        name = "exact"
        if rest and rest[-1] in lookups.NAMES:
            name = rest.pop()
        expr, kind = self._parts(expr, kind, rest, path)
        if kind is kinds.DECIMAL:
            expr = self.exact(expr)
        return lookups.lower(self, name, expr, kind, value)

    def _parts(self, expr: int, kind: Any, rest: list[str], path: str) -> Term:
        """Goes into a JSON value, or takes a part of another."""
        if rest and kind is kinds.JSON:
            steps = [
                wit.JsonStep_Index(int(step)) if step.isdecimal() else wit.JsonStep_Key(step)
                for step in rest
            ]
            self.maybe_null = True
            return self.arena.add(wit.Expr_JsonPath((expr, steps))), None
        for name in rest:
            found = lookups.part(self, expr, kind, name)
            if found is None:
                raise self.invalid(
                    f"{path!r}: {name!r} is neither a field nor a look-up; look-ups are "
                    f"{', '.join(sorted(lookups.NAMES))}; datetimes have {', '.join(lookups.PARTS)}, date"
                )
            expr, kind = found
        return expr, kind

    # ---- Expressions --------------------------------------------------------

    def value(self, shape: Any, kind: Any) -> int:
        """Adds what something of this kind is compared with, or set to."""
        if shape == "?":
            return self.arena.param(kinds.adapt if kind is None else kind.to_db)
        return self.expr(shape)[0]

    def expr(self, shape: Any) -> Term:
        """Adds an expression."""
        if shape == "?":
            return self.arena.param(), None
        if shape == "null":
            return self.arena.null(), None
        head = shape[0]
        if head in ("=", "and", "or", "not"):
            return self.condition(shape), kinds.BOOLEAN
        term: Term = getattr(self, f"_expr_{head}")(shape)
        return term

    def _operands(self, given: Sequence[Any]) -> tuple[list[int], Any]:
        """Adds operands of one operation; arguments among them are of the others' kind."""
        exprs, kind, unknown = [], None, []
        for shape in given:
            if shape == "?":
                unknown.append(len(self.arena.converters))
            expr, its = self.expr(shape)
            exprs.append(expr)
            kind = its if kind is None else kind
        if kind is not None and kind.to_db is not None:
            for index in unknown:
                self.arena.converters[index] = kind.to_db
        return exprs, kind

    def exact(self, expr: int) -> int:
        """Says that an expression is a decimal: only of columns the database knows it."""
        node = self.arena.exprs[expr]
        if isinstance(node, (wit.Expr_Column, wit.Expr_Cast)):
            return expr
        return self._as_decimal(expr)

    def _as_decimal(self, expr: int) -> int:
        return self.arena.add(wit.Expr_Cast((expr, wit.ColumnType.DECIMAL)))

    def _expr_F(self, shape: Any) -> Term:
        expr, kind, rest = self.resolve(shape[1])
        return self._parts(expr, kind, rest, shape[1])

    def _expr_outer(self, shape: Any) -> Term:
        if self.outer is None:
            raise self.invalid("orm.OuterRef is for a query within another")
        self.maybe_null = True
        return self.outer.expr(("F", shape[1]))  # type: ignore[attr-defined, no-any-return]

    def _expr_op(self, shape: Any) -> Term:
        _, operator, left, right = shape
        if operator == "CONCAT":
            exprs, _ = [self.expr(left)[0], self.expr(right)[0]], None
            return self.arena.binary(operator, *exprs), kinds.TEXT
        before = len(self.arena.converters)
        (a, b), kind = self._operands((left, right))
        if kind in (kinds.TIMESTAMP, kinds.DATE, kinds.JSON):
            # Numbers are added to it, not more of its kind.
            self.arena.converters[before:] = [kinds.adapt for _ in self.arena.converters[before:]]
        if kind is kinds.DECIMAL and operator in ("ADD", "SUBTRACT", "MULTIPLY"):
            # Exact, where both sides say that they are decimals.
            both = self._as_decimal(a), self._as_decimal(b)
            return self.arena.binary(operator, *both), kind
        return self.arena.binary(operator, a, b), decimal_or_real(kind)

    def _expr_case(self, shape: Any) -> Term:
        branches, kind, unknown = [], None, []
        for condition, then in shape[1]:
            test = self.condition(condition)
            if then == "?":
                unknown.append(len(self.arena.converters))
            expr, its = self.expr(then)
            kind = its if kind is None else kind
            branches.append((test, expr))
        if shape[2] == "?":
            unknown.append(len(self.arena.converters))
        otherwise, its = self.expr(shape[2])
        kind = its if kind is None else kind
        if kind is not None:
            for index in unknown:
                self.arena.converters[index] = kind.to_db or kinds.adapt
        self.maybe_null = True
        return self.arena.add(wit.Expr_Case(wit.CaseExpr(branches, otherwise))), kind

    def _expr_call(self, shape: Any) -> Term:
        known = _CALLS.get(shape[1])
        if known is None:
            exprs, kind = self._operands(shape[2])
        else:
            exprs, kind = [self.expr(one)[0] for one in shape[2]], known
        self.maybe_null = True
        return self.arena.call(shape[1], *exprs), kind

    def _expr_cast(self, shape: Any) -> Term:
        expr, _ = self.expr(shape[2])
        to = wit.ColumnType[shape[1].upper()]
        return self.arena.add(wit.Expr_Cast((expr, to))), _KINDS[shape[1]]

    def _expr_relevance(self, shape: Any) -> Term:
        if self.search is None:
            raise self.invalid("orm.relevance needs .search() before it")
        return self.arena.add(wit.Expr_Relevance(self.search)), kinds.REAL

    def _expr_exists(self, shape: Any) -> Term:
        select, _ = self.subquery(shape[1], any_row=True)
        return self.arena.add(wit.Expr_Exists(select)), kinds.BOOLEAN

    def _expr_scalar(self, shape: Any) -> Term:
        select, kind = self.subquery(shape[1])
        self.maybe_null = True
        return self.arena.add(wit.Expr_Scalar(select)), kind

    def subquery(self, shape: Any, *, any_row: bool = False) -> tuple[int, Any]:
        """Adds a query within this one; returns its select and the kind of its column."""
        from wasgi.orm.compile.select import inner

        return inner(self.arena, shape[1], shape[2], self, any_row)

    # ---- Aggregates ---------------------------------------------------------

    def _expr_aggregate(self, shape: Any) -> Term:
        if self.direct:
            self.saw_aggregate = True
            call, kind = self._call(shape)
            return self.arena.add(wit.Expr_Aggregate(call)), kind
        return self._over_relation(shape)

    def _call(self, shape: Any, *, keep_filter: bool = True) -> tuple[Any, Any]:
        _, function, given, distinct, keep = shape
        kind, exprs = None, []
        for place, one in enumerate(given):
            # Others than the first are separators, numbers of rows, and the like.
            expr, its = self.expr(one)
            kind = its if place == 0 else kind
            exprs.append(expr)
        if exprs and function == "SUM" and kind is kinds.DECIMAL:
            exprs[0] = self._as_decimal(exprs[0])
        if exprs and function == "JSON_GROUP_ARRAY" and kind is kinds.JSON:
            exprs[0] = self.arena.add(wit.Expr_Cast((exprs[0], wit.ColumnType.JSON)))
        kept = self.condition(keep) if keep is not None and keep_filter else None
        call = wit.AggregateCall(wit.Aggregate[function], exprs, distinct, kept)
        if function == "SUM" and kind is kinds.BOOLEAN:
            kind = kinds.INTEGER
        return call, _AGGREGATES.get(function, kind)

    def _over_relation(self, shape: Any) -> Term:
        """An aggregate over a relation's rows: a subquery, so that no other join
        multiplies them, and none of them multiplies the rows of this select."""
        way = next(
            (path for path in paths((shape[2], shape[4])) if many_prefix(self.model, path)), None
        )
        if way is None:
            raise self.invalid(
                "an aggregate of the row's own fields needs rows to be grouped: "
                "values(...) before annotate(...), or aggregate(...), or a window: orm.Window(...)"
            )
        parts = way.split("__")[: many_prefix(self.model, way)]
        alias, model = self.alias, self.model
        for part in parts[:-1]:
            relation = find(model, part)
            alias, model = self.join(alias, relation), relation.target
        relation = find(model, parts[-1])
        arena = self.arena
        inner = type(self)(arena, relation.target, arena.alias(), self.outer)
        inner.prefix, inner.base, inner.direct, inner.step = parts, self, True, 0
        here = arena.column(alias, relation.local)
        if relation.through is None:
            there = arena.column(inner.alias, relation.remote)
        else:
            table, near, far = relation.through
            pairs = arena.alias()
            there = arena.column(pairs, near)
            on = arena.binary(
                "EQ", arena.column(pairs, far), arena.column(inner.alias, relation.remote)
            )
            source = wit.Source(wit.Relation_Table(table), pairs)
            inner.joins.append(wit.Join(wit.JoinKind.INNER, source, on))
        inner.where.append(arena.binary("EQ", there, here))
        call, kind = inner._call(shape, keep_filter=False)
        if shape[4] is not None:
            inner.where.append(inner.condition(shape[4]))
        select = arena.select(
            columns=[wit.Selected(arena.add(wit.Expr_Aggregate(call)), None)],
            source=inner.source(),
            joins=inner.joins,
            filter=inner.filter(),
        )
        return arena.add(wit.Expr_Scalar(select)), kind

    def _expr_window(self, shape: Any) -> Term:
        _, function, partition, order, frame = shape
        call, kind = self._call(function)
        by = [self.expr(one)[0] for one in partition]
        terms = [self.order_term(term) for term in order]
        window = wit.Window(call, by, terms, None if frame is None else _frame(*frame))
        self.maybe_null = True
        return self.arena.add(wit.Expr_Window(window)), kind

    def order_term(self, term: Any, *, backwards: bool = False) -> Any:
        """Returns a term of ORDER BY."""
        if isinstance(term, str):
            descending, nulls = term.startswith("-"), "DEFAULT"
            expr, kind = self.expr(("F", term.lstrip("-")))
        else:
            _, inner, descending, nulls = term
            expr, kind = self.expr(inner)
        if kind is kinds.DECIMAL:
            expr = self.exact(expr)
        if backwards:
            descending = not descending
            nulls = {"FIRST": "LAST", "LAST": "FIRST"}.get(nulls, nulls)
        return wit.OrderTerm(expr, descending, wit.Nulls[nulls])


def _frame(unit: str, start: int | None, end: int | None) -> Any:
    def bound(at: int | None, unbounded: Any) -> Any:
        if at is None:
            return unbounded()
        if at == 0:
            return wit.FrameBound_CurrentRow()
        return wit.FrameBound_Preceding(-at) if at < 0 else wit.FrameBound_Following(at)

    first = bound(start, wit.FrameBound_UnboundedPreceding)
    last = bound(end, wit.FrameBound_UnboundedFollowing)
    return wit.Frame(wit.FrameUnit[unit.upper()], first, last)
