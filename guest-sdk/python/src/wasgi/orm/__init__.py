"""The host's database, as models, queries and transactions.

A guestbook, for somebody who knows Django::

    from datetime import datetime
    from wasgi import orm

    class Author(orm.Model):                       # id: int is there without being said
        name: str = orm.field(unique=True, max_length=80)
        joined: datetime = orm.field(default=orm.now)
        entries: orm.Related["Entry"] = orm.reverse()   # optional, for editors

    class Entry(orm.Model):
        class Meta:
            ordering = ["-created"]
            full_text = ["text"]
            indexes = [orm.Index("-created")]

        author: Author = orm.foreign_key(related_name="entries")
        text: str
        created: datetime = orm.field(default=orm.now)
        likes: int = 0
        meta: orm.Json = orm.field(default=dict)

    ada, new = Author.objects.get_or_create(name="Ada")
    Entry.objects.create(author=ada, text="Hello")
    Entry.objects.filter(author__name="Ada").update(likes=orm.F("likes") + 1)

    for entry in Entry.objects.select_related("author")[:20]:
        print(entry.author.name, entry.text)
    for author in Author.objects.annotate(written=orm.Count("entries")):
        print(author.name, author.written)

The database's tables are the models: `runtime migrate` shows what would change,
`runtime run` changes what loses nothing. There are no migration files.

What is otherwise than in Django:

- **Types are annotations**, `X | None` may be null, and a default is a value or
  `orm.field(default=...)`. Times are aware; the database has UTC.
- **No query by surprise.** `entry.author` that was not asked for raises
  `orm.NotLoaded`, which names the cure: `select_related("author")` on the query,
  or `entry.fetch("author")`. `author.entries` needs `prefetch_related("entries")`;
  `author.entries.all()` and `.filter(...)` are queries, one each time.
- **Aggregates over relations do not multiply each other**: each is a subquery.
- **`exclude` keeps rows that are null**, and conditions on relations to many rows
  ask whether *any* related row meets them.
- **`atomic()` waits its turn**: one writer at a time for a database, no deadlocks,
  no retries. `orm.version()` is for forms that are open longer than a request.
- **Pages**: `.page(3, size=20)`, and `.after(row)` that is as quick on the last
  page as on the first.

Every error is an `orm.Error`; `orm.UniqueViolation` and its siblings have `.table`
and `.columns`.
"""

from wasgi.orm.chain import Prefetch
from wasgi.orm.errors import (
    Busy,
    CheckViolation,
    Corrupt,
    DatabaseError,
    DataError,
    Denied,
    Error,
    ForeignKeyViolation,
    IntegrityError,
    InterfaceError,
    InternalError,
    InvalidQuery,
    Misuse,
    MultipleObjectsReturned,
    NoDatabase,
    NotLoaded,
    NotNullViolation,
    NotSupportedError,
    ObjectDoesNotExist,
    OperationalError,
    ProgrammingError,
    Quota,
    SqlSyntaxError,
    Stale,
    Timeout,
    TypeMismatch,
    Unavailable,
    UniqueViolation,
    UnknownColumn,
    UnknownTable,
)
from wasgi.orm.expressions import (
    Case,
    Exists,
    Expression,
    F,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
    relevance,
)
from wasgi.orm.fields import (
    CASCADE,
    NO_ACTION,
    RESTRICT,
    SET_DEFAULT,
    SET_NULL,
    field,
    foreign_key,
    key,
    many_to_many,
    one_to_one,
    reverse,
    version,
)
from wasgi.orm.functions import (
    Abs,
    Avg,
    Cast,
    Coalesce,
    Concat,
    Count,
    CumeDist,
    Day,
    DenseRank,
    FirstValue,
    Format,
    Frame,
    Greatest,
    Joined,
    JsonLength,
    JsonList,
    Lag,
    LastValue,
    Lead,
    Least,
    Length,
    Lower,
    Max,
    Min,
    Now,
    NthValue,
    Ntile,
    NullIf,
    PercentRank,
    Rank,
    Replace,
    Round,
    RowNumber,
    Substr,
    Sum,
    Trim,
    Upper,
    Window,
)
from wasgi.orm.kinds import Json, now
from wasgi.orm.loading import fetch
from wasgi.orm.model import Model
from wasgi.orm.options import Check, FullText, Index
from wasgi.orm.page import Page
from wasgi.orm.query import Manager, QuerySet
from wasgi.orm.raw import execute_sql, select_sql
from wasgi.orm.registry import step
from wasgi.orm.relations import Related
from wasgi.orm.transaction import atomic, count_queries, on_commit

__all__ = [
    "Abs",
    "Avg",
    "Busy",
    "CASCADE",
    "Case",
    "Cast",
    "Check",
    "CheckViolation",
    "Coalesce",
    "Concat",
    "Corrupt",
    "Count",
    "CumeDist",
    "DataError",
    "DatabaseError",
    "Day",
    "Denied",
    "DenseRank",
    "Error",
    "Exists",
    "Expression",
    "F",
    "FirstValue",
    "ForeignKeyViolation",
    "Format",
    "Frame",
    "FullText",
    "Greatest",
    "Index",
    "IntegrityError",
    "InterfaceError",
    "InternalError",
    "InvalidQuery",
    "Joined",
    "Json",
    "JsonLength",
    "JsonList",
    "Lag",
    "LastValue",
    "Lead",
    "Least",
    "Length",
    "Lower",
    "Manager",
    "Max",
    "Min",
    "Misuse",
    "Model",
    "MultipleObjectsReturned",
    "NO_ACTION",
    "NoDatabase",
    "NotLoaded",
    "NotNullViolation",
    "NotSupportedError",
    "Now",
    "NthValue",
    "Ntile",
    "NullIf",
    "ObjectDoesNotExist",
    "OperationalError",
    "OuterRef",
    "Page",
    "PercentRank",
    "Prefetch",
    "ProgrammingError",
    "Q",
    "QuerySet",
    "Quota",
    "RESTRICT",
    "Rank",
    "Related",
    "Replace",
    "Round",
    "RowNumber",
    "SET_DEFAULT",
    "SET_NULL",
    "SqlSyntaxError",
    "Stale",
    "Subquery",
    "Substr",
    "Sum",
    "Timeout",
    "Trim",
    "TypeMismatch",
    "Unavailable",
    "UniqueViolation",
    "UnknownColumn",
    "UnknownTable",
    "Upper",
    "Value",
    "When",
    "Window",
    "atomic",
    "count_queries",
    "execute_sql",
    "fetch",
    "field",
    "foreign_key",
    "key",
    "many_to_many",
    "now",
    "on_commit",
    "one_to_one",
    "relevance",
    "reverse",
    "select_sql",
    "step",
    "version",
]
