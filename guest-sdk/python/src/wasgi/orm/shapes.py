"""From what a query is given to its shape: nested tuples that can be hashed.

A shape has everything of a query but its values, which go into a list of
arguments, in order, and stand in the shape as "?". Two queries of one shape are
one statement, compiled once. Building a shape is all that happens when a query
that was seen before is made, so it is made of tuples and nothing else.

| shape | meaning |
| --- | --- |
| `"?"`, `"null"` | an argument; NULL |
| `("=", lookup, value)` | `author__name__contains` and what it is compared with |
| `("and", a, ...)`, `("or", a, ...)`, `("not", a)` | of conditions |
| `("in", n)` | as value: n arguments |
| `("flag", bool)` | as value of `isnull` |
| `("query", model, ops)` | a query within the query |
| others | of expressions: see `lower_expr` |
"""

from __future__ import annotations

from typing import Any

from wasgi.orm import registry
from wasgi.orm.errors import InvalidQuery
from wasgi.orm.kinds import PLAIN

Shape = Any

# The host takes 1000 parameters; the keys of a prefetch are up to 256 of them.
_MOST_IN = 700


def conditions(given: tuple[Any, ...], lookups: dict[str, Any], args: list[Any]) -> Shape:
    """Returns the shape of what `filter` was given."""
    parts = [condition(one, args) for one in given] if given else []
    for name, value in lookups.items():
        if type(value) in PLAIN and name[-8:] != "__isnull":
            args.append(value)
            parts.append(("=", name, "?"))
        else:
            parts.append(("=", name, compared(name, value, args)))
    return parts[0] if len(parts) == 1 else ("and", *parts)


def condition(one: Any, args: list[Any]) -> Shape:
    """Returns the shape of one condition: a `Q`, or an expression that is true or not."""
    shape = getattr(one, "_shape", None)
    if shape is None:
        raise InvalidQuery(
            f"a condition is field=value, orm.Q(...) or an expression such as orm.Exists, not {one!r}"
        )
    return shape(args)


def compared(name: str, value: Any, args: list[Any]) -> Shape:
    """Returns the shape of what a lookup compares with."""
    last = name.rpartition("__")[2]
    if last == "isnull":
        if not isinstance(value, bool):
            raise InvalidQuery(f"{name} is True or False, not {value!r}")
        return ("flag", value)
    if last == "in":
        return _list(name, value, args)
    if last == "range":
        low, high = value
        return ("range", operand(low, args), operand(high, args))
    return operand(value, args)


def _list(name: str, value: Any, args: list[Any]) -> Shape:
    query = getattr(value, "_as_query", None)
    if query is not None:
        return query(args)
    if isinstance(value, (str, bytes)) or not hasattr(value, "__iter__"):
        raise InvalidQuery(f"{name} takes a list or a query, not {value!r}")
    members = [key_of(member) for member in value]
    if len(members) > _MOST_IN:
        raise InvalidQuery(
            f"{name} has {len(members)} values, and a query takes {_MOST_IN}; use a query instead of "
            "a list, or ask in parts"
        )
    if None in members:
        # NULL is in no list.
        members = [member for member in members if member is not None]
    # Lists of similar length share a statement: the last value is said again.
    count = len(members)
    size = count if count < 2 else 1 << (count - 1).bit_length()
    size = min(size, _MOST_IN)
    args += members
    if size > count:
        args += [members[-1]] * (size - count)
    return ("in", size)


def key_of(value: Any) -> Any:
    """Returns the primary key of an instance, and anything else as it is."""
    if registry.is_model(type(value)):
        key = value.pk
        if key is None:
            raise InvalidQuery(f"{value!r} is not saved yet, so nothing can be compared with it")
        return key
    return value


def operand(value: Any, args: list[Any]) -> Shape:
    """Returns the shape of a value or an expression."""
    if type(value) in PLAIN:
        args.append(value)
        return "?"
    if value is None:
        return "null"
    shape = getattr(value, "_shape", None)
    if shape is not None and not isinstance(value, type):
        return shape(args)
    query = getattr(value, "_as_query", None)
    if query is not None:
        return ("scalar", query(args))
    args.append(key_of(value))
    return "?"


def reference(value: Any, args: list[Any]) -> Shape:
    """As `operand`, where a text is the name of a field."""
    return ("F", value) if isinstance(value, str) else operand(value, args)


def order_term(term: Any, args: list[Any]) -> Shape:
    """Returns the shape of a term of `order_by`: a name, `-name`, or an expression."""
    if isinstance(term, str):
        return term
    shape = getattr(term, "_order_shape", None)
    if shape is None:
        raise InvalidQuery(f"order_by takes names and expressions, not {term!r}")
    return shape(args)
