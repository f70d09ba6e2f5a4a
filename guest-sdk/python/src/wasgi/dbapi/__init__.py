"""PEP 249 on the host's database, for libraries and code that bring their own SQL.

>>> from wasgi import dbapi                                             # doctest: +SKIP
>>> with dbapi.connect() as connection:                                 # doctest: +SKIP
...     cursor = connection.cursor()
...     cursor.execute("INSERT INTO author (name) VALUES (?)", ("Ada",))
...     cursor.execute("SELECT id, name FROM author")
...     cursor.fetchall()

It is the database of `wasgi.orm`, under the same limits, and one transaction at a
time is shared by both: statements within `orm.atomic()` belong to that block, and
`atomic()` within a connection's transaction is a savepoint.

**Transactions.** As PEP 249 wants, nothing is permanent before `commit()`: a
transaction begins by itself. It begins before the first statement that may write,
not before a SELECT, because the host lets one writer in at a time: who only reads
makes nobody wait. `autocommit = True` ends that; BEGIN, COMMIT, ROLLBACK, SAVEPOINT
and RELEASE may be said as SQL, too. What is open at the end of a request is
rolled back.

**Values** come as SQLite stores them: int, float, str, bytes, None. What goes in may
also be a datetime (aware), date, Decimal, UUID or bool, stored as the ORM does.
"""

from wasgi.dbapi.connection import Connection
from wasgi.dbapi.cursor import Cursor
from wasgi.dbapi.types import (
    BINARY,
    DATETIME,
    NUMBER,
    ROWID,
    STRING,
    Binary,
    Date,
    DateFromTicks,
    Time,
    TimeFromTicks,
    Timestamp,
    TimestampFromTicks,
)
from wasgi.orm.errors import (
    DatabaseError,
    DataError,
    Error,
    IntegrityError,
    InterfaceError,
    InternalError,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
    Warning,
)

apilevel = "2.0"
# Threads may share the module; there are none.
threadsafety = 1
paramstyle = "qmark"

__all__ = [
    "BINARY",
    "DATETIME",
    "NUMBER",
    "ROWID",
    "STRING",
    "Binary",
    "Connection",
    "Cursor",
    "DataError",
    "DatabaseError",
    "Date",
    "DateFromTicks",
    "Error",
    "IntegrityError",
    "InterfaceError",
    "InternalError",
    "NotSupportedError",
    "OperationalError",
    "ProgrammingError",
    "Time",
    "TimeFromTicks",
    "Timestamp",
    "TimestampFromTicks",
    "Warning",
    "apilevel",
    "connect",
    "paramstyle",
    "threadsafety",
]


def connect(*, autocommit: bool = False) -> Connection:
    """Returns a connection. The operator decides which database it is."""
    return Connection(autocommit)
