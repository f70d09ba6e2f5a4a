"""SQL of one's own, where the queries do not reach."""

from __future__ import annotations

from marshal import loads
from typing import Any, Sequence

from wasgi.orm import execute
from wasgi.orm.kinds import adapt


def select_sql(sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Returns the rows of one SQL statement, values as they are stored; parameters are `?`."""
    found = execute.prepare_sql(sql)
    answer = execute.ask(found, execute.pack(tuple(map(adapt, params))))
    rows: list[tuple[Any, ...]] = loads(answer.rows)
    return rows


def execute_sql(sql: str, params: Sequence[Any] = ()) -> int:
    """Runs one SQL statement for its effect; returns how many rows it changed."""
    found = execute.prepare_sql(sql)
    outcome = execute.do(found, execute.pack(tuple(map(adapt, params))))
    changes: int = outcome.changes
    return changes
