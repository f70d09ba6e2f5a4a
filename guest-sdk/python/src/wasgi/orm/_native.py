"""The generated types of the import `orm`, for where there is no component.

One line per type of `wit/orm.wit`, in its order; `tests/test_orm_contract.py`
compares them with that file. The names are those that componentize-py gives.
"""

from __future__ import annotations

from dataclasses import make_dataclass
from enum import Enum
from typing import Any

_ENUMS = """
ColumnType boolean integer real text blob decimal uuid timestamp date json
ReferenceAction no-action restrict cascade set-null set-default
Collation binary nocase
UnaryOp not negate is-null is-not-null
BinaryOp eq ne lt le gt ge same not-same and or add subtract multiply divide modulo concat like not-like glob
Function abs coalesce date hex ifnull instr json-array-length json-set json-type length lower ltrim max min nullif replace round rtrim substr trim upper now strftime
Aggregate count sum avg min max group-concat json-group-array row-number rank dense-rank percent-rank cume-dist ntile lag lead first-value last-value nth-value
Nulls default first last
FrameUnit rows range groups
JoinKind inner left
CompoundOp union union-all intersect except
TransactionKind read write
"""

# A case with a payload ends in `=`.
_VARIANTS = """
Value null boolean= integer= real= text= blob= decimal= uuid= timestamp= date= json=
ColumnDefault constant= now
FrameBound unbounded-preceding preceding= current-row following= unbounded-following
JsonStep key= index=
Expr column= constant= param= unary= binary= between= in-list= in-select= exists= scalar= case= call= aggregate= window= json-path= cast= matches= relevance=
Relation table= select=
InsertSource params= rows= select=
ConflictAction ignore update=
Body select= insert= update= delete=
Error unique= foreign-key= not-null= check= type-mismatch= stale busy timeout quota= denied= syntax= unknown-table= unknown-column= invalid= misuse= corrupt= unavailable= no-database
"""

_RECORDS = """
Reference table column on-delete on-update
Column name kind nullable unique default references collation renamed-from fill
IndexColumn name descending
Index name columns unique condition
Check name condition
FullText columns tokenizer
Model table columns primary-key indexes checks full-text renamed-from
Step name sql
ColumnRef source name
Call function arguments
AggregateCall function arguments distinct filter
OrderTerm expr descending nulls
Frame unit start end
Window function partition-by order-by frame
CaseExpr branches otherwise
FullTextRef table source query
Source relation alias
Join kind source on
Selected expr alias
Select distinct columns source joins filter group-by having compound order-by after limit offset
Conflict target action filter
Insert table columns rows conflict returning
VersionCheck column expected
Update table set filter version returning
Delete table filter version returning
Prefetch parent key select on
Query exprs selects body prefetches
Constraint name table columns
SyntaxError message offset
Outcome changes last-insert-id
Rows rows related
"""


def _camel(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("-"))


def _define(into: dict[str, Any]) -> None:
    for line in _ENUMS.split("\n")[1:-1]:
        name, *members = line.split()
        upper = [member.upper().replace("-", "_") for member in members]
        into[name] = Enum(name, {member: number for number, member in enumerate(upper)})
    for line in _VARIANTS.split("\n")[1:-1]:
        name, *cases = line.split()
        for case in cases:
            full = f"{name}_{_camel(case.rstrip('='))}"
            into[full] = make_dataclass(full, ["value"] if case.endswith("=") else [])
    for line in _RECORDS.split("\n")[1:-1]:
        name, *fields = line.split()
        into[name] = make_dataclass(name, [field.replace("-", "_") for field in fields])


_define(globals())


def __getattr__(name: str) -> Any:
    raise AttributeError(f"wit/orm.wit has no type {name!r}")
