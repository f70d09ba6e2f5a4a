"""From a query's shape to the tree that the host takes; once per shape.

`arena` collects nodes and parameters, `scope` knows tables, joins and names,
`lower` makes conditions and expressions, `select` and `change` make whole
statements, `prefetch` the queries for related rows.

# Invariants

- Arguments are numbered in the order in which the shape has them: whoever walks
  a shape walks all of it, once, from the front.
- What could be NULL is never negated by NOT alone: `exclude` keeps those rows.
"""

from wasgi.orm.compile.arena import Arena, Compiled
from wasgi.orm.compile.change import delete, insert, remove, save, unpair, update
from wasgi.orm.compile.node import raw_node
from wasgi.orm.compile.select import aggregate, count, exists, rows

__all__ = [
    "Arena",
    "Compiled",
    "aggregate",
    "count",
    "delete",
    "exists",
    "insert",
    "raw_node",
    "remove",
    "rows",
    "save",
    "unpair",
    "update",
]
