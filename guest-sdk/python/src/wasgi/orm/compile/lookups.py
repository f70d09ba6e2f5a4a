"""Look-ups: what stands after the last `__` in `title__contains`, and parts of values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable

from wasgi.orm import kinds
from wasgi.orm._wit import wit

if TYPE_CHECKING:
    from wasgi.orm.compile.lower import Lower

# The parts of a datetime or date, and SQLite's format for them.
PARTS = {
    "year": "%Y", "month": "%m", "day": "%d", "hour": "%H", "minute": "%M", "second": "%S",
    "week": "%W", "week_day": "%w",
}  # fmt: skip
_DATE_PARTS = {"year": (1, 4), "month": (6, 2), "day": (9, 2)}


def part(scope: Lower, expr: int, kind: Any, name: str) -> tuple[int, Any] | None:
    """Returns a part of a value, such as `created__year`; None where there is no such part."""
    arena = scope.arena
    if kind is kinds.TIMESTAMP:
        if name == "date":
            return arena.call("DATE", expr), kinds.DATE
        if name in PARTS:
            text = arena.call("STRFTIME", arena.text(PARTS[name]), expr)
            return arena.add(wit.Expr_Cast((text, wit.ColumnType.INTEGER))), kinds.INTEGER
    if kind is kinds.DATE and name in _DATE_PARTS:
        start, length = (arena.integer(number) for number in _DATE_PARTS[name])
        text = arena.call("SUBSTR", expr, start, length)
        return arena.add(wit.Expr_Cast((text, wit.ColumnType.INTEGER))), kinds.INTEGER
    if kind in (kinds.TEXT, kinds.BLOB) and name == "length":
        return arena.call("LENGTH", expr), kinds.INTEGER
    if kind is kinds.TEXT and name in ("lower", "upper"):
        return arena.call(name.upper(), expr), kinds.TEXT
    return None


def _escape_like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _escape_glob(text: str) -> str:
    return "".join(f"[{char}]" if char in "*?[" else char for char in text)


_PATTERNS: dict[str, tuple[str, Callable[[Any], str]]] = {
    "iexact": ("LIKE", lambda value: _escape_like(str(value))),
    "icontains": ("LIKE", lambda value: f"%{_escape_like(str(value))}%"),
    "istartswith": ("LIKE", lambda value: f"{_escape_like(str(value))}%"),
    "iendswith": ("LIKE", lambda value: f"%{_escape_like(str(value))}"),
    "startswith": ("GLOB", lambda value: f"{_escape_glob(str(value))}*"),
    "endswith": ("GLOB", lambda value: f"*{_escape_glob(str(value))}"),
}
_COMPARISONS = {"exact": "EQ", "gt": "GT", "gte": "GE", "lt": "LT", "lte": "LE"}

NAMES = frozenset((*_PATTERNS, *_COMPARISONS, "contains", "in", "range", "isnull"))


def lower(scope: Lower, name: str, expr: int, kind: Any, value: Any) -> int:
    """Adds a comparison with a value's shape."""
    arena = scope.arena
    if name == "isnull":
        return arena.unary("IS_NULL" if value[1] else "IS_NOT_NULL", expr)
    if name == "in":
        return _in(scope, expr, kind, value)
    if name == "range":
        low = scope.value(value[1], kind)
        return arena.add(wit.Expr_Between((expr, low, scope.value(value[2], kind))))
    if value == "null":
        if name not in ("exact", "iexact"):
            raise scope.invalid(f"{name} cannot compare with None; use isnull")
        return arena.unary("IS_NULL", expr)
    if name in _COMPARISONS:
        return arena.binary(_COMPARISONS[name], expr, scope.value(value, kind))
    if name == "contains":
        found = arena.call("INSTR", expr, _text(scope, value))
        return arena.binary("GT", found, arena.integer(0))
    operator, pattern = _PATTERNS[name]
    if value != "?":
        raise scope.invalid(f"{name} takes a text, not an expression")
    return arena.binary(operator, expr, arena.param(pattern))


def _text(scope: Lower, value: Any) -> int:
    return scope.arena.param(str) if value == "?" else scope.expr(value)[0]


def _in(scope: Lower, expr: int, kind: Any, value: Any) -> int:
    arena = scope.arena
    if value[0] == "query":
        select, _ = scope.subquery(value)
        scope.maybe_null = True
        return arena.add(wit.Expr_InSelect((expr, select)))
    if value[0] != "in":
        raise scope.invalid("in takes a list or a query")
    if value[1] == 0:
        return arena.false()
    members = [scope.value("?", kind) for _ in range(value[1])]
    return arena.add(wit.Expr_InList((expr, members)))
