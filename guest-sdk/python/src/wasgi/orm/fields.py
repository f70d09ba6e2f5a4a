"""What stands behind an attribute of a model: columns, foreign keys, many-to-many.

>>> class Author(orm.Model):                        # doctest: +SKIP
...     name: str = orm.field(unique=True, max_length=100)
...     born: date | None = None
...     joined: datetime = orm.field(default=orm.now)
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, overload

from wasgi.orm import kinds, registry
from wasgi.orm.errors import InvalidQuery

if TYPE_CHECKING:
    from wasgi.orm.relations import Related

M = TypeVar("M")

NO_ACTION, RESTRICT, CASCADE = "NO_ACTION", "RESTRICT", "CASCADE"
SET_NULL, SET_DEFAULT = "SET_NULL", "SET_DEFAULT"

MISSING: Any = type("Missing", (), {"__repr__": lambda self: "MISSING"})()


class Field:
    """A column. `name` is the attribute's, `attname` the attribute that holds the
    stored value (`author_id` for a foreign key `author`), `column` the column's."""

    relation: Any = None
    # Set where the model is bound.
    name = attname = column = ""
    model: Any = None
    # The model whose body has the annotation: this one, or a base.
    declared_in: Any = None
    kind: kinds.Kind = kinds.TEXT
    nullable = False
    is_version = False

    def __init__(
        self,
        *,
        default: Any = MISSING,
        unique: bool = False,
        index: bool = False,
        primary_key: bool = False,
        max_length: int | None = None,
        collation: str = "binary",
        column: str | None = None,
        renamed_from: str | None = None,
        fill: str | None = None,
        annotation: Any = MISSING,
    ) -> None:
        self.default = default
        self.unique = unique
        self.index = index
        self.primary_key = primary_key
        self.max_length = max_length
        if collation not in ("binary", "nocase"):
            raise InvalidQuery(f"collation {collation!r} is neither 'binary' nor 'nocase'")
        self.collation = collation
        self.given_column = column
        self.renamed_from = renamed_from
        self.fill = fill
        self.annotation = annotation

    def bind(self, model: Any, name: str) -> None:
        """Takes its place in a model."""
        self.model, self.name, self.attname = model, name, name
        self.column = self.given_column or name

    def copy(self) -> Field:
        """Returns a field of its own for a model that inherits this one."""
        twin = object.__new__(type(self))
        twin.__dict__.update(self.__dict__)
        return twin

    def resolve(self, annotation: Any) -> None:
        """Takes the type of the column from the annotation."""
        plain, self.nullable = kinds.split_optional(annotation)
        kind = kinds.of_annotation(plain)
        if kind is None:
            hint = ""
            if registry.is_model(plain):
                hint = f"; for a relation: {self.name}: {plain.__name__} = orm.foreign_key()"
            raise InvalidQuery(
                f"{self}: no column type for {annotation!r}; there are bool, int, float, str, bytes, "
                f"Decimal, UUID, datetime, date, orm.Json, dict and list{hint}"
            )
        self.kind = kind
        if self.primary_key and self.nullable:
            raise InvalidQuery(f"{self}: a primary key cannot be None")
        if self.default is kinds.now and kind not in (kinds.TIMESTAMP, kinds.DATE):
            raise InvalidQuery(f"{self}: orm.now is for datetime and date, not {kind}")

    def initial(self) -> Any:
        """Returns the value of an instance that was made without one."""
        default = self.default
        if default is MISSING:
            return None
        if default is kinds.now:
            moment = datetime.now(kinds.UTC)
            return moment if self.kind is kinds.TIMESTAMP else moment.date()
        if callable(default):
            return default()
        return default.copy() if isinstance(default, (dict, list)) else default

    def __repr__(self) -> str:
        owner = getattr(self.model, "__name__", "?")
        return f"{owner}.{self.name or '?'}"


class VersionField(Field):
    """A counter of changes: see `version`."""

    is_version = True

    def __init__(self) -> None:
        super().__init__(default=1)

    def resolve(self, annotation: Any) -> None:
        """As of any column; must be an integer."""
        super().resolve(annotation)
        if self.kind is not kinds.INTEGER or self.nullable:
            raise InvalidQuery(f"{self}: orm.version() is for an int")


class ForeignKey(Field):
    """A reference to a row of another model, or of the same."""

    def __init__(
        self, *, on_delete: str, on_update: str, related_name: str | None, **options: Any
    ) -> None:
        super().__init__(**options)
        self.on_delete, self.on_update = on_delete, on_update
        self.related_name = related_name
        self.target: Any = None

    def bind(self, model: Any, name: str) -> None:
        """Takes its place; the stored value is at `NAME_id`."""
        super().bind(model, name)
        self.attname = name + "_id"
        self.column = self.given_column or self.attname

    def resolve(self, annotation: Any) -> None:
        """Takes the model referred to from the annotation."""
        target, self.nullable = kinds.split_optional(annotation)
        if not registry.is_model(target):
            raise InvalidQuery(
                f"{self}: the annotation of a foreign key is a model, not {target!r}"
            )
        if self.on_delete == SET_NULL and not self.nullable:
            raise InvalidQuery(
                f"{self}: on_delete=orm.SET_NULL needs {self.name}: {target.__name__} | None"
            )
        self.target = target


