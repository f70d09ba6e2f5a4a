"""From rows to results, in one loop that is compiled for the shape of the query.

A call per value would cost more than everything else together, so the loop is
made as source text: it unpacks a row into locals, stores them as attributes, and
has the conversions of those columns that need one written out. Only names that
are identifiers, and the fixed texts of `kinds`, get into that source.
"""

from __future__ import annotations

from typing import Any, Callable, Sequence

from wasgi.orm.kinds import NAMES

Make = Callable[[list[Any]], list[Any]]
_INDENT = "        "


def _convert(column: int, kind: Any, nullable: bool) -> str:
    """Returns the source of a column's value."""
    local = f"c{column}"
    if kind is None or kind.code is None:
        return local
    made = kind.code.format(local)
    return f"None if {local} is None else {made}" if nullable else made


def _compile(lines: list[str], names: dict[str, Any]) -> Make:
    space = dict(NAMES)
    space.update(names, new=object.__new__)
    exec("\n".join(lines), space)
    make: Make = space["make"]
    return make


def _locals(count: int) -> str:
    return "".join(f"c{column}, " for column in range(count))


def instances(node: Any, width: int) -> Make:
    """Returns the function that makes instances of a node from rows of so many columns."""
    names: dict[str, Any] = {}
    lines = [
        "def make(rows):",
        "    made = []",
        "    add = made.append",
        f"    for {_locals(width)}in rows:",
    ]
    _instance(node, names, lines, _INDENT)
    lines += [f"{_INDENT}add(o0)", "    return made"]
    return _compile(lines, names)


def _instance(node: Any, names: dict[str, Any], lines: list[str], indent: str) -> str:
    number = len(names)
    it = f"o{number}"
    names[f"M{number}"] = node.model
    lines.append(f"{indent}{it} = new(M{number})")
    for attname, column, kind, nullable in node.fields:
        lines.append(f"{indent}{it}.{attname} = {_convert(column, kind, nullable)}")
    for name, column, kind in node.annotations:
        lines.append(f"{indent}{it}.{name} = {_convert(column, kind, True)}")
    for relation, marker, child in node.children.values():
        if marker is None:
            inner = _instance(child, names, lines, indent)
            lines.append(f"{indent}{it}.{relation.slot} = {inner}")
        else:
            lines.append(f"{indent}if c{marker} is None: {it}.{relation.slot} = None")
            lines.append(f"{indent}else:")
            inner = _instance(child, names, lines, indent + "    ")
            lines.append(f"{indent}    {it}.{relation.slot} = {inner}")
    return it


def values(outputs: Sequence[tuple[str, Any]], how: str) -> Make:
    """Returns the function that makes dicts, tuples or bare values from rows."""
    converted = [_convert(at, kind, True) for at, (_, kind) in enumerate(outputs)]
    if how == "dict":
        parts = (f"{name!r}: {code}" for (name, _), code in zip(outputs, converted))
        item = "{" + ", ".join(parts) + "}"
    elif how == "flat":
        item = converted[0]
    elif all(code == f"c{at}" for at, code in enumerate(converted)):
        return lambda rows: rows
    else:
        item = "(" + "".join(f"{code}, " for code in converted) + ")"
    line = f"    return [{item} for {_locals(len(outputs))}in rows]"
    return _compile(["def make(rows):", line], {})


class Load:
    """Gives the rows of one prefetch to the instances they belong to."""

    __slots__ = ("_make", "key", "level", "node", "relation", "way")

    def __init__(
        self, level: int, way: tuple[str, ...], key: int, relation: Any, make: Make, node: Any
    ) -> None:
        # Whose rows the parents are, and the way from there through joined relations.
        self.level, self.way, self.key = level, way, key
        self.relation, self._make = relation, make
        # What the columns of the rows are, but the last.
        self.node = node

    def give(
        self, parents: tuple[list[Any], list[Any]], rows: list[Any]
    ) -> tuple[list[Any], list[Any]]:
        """Makes the instances, gives them to their parents, and returns them with their rows."""
        relation, made = self.relation, self._make(rows)
        slot, many = relation.slot, relation.many
        groups: dict[Any, Any] = {}
        if many:
            for row, one in zip(rows, made):
                group = groups.get(row[-1])
                if group is None:
                    groups[row[-1]] = [one]
                else:
                    group.append(one)
        else:
            for row, one in zip(rows, made):
                groups[row[-1]] = one
        back = relation.field
        back_slot = back.relation.slot if back is not None and back.relation is not None else None
        key, way = self.key, self.way
        for row, holder in zip(*parents):
            for step in way:
                holder = None if holder is None else holder.__dict__[step]
            if holder is None:
                continue
            found = groups.get(row[key])
            if many:
                # Each its own list: two instances of one row share nothing.
                found = [] if found is None else list(found)
                if back_slot is not None:
                    for one in found:
                        one.__dict__[back_slot] = holder
            holder.__dict__[slot] = found
        return rows, made
