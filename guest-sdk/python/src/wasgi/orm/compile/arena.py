"""The arena of one statement: nodes, selects, parameters, names of sources."""

from __future__ import annotations

from typing import Any, Callable, Sequence

from wasgi.orm import kinds
from wasgi.orm._wit import wit

Convert = Callable[[Any], Any]


class Compiled:
    """A statement as the host takes it, and what is to be done with arguments and rows."""

    __slots__ = ("build", "converters", "loads", "query", "shown")

    def __init__(
        self, arena: Arena, body: Any, build: Any = None, loads: Any = (), shown: Any = None
    ) -> None:
        self.query = arena.query(body)
        self.converters = tuple(
            (index, convert)
            for index, convert in enumerate(arena.converters)
            if convert is not None
        )
        # Makes the results from rows.
        self.build = build
        # One `Load` for each prefetch.
        self.loads = tuple(loads)
        # What the columns are: a `Node`, or names and kinds of values, and their form.
        self.shown = shown


class Arena:
    """What is built so far."""

    def __init__(self) -> None:
        self.exprs: list[Any] = []
        self.selects: list[Any] = []
        self.prefetches: list[Any] = []
        # By parameter; None: the value goes as it is.
        self.converters: list[Convert | None] = []
        self._aliases = 0
        self._columns: dict[tuple[str, str], int] = {}

    def add(self, node: Any) -> int:
        """Adds an expression."""
        self.exprs.append(node)
        return len(self.exprs) - 1

    def select(self, **parts: Any) -> int:
        """Adds a select."""
        whole: dict[str, Any] = {
            "distinct": False,
            "columns": [],
            "source": None,
            "joins": [],
            "filter": None,
            "group_by": [],
            "having": None,
            "compound": [],
            "order_by": [],
            "after": [],
            "limit": None,
            "offset": None,
        }
        whole.update(parts)
        self.selects.append(wit.Select(**whole))
        return len(self.selects) - 1

    def query(self, body: Any) -> Any:
        """Returns the whole."""
        return wit.Query(self.exprs, self.selects, body, self.prefetches)

    def alias(self) -> str:
        """Returns a name for a source that no other has."""
        self._aliases += 1
        return f"_{self._aliases}"

    def column(self, source: str, name: str) -> int:
        """Adds a column of a source, or finds it."""
        found = self._columns.get((source, name))
        if found is None:
            found = self.add(wit.Expr_Column(wit.ColumnRef(source, name)))
            self._columns[source, name] = found
        return found

    def param(self, convert: Convert | None = kinds.adapt) -> int:
        """Adds the next parameter."""
        self.converters.append(convert)
        return self.add(wit.Expr_Param(len(self.converters) - 1))

    def true(self) -> int:
        """Adds the constant true."""
        return self.add(wit.Expr_Constant(wit.Value_Boolean(True)))

    def false(self) -> int:
        """Adds the constant false."""
        return self.add(wit.Expr_Constant(wit.Value_Boolean(False)))

    def null(self) -> int:
        """Adds NULL."""
        return self.add(wit.Expr_Constant(wit.Value_Null()))

    def integer(self, value: int) -> int:
        """Adds an integer."""
        return self.add(wit.Expr_Constant(wit.Value_Integer(value)))

    def text(self, value: str) -> int:
        """Adds a text."""
        return self.add(wit.Expr_Constant(wit.Value_Text(value)))

    def unary(self, operator: str, operand: int) -> int:
        """Adds an operation on one operand."""
        return self.add(wit.Expr_Unary((wit.UnaryOp[operator], operand)))

    def binary(self, operator: str, left: int, right: int) -> int:
        """Adds an operation on two operands."""
        return self.add(wit.Expr_Binary((wit.BinaryOp[operator], left, right)))

    def call(self, function: str, *arguments: int) -> int:
        """Adds a function's call."""
        return self.add(wit.Expr_Call(wit.Call(wit.Function[function], list(arguments))))

    def fold(self, operator: str, parts: Sequence[int]) -> int:
        """Adds a chain of AND or OR; as a balanced tree, since depth has a bound."""
        if len(parts) == 1:
            return parts[0]
        half = len(parts) // 2
        left = self.fold(operator, parts[:half])
        return self.binary(operator, left, self.fold(operator, parts[half:]))