class ManyToMany(Generic[M]):
    """Rows of another model, through a table of pairs."""

    def __init__(self, to: Any, related_name: str | None, through: Any) -> None:
        self.to, self.related_name, self.through = to, related_name, through
        self.name = ""
        self.model: Any = None

    if TYPE_CHECKING:
        # On an instance; `binding` puts the descriptor there.
        def __get__(self, instance: Any, owner: Any = None) -> Related[M]: ...


class Key:
    """See `key`."""


class Reverse:
    """See `reverse`."""


def field(
    *,
    default: Any = MISSING,
    unique: bool = False,
    index: bool = False,
    primary_key: bool = False,
    max_length: int | None = None,
    collation: str = "binary",
    column: str | None = None,
    renamed_from: str | None = None,
    fill: str | None = None,
) -> Any:
    """Declares a column; its type is the annotation's, and `X | None` may be null.

    - `default`: a constant, `orm.now`, or a function that is called for each
      instance (`list`, `uuid4`). Constants and `now` are the database's default, too.
    - `unique`: no two rows have the same value. `index`: look-ups are quick.
    - `primary_key`: instead of `id: int`, which every model has otherwise.
    - `max_length`: of text, in characters; checked by the database.
    - `collation="nocase"`: ASCII letters are compared without their case.
    - `column`: its name in the database, where it is not the attribute's.
    - `renamed_from`: the column's name in the last version; the data move with it.
    - `fill`: an SQL expression over the old row, for rows that are there when the
      column is added or stops being nullable.
    """
    return Field(
        default=default,
        unique=unique,
        index=index,
        primary_key=primary_key,
        max_length=max_length,
        collation=collation,
        column=column,
        renamed_from=renamed_from,
        fill=fill,
    )


def version(*, init: Literal[False] = False) -> Any:
    """Declares an `int` that makes `save()` safe against lost updates.

    Each save adds one. A save of an instance whose row was changed since it was
    read raises `orm.Stale`: read it again, decide again.
    """
    return VersionField()


def foreign_key(
    *,
    on_delete: str = CASCADE,
    on_update: str = NO_ACTION,
    related_name: str | None = None,
    unique: bool = False,
    index: bool = True,
    primary_key: bool = False,
    default: Any = MISSING,
    column: str | None = None,
    renamed_from: str | None = None,
    fill: str | None = None,
) -> Any:
    """Declares a reference; the annotation is the model: `author: Author = orm.foreign_key()`.

    The key is at `author_id`. `related_name` is what the other side calls the rows
    that refer to it (`post_set` if not said; "+" for nothing). A nullable reference
    is `Author | None`. `on_delete` is CASCADE, RESTRICT, NO_ACTION, SET_NULL or
    SET_DEFAULT. The column has an index unless told otherwise; with `unique` the
    relation is one to one.
    """
    return ForeignKey(
        on_delete=on_delete,
        on_update=on_update,
        related_name=related_name,
        unique=unique,
        index=index,
        primary_key=primary_key,
        default=default,
        column=column,
        renamed_from=renamed_from,
        fill=fill,
    )


def one_to_one(*, on_delete: str = CASCADE, related_name: str | None = None) -> Any:
    """Declares a reference that no two rows share; the other side has one row, not many."""
    return foreign_key(on_delete=on_delete, related_name=related_name, unique=True)


@overload
def many_to_many(
    to: type[M], *, related_name: str | None = None, through: Any = None
) -> ManyToMany[M]: ...
@overload
def many_to_many(
    to: str, *, related_name: str | None = None, through: Any = None
) -> ManyToMany[Any]: ...
def many_to_many(to: Any, *, related_name: str | None = None, through: Any = None) -> Any:
    """Declares rows of another model: `tags = orm.many_to_many(Tag)`.

    The table of pairs is made automatically (`post_tags`, with `post_id` and
    `tag_id`), or is a model of yours with a foreign key to each: `through`. A model
    that is declared later, or the model itself, is given by its name.
    """
    return ManyToMany(to, related_name, through)


def key(*, init: Literal[False] = False) -> Any:
    """Tells type checkers about a foreign key's stored value.

    `author: Author = orm.foreign_key()` has it at `author_id` in any case; with
    `author_id: int = orm.key()` beside it, editors know, too.
    """
    return Key()


def reverse(*, init: Literal[False] = False) -> Any:
    """Tells type checkers about a relation that another model declares.

    `posts: orm.Related[Post] = orm.reverse()` on `Author`, where `Post.author` has
    `related_name="posts"`. It must be there, or the application does not build.
    """
    return Reverse()
