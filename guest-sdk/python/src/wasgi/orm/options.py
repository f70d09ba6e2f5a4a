"""What is known about a model: `Model._meta`. And the things that `class Meta` may hold."""

from __future__ import annotations

from typing import Any, Sequence

from wasgi.orm import fields, kinds
from wasgi.orm.errors import InvalidQuery

_KNOWN = frozenset("table renamed_from indexes checks full_text ordering abstract".split())


class Index:
    """An index over columns; `-` before a name is descending: `Index("-created", "id")`.

    `where` is an SQL condition: only rows that meet it are in the index.
    """

    def __init__(
        self, *columns: str, unique: bool = False, where: str | None = None, name: str | None = None
    ) -> None:
        if not columns:
            raise InvalidQuery("an orm.Index needs at least one column")
        self.columns = columns
        self.unique = unique
        self.where = where
        self.name = name


class Check:
    """A condition, in SQL, that every row meets: `Check("positive", "amount > 0")`."""

    def __init__(self, name: str, condition: str) -> None:
        self.name = name
        self.condition = condition


class FullText:
    """Text columns for `.search()`, and FTS5's tokenizer (`porter` finds word stems, too)."""

    def __init__(
        self, columns: Sequence[str], tokenizer: str = "unicode61 remove_diacritics 2"
    ) -> None:
        self.columns = list(columns)
        self.tokenizer = tokenizer


class Options:
    """A model's description, complete once the registry is `ready`."""

    def __init__(self, model: Any, given: Any) -> None:
        said = {
            name: value for name, value in vars(given or object).items() if not name.startswith("__")
        } if given is not None else {}  # fmt: skip
        unknown = sorted(said.keys() - _KNOWN)
        if unknown:
            raise InvalidQuery(
                f"{model.__name__}.Meta has {', '.join(unknown)}; it may have {', '.join(sorted(_KNOWN))}"
            )
        self.model = model
        self.name: str = model.__name__
        self.table: str = said.get("table", model.__name__.lower())
        self.renamed_from: str | None = said.get("renamed_from")
        self.indexes: list[Index] = list(said.get("indexes", ()))
        self.checks: list[Check] = list(said.get("checks", ()))
        full_text = said.get("full_text")
        if full_text is not None and not isinstance(full_text, FullText):
            full_text = FullText(full_text)
        self.full_text: FullText | None = full_text
        self.ordering: tuple[str, ...] = tuple(said.get("ordering", ()))
        self.abstract: bool = bool(said.get("abstract", False))

        self.fields: list[fields.Field] = []
        # By the attribute's name, and by the name of the stored value.
        self.by_name: dict[str, fields.Field] = {}
        self.many: list[Any] = []
        # By the name that queries use.
        self.relations: dict[str, Any] = {}
        # From an attribute to the name that queries use, where they differ.
        self.accessors: dict[str, str] = {}
        self.attributes: set[str] = set()
        self.declared_keys: list[str] = []
        self.declared_reverse: list[str] = []
        self.pk: Any = None
        self.version: fields.Field | None = None

    def add_field(self, name: str, field: fields.Field) -> None:
        """Takes a field; one of the same name, of a base, is replaced."""
        if "__" in name or name in ("pk", "objects", "save", "delete", "refresh", "fetch"):
            raise InvalidQuery(f"{self.name}.{name}: a field cannot be called so")
        old = self.by_name.get(name)
        field.bind(self.model, name)
        if old is not None:
            self.fields[self.fields.index(old)] = field
            self.by_name.pop(old.attname, None)
        else:
            self.fields.append(field)
        self.by_name[name] = self.by_name[field.attname] = field
        self.attributes.update((name, field.attname))

    def add_primary_key(self) -> None:
        """Finds the primary key, or makes `id`."""
        keys = [field for field in self.fields if field.primary_key]
        if len(keys) > 1:
            raise InvalidQuery(
                f"{self.name} has {len(keys)} primary keys; use one, and orm.Index(..., unique=True)"
            )
        if not keys and "id" in self.by_name:
            keys = [self.by_name["id"]]
        if not keys and not self.abstract:
            field = fields.Field(primary_key=True)
            field.annotation = int
            self.add_field("id", field)
            self.fields.insert(0, self.fields.pop())
            keys = [field]
        for key in keys:
            key.primary_key = True
            self.pk = key
        versions = [field for field in self.fields if field.is_version]
        if len(versions) > 1:
            raise InvalidQuery(f"{self.name} has two version fields")
        self.version = versions[0] if versions else None

    def finish(self) -> None:
        """Checks what `class Meta` says, now that all names are known."""
        for index in self.indexes:
            for name in index.columns:
                self.field(name.lstrip("-"))
        if self.full_text is not None:
            for name in self.full_text.columns:
                if self.field(name).kind is not kinds.TEXT:
                    raise InvalidQuery(f"{self.name}.{name}: full text is for str")
        for name in self.ordering:
            self.find(name.lstrip("-").split("__")[0])
        columns: dict[str, fields.Field] = {}
        for field in self.fields:
            other = columns.setdefault(field.column, field)
            if other is not field:
                raise InvalidQuery(f"{other} and {field} have the same column {field.column!r}")

    @property
    def rowid_key(self) -> bool:
        """Whether the database fills the primary key."""
        return self.pk.kind is kinds.INTEGER and self.pk.relation is None

    def field(self, name: str) -> fields.Field:
        """Returns the field of a name, or says which there are."""
        if name == "pk":
            key: fields.Field = self.pk
            return key
        field = self.by_name.get(name)
        if field is None:
            raise InvalidQuery(f"{self.name} has no field {name!r}; it has {self.names()}")
        return field

    def find(self, name: str) -> Any:
        """Returns the field or relation of a name, or says which there are."""
        relation = self.relations.get(self.accessors.get(name, name))
        return relation if relation is not None else self.field(name)

    def names(self) -> str:
        """Returns the names of all fields and relations, for messages."""
        return ", ".join(dict.fromkeys([*(field.name for field in self.fields), *self.relations]))
