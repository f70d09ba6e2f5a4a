"""What can stand in a query beside values: columns, conditions, functions, subqueries.

>>> Post.objects.filter(orm.Q(title="a") | ~orm.Q(views__gt=orm.F("likes") * 2))  # doctest: +SKIP
"""

from __future__ import annotations

from typing import Any

from wasgi.orm import shapes
from wasgi.orm.errors import InvalidQuery


class Expression:
    """Anything that has a value for each row."""

    def _shape(self, args: list[Any]) -> Any:
        raise NotImplementedError

    def _order_shape(self, args: list[Any]) -> Any:
        return ("order", self._shape(args), False, "DEFAULT")

    def asc(self, *, nulls_first: bool = False, nulls_last: bool = False) -> Ordered:
        """As a term of `order_by`: smallest first."""
        return Ordered(self, False, nulls_first, nulls_last)

    def desc(self, *, nulls_first: bool = False, nulls_last: bool = False) -> Ordered:
        """As a term of `order_by`: largest first."""
        return Ordered(self, True, nulls_first, nulls_last)

    def __add__(self, other: Any) -> Expression:
        return _Operation("ADD", self, other)

    def __radd__(self, other: Any) -> Expression:
        return _Operation("ADD", other, self)

    def __sub__(self, other: Any) -> Expression:
        return _Operation("SUBTRACT", self, other)

    def __rsub__(self, other: Any) -> Expression:
        return _Operation("SUBTRACT", other, self)

    def __mul__(self, other: Any) -> Expression:
        return _Operation("MULTIPLY", self, other)

    def __rmul__(self, other: Any) -> Expression:
        return _Operation("MULTIPLY", other, self)

    def __truediv__(self, other: Any) -> Expression:
        return _Operation("DIVIDE", self, other)

    def __rtruediv__(self, other: Any) -> Expression:
        return _Operation("DIVIDE", other, self)

    def __mod__(self, other: Any) -> Expression:
        return _Operation("MODULO", self, other)

    def __neg__(self) -> Expression:
        return _Operation("SUBTRACT", Value(0), self)

    def __bool__(self) -> bool:
        raise TypeError("an expression has a value only in the database; use & and |, not and, or")


class Ordered:
    """An expression with a direction."""

    def __init__(self, expression: Expression, descending: bool, first: bool, last: bool) -> None:
        self._expression, self._descending = expression, descending
        self._nulls = "FIRST" if first else "LAST" if last else "DEFAULT"

    def _order_shape(self, args: list[Any]) -> Any:
        return ("order", self._expression._shape(args), self._descending, self._nulls)


class F(Expression):
    """A column of the row, or of a related one: `F("views")`, `F("author__name")`."""

    def __init__(self, name: str) -> None:
        self._name = name

    def _shape(self, args: list[Any]) -> Any:
        return ("F", self._name)


class OuterRef(F):
    """In a subquery: a column of the row of the query around it."""

    def _shape(self, args: list[Any]) -> Any:
        return ("outer", self._name)


class Value(Expression):
    """A constant, where a text would be taken for a field's name."""

    def __init__(self, value: Any) -> None:
        self._value = value

    def _shape(self, args: list[Any]) -> Any:
        return shapes.operand(self._value, args)


class _Operation(Expression):
    def __init__(self, operator: str, left: Any, right: Any) -> None:
        self._operator, self._left, self._right = operator, left, right

    def _shape(self, args: list[Any]) -> Any:
        left = shapes.operand(self._left, args)
        return ("op", self._operator, left, shapes.operand(self._right, args))


class Condition(Expression):
    """An expression that is true or not; `&`, `|` and `~` combine conditions."""

    def __and__(self, other: Condition) -> Condition:
        return _Combined("and", (self, other))

    def __or__(self, other: Condition) -> Condition:
        return _Combined("or", (self, other))

    def __invert__(self) -> Condition:
        return _Combined("not", (self,))


class Q(Condition):
    """A condition as `filter` takes it, to be combined: `Q(a=1) | ~Q(b__gt=2)`."""

    def __init__(self, *conditions: Condition, **lookups: Any) -> None:
        self._conditions, self._lookups = conditions, lookups

    def _shape(self, args: list[Any]) -> Any:
        return shapes.conditions(self._conditions, self._lookups, args)

    def __and__(self, other: Condition) -> Condition:
        if not self._conditions and not self._lookups:
            return other
        return super().__and__(other)

    def __or__(self, other: Condition) -> Condition:
        if not self._conditions and not self._lookups:
            return other
        return super().__or__(other)


class _Combined(Condition):
    _how: str

    def __init__(self, how: str, parts: tuple[Any, ...]) -> None:
        for part in parts:
            if not isinstance(part, Condition):
                raise TypeError(f"{part!r} is no condition; write orm.Q(...)")
        flat: list[Any] = []
        for part in parts:
            same = how != "not" and isinstance(part, _Combined) and part._how == how
            flat += part._parts if same else (part,)
        self._how = how
        self._parts: tuple[Any, ...] = tuple(flat)

    def _shape(self, args: list[Any]) -> Any:
        return (self._how, *(part._shape(args) for part in self._parts))


class Exists(Condition):
    """True where a subquery has a row: `Exists(Post.objects.filter(author=OuterRef("pk")))`."""

    def __init__(self, query: Any) -> None:
        self._query = query

    def _shape(self, args: list[Any]) -> Any:
        return ("exists", self._query._as_query(args))


class Subquery(Expression):
    """The one value of a subquery's first row; null where it has none.

    The query says which by `values`: `Subquery(posts.order_by("-id").values("title")[:1])`.
    """

    def __init__(self, query: Any) -> None:
        self._query = query

    def _shape(self, args: list[Any]) -> Any:
        return ("scalar", self._query._as_query(args))


class When:
    """One branch of a `Case`: `When(views__gt=100, then=Value("hot"))`."""

    def __init__(self, *conditions: Condition, then: Any, **lookups: Any) -> None:
        if not conditions and not lookups:
            raise InvalidQuery("orm.When needs a condition")
        self._conditions, self._lookups, self._then = conditions, lookups, then

    def _shape(self, args: list[Any]) -> Any:
        condition = shapes.conditions(self._conditions, self._lookups, args)
        return (condition, shapes.reference(self._then, args))


class Case(Expression):
    """The value of the first branch whose condition is true, or else `default`."""

    def __init__(self, *branches: When, default: Any = None) -> None:
        if not branches:
            raise InvalidQuery("orm.Case needs an orm.When")
        self._branches, self._default = branches, default

    def _shape(self, args: list[Any]) -> Any:
        branches = tuple(branch._shape(args) for branch in self._branches)
        return ("case", branches, shapes.reference(self._default, args))


class Relevance(Expression):
    """How well a row matches `.search()`; smaller is better. See `relevance`."""

    def _shape(self, args: list[Any]) -> Any:
        return ("relevance",)


relevance = Relevance()
"""After `.search()`: the order of the best matches, `order_by(orm.relevance)`."""
