"""A host that only listens: it says what it was asked, and answers what it was told.

`text` writes a query's tree as readable text, a line for each part, so that a test
can compare what a queryset makes with what was meant.
"""

import marshal

from wasgi import _host
from wasgi._host import Err
from wasgi.orm import _native as wit
from wasgi.orm import execute, registry, transaction

_OPERATORS = {
    "EQ": "=", "NE": "<>", "LT": "<", "LE": "<=", "GT": ">", "GE": ">=", "SAME": "is",
    "NOT_SAME": "is not", "ADD": "+", "SUBTRACT": "-", "MULTIPLY": "*", "DIVIDE": "/",
    "MODULO": "%", "CONCAT": "||",
}  # fmt: skip


class Statement:
    def __init__(self, host, query):
        self.host, self.query_tree = host, query

    def query(self, params, within):
        self.host.asked.append((marshal.loads(params), within))
        rows, *related = self.host.answers.pop(0) if self.host.answers else ([],)
        return wit.Rows(marshal.dumps(rows, 2), [marshal.dumps(one, 2) for one in related])

    def hold(self, params, within):
        self.host.asked.append((marshal.loads(params), within))
        if self.host.refusal is not None:
            raise Err(self.host.refusal)
        self.host.held.append(Rows(self.query_tree))
        return self.host.held[-1]

    def execute(self, params, within):
        self.host.asked.append((marshal.loads(params), within))
        if self.host.refusal is not None:
            raise Err(self.host.refusal)
        return wit.Outcome(1, 7)

    def execute_many(self, rows, within):
        rows = marshal.loads(rows)
        self.host.asked.append((rows, within))
        return wit.Outcome(len(rows), 100 + len(rows))

    def columns(self):
        sql = self.query_tree
        return ["a", "b"] if isinstance(sql, str) and sql.upper().startswith("SELECT") else []


class Rows:
    """Rows that the host holds, of a query."""

    def __init__(self, query):
        self.query = query


class Handle:
    """A transaction or a savepoint; writes down what is done with it."""

    def __init__(self, host, name):
        self.host, self.name = host, name

    def commit(self):
        self.host.log.append(f"commit {self.name}")

    def rollback(self):
        self.host.log.append(f"rollback {self.name}")
        if self.host.over:
            raise Err(wit.Error_Misuse("the transaction is over"))

    def release(self):
        self.host.log.append(f"release {self.name}")

    def savepoint(self):
        self.host.count += 1
        self.host.log.append(f"savepoint {self.host.count}")
        return Handle(self.host, self.host.count)

    def __exit__(self, *exc_info):
        self.host.log.append(f"drop {self.name}")


class Host:
    """Lent in place of the real one until `close`."""

    TransactionKind = wit.TransactionKind

    def __init__(self):
        # Queries and SQL that were compiled; what was run; what became of transactions.
        self.prepared, self.asked, self.log = [], [], []
        # Rows for the next queries, and the error of the next writes.
        self.answers, self.refusal = [], None
        # Rows that stayed here.
        self.held = []
        self.over, self.count = False, 0
        execute.plans.clear()
        self._before = _host.use("orm", self)

    def close(self):
        transaction.abandon()
        execute.plans.clear()
        registry.models.clear()
        registry.steps.clear()
        registry.pending.clear()
        _host.use("orm", self._before)

    def prepare(self, query):
        self.prepared.append(query)
        return Statement(self, query)

    prepare_sql = prepare

    def begin(self, kind):
        self.log.append(f"begin {kind.name.lower()}")
        return Handle(self, "all")


def text(query):
    """Returns a query as text."""
    return _Text(query).whole()


