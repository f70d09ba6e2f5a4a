"""Functions of the database: of one row, over many rows, and over windows of rows.

A text argument is a field's name; a constant is `Value("...")`.

>>> Author.objects.annotate(posts=orm.Count("posts", filter=orm.Q(posts__public=True)))  # doctest: +SKIP
>>> Post.objects.annotate(place=orm.Window(orm.Rank(), order_by="-views"))               # doctest: +SKIP
"""

from __future__ import annotations

from typing import Any, Sequence

from wasgi.orm import shapes
from wasgi.orm.errors import InvalidQuery
from wasgi.orm.expressions import Condition, Expression
from wasgi.orm.kinds import of_annotation


class Aggregate(Expression):
    """A value over many rows. `distinct` counts equal values once; `filter` leaves rows out."""

    function = ""

    def __init__(
        self, *arguments: Any, distinct: bool = False, filter: Condition | None = None
    ) -> None:
        self._arguments, self._distinct, self._filter = arguments, distinct, filter

    def _shape(self, args: list[Any]) -> Any:
        given = [one for one in self._arguments if one != "*"] if self._arguments else ()
        arguments = tuple(shapes.reference(one, args) for one in given)
        keep = None if self._filter is None else self._filter._shape(args)
        return ("aggregate", self.function, arguments, self._distinct, keep)

    @property
    def default_name(self) -> str:
        """The name in `aggregate(Count("id"))`: `id__count`."""
        first = self._arguments[0] if self._arguments else ""
        if not isinstance(first, str):
            raise InvalidQuery("give this aggregate a name: aggregate(name=...)")
        return "__".join(filter(None, (first.strip("*"), self.function.lower())))


class Count(Aggregate):
    """How many values that are not null; `Count("*")` counts rows."""

    function = "COUNT"


class Sum(Aggregate):
    """The sum, exact for Decimal; None over nothing."""

    function = "SUM"


class Avg(Aggregate):
    """The mean; None over nothing."""

    function = "AVG"


class Min(Aggregate):
    """The smallest."""

    function = "MIN"


class Max(Aggregate):
    """The largest."""

    function = "MAX"


class Joined(Aggregate):
    """All values as one text; `Joined("name", Value(", "))` has the separator."""

    function = "GROUP_CONCAT"


class JsonList(Aggregate):
    """All values as a list."""

    function = "JSON_GROUP_ARRAY"


class WindowFunction(Aggregate):
    """A function that only a window has."""

    constants: tuple[str, ...] = ()


class RowNumber(WindowFunction):
    """1, 2, 3, ... within the window."""

    function = "ROW_NUMBER"


class Rank(WindowFunction):
    """The place; equals share one, and the next is left out."""

    function = "RANK"


class DenseRank(WindowFunction):
    """The place; equals share one, and none is left out."""

    function = "DENSE_RANK"


class PercentRank(WindowFunction):
    """The place from 0 to 1."""

    function = "PERCENT_RANK"


class CumeDist(WindowFunction):
    """The share of rows up to this one."""

    function = "CUME_DIST"


class Ntile(WindowFunction):
    """Which of n equal parts the row is in: `Ntile(4)`."""

    function = "NTILE"


class Lag(WindowFunction):
    """The value of the row before: `Lag("views")`, or n rows before: `Lag("views", 2)`."""

    function = "LAG"


class Lead(WindowFunction):
    """The value of the row after, or n rows after."""

    function = "LEAD"


class FirstValue(WindowFunction):
    """The value of the frame's first row."""

    function = "FIRST_VALUE"


class LastValue(WindowFunction):
    """The value of the frame's last row."""

    function = "LAST_VALUE"


class NthValue(WindowFunction):
    """The value of the frame's n-th row: `NthValue("views", 2)`."""

    function = "NTH_VALUE"