class _Text:
    def __init__(self, query):
        self.query = query

    def whole(self):
        body = self.query.body
        kind = type(body).__name__.removeprefix("Body_")
        value = body.value
        if kind == "Select":
            lines = self.select(value)
        elif kind == "Insert":
            conflict = value.conflict
            lines = [f"insert {value.table} ({', '.join(value.columns)})"]
            if conflict is not None:
                sets = getattr(conflict.action, "value", [])
                changes = "".join(f" {name} = {self.expr(at)}" for name, at in sets)
                lines.append(f"on conflict ({', '.join(conflict.target)}){changes or ' ignore'}")
        else:
            lines = [f"{kind.lower()} {value.table}"]
            lines += [f"set {name} = {self.expr(at)}" for name, at in getattr(value, "set", ())]
            lines.append(f"where {self.expr(value.filter)}")
            if value.version is not None:
                version = value.version
                lines.append(f"version {version.column} {self.expr(version.expected)}")
        for one in self.query.prefetches:
            lines.append(f"prefetch {one.parent}.{one.key} = {self.expr(one.on)}")
            lines += ["  " + line for line in self.select(one.select)]
        return "\n".join(lines)

    def select(self, at):
        one = self.query.selects[at]
        columns = [
            self.expr(column.expr) + (f" as {column.alias}" if column.alias else "")
            for column in one.columns
        ]
        lines = [("select distinct " if one.distinct else "select ") + ", ".join(columns)]
        lines.append(f"from {self.source(one.source)}")
        for join in one.joins:
            kind = join.kind.name.lower()
            lines.append(f"{kind} join {self.source(join.source)} on {self.expr(join.on)}")
        for name, expr in (("where", one.filter), ("having", one.having)):
            if expr is not None:
                lines.append(f"{name} {self.expr(expr)}")
        if one.group_by:
            lines.append(f"group by {', '.join(map(self.expr, one.group_by))}")
        if one.order_by:
            lines.append(f"order by {', '.join(map(self.term, one.order_by))}")
        if one.after:
            lines.append(f"after {', '.join(map(self.expr, one.after))}")
        for name, expr in (("limit", one.limit), ("offset", one.offset)):
            if expr is not None:
                lines.append(f"{name} {self.expr(expr)}")
        return lines

    def source(self, source):
        value = source.relation.value
        name = value if isinstance(value, str) else f"({'; '.join(self.select(value))})"
        return f"{name} {source.alias}" if source.alias else name

    def term(self, term):
        nulls = "" if term.nulls.name == "DEFAULT" else f" nulls {term.nulls.name.lower()}"
        return self.expr(term.expr) + (" desc" if term.descending else "") + nulls

    def inner(self, at):
        return f"({'; '.join(self.select(at))})"

    def expr(self, at):
        node = self.query.exprs[at]
        return getattr(self, type(node).__name__.lower())(node.value)

    def expr_column(self, value):
        return f"{value.source}.{value.name}" if value.source else value.name

    def expr_constant(self, value):
        return repr(getattr(value, "value", None))

    def expr_param(self, value):
        return f"?{value}"

    def expr_unary(self, value):
        operand = self.expr(value[1])
        return {
            "NOT": f"not ({operand})",
            "NEGATE": f"-{operand}",
            "IS_NULL": f"{operand} is null",
            "IS_NOT_NULL": f"{operand} is not null",
        }[value[0].name]

    def expr_binary(self, value):
        operator = _OPERATORS.get(value[0].name, value[0].name.lower())
        return f"({self.expr(value[1])} {operator} {self.expr(value[2])})"

    def expr_between(self, value):
        return "({} between {} and {})".format(*map(self.expr, value))

    def expr_inlist(self, value):
        return f"({self.expr(value[0])} in [{', '.join(map(self.expr, value[1]))}])"

    def expr_inselect(self, value):
        return f"({self.expr(value[0])} in {self.inner(value[1])})"

    def expr_exists(self, value):
        return f"exists {self.inner(value)}"

    def expr_scalar(self, value):
        return self.inner(value)

    def expr_case(self, value):
        whens = "".join(f" when {self.expr(a)} then {self.expr(b)}" for a, b in value.branches)
        return f"case{whens} else {self.expr(value.otherwise)} end"

    def expr_call(self, value):
        return f"{value.function.name.lower()}({', '.join(map(self.expr, value.arguments))})"

    def expr_aggregate(self, value):
        arguments = ", ".join(map(self.expr, value.arguments)) or "*"
        keep = "" if value.filter is None else f" filter {self.expr(value.filter)}"
        distinct = "distinct " if value.distinct else ""
        return f"{value.function.name.lower()}({distinct}{arguments}){keep}"

    def expr_window(self, value):
        parts = [self.expr_aggregate(value.function), "over"]
        if value.partition_by:
            parts.append(f"partition {', '.join(map(self.expr, value.partition_by))}")
        if value.order_by:
            parts.append(f"order {', '.join(map(self.term, value.order_by))}")
        return " ".join(parts)

    def expr_jsonpath(self, value):
        return self.expr(value[0]) + "".join(f"/{step.value}" for step in value[1])

    def expr_cast(self, value):
        return f"cast({self.expr(value[0])} as {value[1].name.lower()})"

    def expr_matches(self, value):
        return f"{value.source} matches {self.expr(value.query)}"

    def expr_relevance(self, value):
        return f"relevance of {value.source}"