class Frame:
    """The rows around the current one that a window sees.

    `Frame(start=-2, end=0)` is the two before and itself; None is without end.
    """

    def __init__(self, start: int | None = None, end: int | None = 0, unit: str = "rows") -> None:
        if unit not in ("rows", "range", "groups"):
            raise InvalidQuery(f"the unit of a frame is rows, range or groups, not {unit!r}")
        self._it = (unit, start, end)


class Window(Expression):
    """A function over the rows that share `partition_by`, in the order of `order_by`."""

    def __init__(
        self,
        function: Aggregate,
        *,
        partition_by: Any = (),
        order_by: Any = (),
        frame: Frame | None = None,
    ) -> None:
        if not isinstance(function, Aggregate):
            raise InvalidQuery(
                f"orm.Window takes an aggregate or a window function, not {function!r}"
            )
        self._function = function
        self._partition, self._order, self._frame = _many(partition_by), _many(order_by), frame

    def _shape(self, args: list[Any]) -> Any:
        function = self._function._shape(args)
        partition = tuple(shapes.reference(one, args) for one in self._partition)
        order = tuple(shapes.order_term(one, args) for one in self._order)
        return ("window", function, partition, order, self._frame._it if self._frame else None)


def _many(given: Any) -> Sequence[Any]:
    return given if isinstance(given, (list, tuple)) else (given,)


class Function(Expression):
    """A function of one row's values."""

    function = ""

    def __init__(self, *arguments: Any) -> None:
        self._arguments = arguments

    def _shape(self, args: list[Any]) -> Any:
        return (
            "call",
            self.function,
            tuple(shapes.reference(one, args) for one in self._arguments),
        )


class Abs(Function):
    """Without its sign."""

    function = "ABS"


class Coalesce(Function):
    """The first argument that is not null."""

    function = "COALESCE"


class Greatest(Function):
    """The largest argument; null where one is."""

    function = "MAX"


class Least(Function):
    """The smallest argument; null where one is."""

    function = "MIN"


class Length(Function):
    """Characters of a text, bytes of a blob."""

    function = "LENGTH"


class Lower(Function):
    """ASCII letters in small."""

    function = "LOWER"


class Upper(Function):
    """ASCII letters in capitals."""

    function = "UPPER"


class NullIf(Function):
    """Null where both are equal, or else the first."""

    function = "NULLIF"


class Replace(Function):
    """A text with one part replaced: `Replace("title", Value("a"), Value("b"))`."""

    function = "REPLACE"


class Round(Function):
    """Rounded, to so many places: `Round("price", 2)`."""

    function = "ROUND"


class Substr(Function):
    """A part of a text: `Substr("title", 1, 10)`, counted from 1."""

    function = "SUBSTR"


class Trim(Function):
    """A text without blanks at its ends."""

    function = "TRIM"


class JsonLength(Function):
    """How long a JSON list is."""

    function = "JSON_ARRAY_LENGTH"


class Now(Function):
    """The database's clock."""

    function = "NOW"


class Day(Function):
    """The date of a datetime."""

    function = "DATE"


class Format(Function):
    """A datetime as text, in SQLite's `strftime` format: `Format(Value("%Y-%m"), "created")`."""

    function = "STRFTIME"


class Concat(Expression):
    """Texts one after another."""

    def __init__(self, *parts: Any) -> None:
        if len(parts) < 2:
            raise InvalidQuery("orm.Concat needs two parts")
        self._parts = parts

    def _shape(self, args: list[Any]) -> Any:
        shape = shapes.reference(self._parts[0], args)
        for part in self._parts[1:]:
            shape = ("op", "CONCAT", shape, shapes.reference(part, args))
        return shape


class Cast(Expression):
    """A value as another type: `Cast("text", int)`."""

    def __init__(self, value: Any, to: type) -> None:
        kind = of_annotation(to)
        if kind is None:
            raise InvalidQuery(f"orm.Cast: {to!r} is no type of a column")
        self._value, self._kind = value, kind

    def _shape(self, args: list[Any]) -> Any:
        return ("cast", self._kind.name, shapes.reference(self._value, args))
