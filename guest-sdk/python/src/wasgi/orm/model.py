"""The class `Model`, and what a class statement makes of a declaration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from wasgi.orm import fields, registry
from wasgi.orm.binding import annotations_of
from wasgi.orm.errors import InvalidQuery, MultipleObjectsReturned, NotLoaded, ObjectDoesNotExist
from wasgi.orm.options import Options
from wasgi.orm.query import Manager
from wasgi.orm.relations import RelatedOne

if TYPE_CHECKING:
    from typing import ClassVar

    from typing_extensions import Self, dataclass_transform
else:

    def dataclass_transform(**_: Any) -> Any:
        """Type checkers know a better one; the one of `typing` is as young as Python 3.11."""
        return lambda thing: thing


M = TypeVar("M", bound="Model")


class _Objects:
    """The type of `Model.objects`: a manager of the model it is taken from."""

    if TYPE_CHECKING:

        def __get__(self, instance: None, owner: type[M]) -> Manager[M]: ...


@dataclass_transform(
    kw_only_default=True,
    eq_default=False,
    field_specifiers=(
        fields.field,
        fields.foreign_key,
        fields.one_to_one,
        fields.version,
        fields.key,
        fields.reverse,
    ),
)
class ModelType(type):
    """The type of models: reads the declaration, and registers it."""

    def __new__(mcs, name: str, bases: tuple[type, ...], body: dict[str, Any], **more: Any) -> Any:
        """Makes the class, its fields taken out of the body."""
        given = body.pop("Meta", None)
        declared = {
            key: body.pop(key)
            for key, value in list(body.items())
            if isinstance(value, (fields.Field, fields.Key, fields.Reverse))
        }
        model: Any = super().__new__(mcs, name, bases, body, **more)
        if not any(isinstance(base, ModelType) for base in bases):
            return model
        _read(model, declared, given)
        return model


def _read(model: Any, declared: dict[str, Any], given: Any) -> None:
    meta = Options(model, given)
    model._meta = meta
    for base in model.__mro__[1:]:
        inherited = base.__dict__.get("_meta")
        if inherited is None:
            continue
        if not inherited.abstract:
            raise InvalidQuery(
                f"{model.__name__} inherits from the table of {base.__name__}; share fields by a base "
                "with `class Meta: abstract = True`, or refer to it by orm.one_to_one()"
            )
        for field in inherited.fields:
            meta.add_field(field.name, field.copy())
    notes = annotations_of(model)
    for name in [*notes, *(name for name in declared if name not in notes)]:
        thing = declared.get(name)
        if isinstance(thing, fields.Key):
            meta.declared_keys.append(name)
        elif isinstance(thing, fields.Reverse):
            meta.declared_reverse.append(name)
        elif not name.startswith("_") and not _is_class_var(notes.get(name)):
            _declare(model, meta, name, thing, notes)
    for name, many in list(model.__dict__.items()):
        if isinstance(many, fields.ManyToMany):
            many.name, many.model = name, model
            meta.many.append(many)
            meta.attributes.add(name)
    meta.add_primary_key()
    for field in meta.fields:
        if isinstance(field, fields.ForeignKey):
            setattr(model, field.name, RelatedOne(None, field.name))
    for kind in (ObjectDoesNotExist, MultipleObjectsReturned):
        short = kind.__name__.replace("Object", "") if kind is ObjectDoesNotExist else kind.__name__
        inner = {"__module__": model.__module__, "__qualname__": f"{model.__qualname__}.{short}"}
        setattr(model, short, type(short, (kind,), inner))
    if not meta.abstract:
        registry.add(model)
        model.objects = Manager(model)


def _declare(model: Any, meta: Options, name: str, thing: Any, notes: dict[str, Any]) -> None:
    if name not in notes:
        raise InvalidQuery(
            f"{model.__name__}.{name} has no annotation; write {name}: TYPE = orm...."
        )
    if thing is None:
        # A plain default, or none.
        default = model.__dict__.get(name, fields.MISSING)
        if default is not fields.MISSING:
            delattr(model, name)
        thing = fields.Field(default=default)
    thing.annotation, thing.declared_in = notes[name], model
    meta.add_field(name, thing)


def _is_class_var(annotation: Any) -> bool:
    text = annotation if isinstance(annotation, str) else repr(annotation)
    return "ClassVar[" in text or text.endswith("ClassVar")


class Model(metaclass=ModelType):
    """A table; its instances are the rows.

    >>> class Entry(orm.Model):                             # doctest: +SKIP
    ...     class Meta:
    ...         ordering = ["-created"]
    ...         full_text = ["text"]
    ...
    ...     name: str = orm.field(max_length=80)
    ...     text: str
    ...     created: datetime = orm.field(default=orm.now)

    Every model has `id: int`, filled by the database, unless it declares a primary
    key. What `class Meta` may say:

    - `table`: its name (the class's in small letters, if not said); `renamed_from`:
      its name in the last version
    - `indexes`: a list of `orm.Index("created", "-score", unique=True, where="...")`
    - `checks`: a list of `orm.Check("positive", "amount > 0")`
    - `full_text`: columns for `.search()`, or `orm.FullText([...], tokenizer="porter")`
    - `ordering`: the order of queries that say none
    - `abstract = True`: no table, but fields for models that inherit it
    """

    if TYPE_CHECKING:
        id: int = fields.field(default=None)
        pk: ClassVar[Any]
        DoesNotExist: ClassVar[type[ObjectDoesNotExist]]
        MultipleObjectsReturned: ClassVar[type[MultipleObjectsReturned]]
        _meta: ClassVar[Options]

    # Whether `save()` inserts. Rows that were read have no such attribute.
    _adding: ClassVar[bool] = False

    objects = _Objects()

    if not TYPE_CHECKING:

        def __init__(self, **values: Any) -> None:
            """Makes an instance that is not in the database yet: `save()` inserts it."""
            if registry.pending:
                registry.ready()
            meta = self._meta
            if meta.abstract:
                raise TypeError(f"{type(self).__name__} is abstract")
            own = self.__dict__
            own["_adding"] = True
            for field in meta.fields:
                attname = field.attname
                if attname in values:
                    own[attname] = values.pop(attname)
                elif field.name in values:
                    setattr(self, field.name, values.pop(field.name))
                else:
                    own[attname] = field.initial()
            if "pk" in values:
                own[meta.pk.attname] = values.pop("pk")
            for name in values:
                if not isinstance(getattr(type(self), name, None), RelatedOne):
                    raise TypeError(
                        f"{type(self).__name__} has no field {name!r}; it has {meta.names()}"
                    )
                setattr(self, name, values[name])

        def __getattr__(self, name: str) -> Any:
            meta = type(self)._meta
            if name in meta.by_name and not name.startswith("_"):
                raise NotLoaded(
                    f"{type(self).__name__}.{name} was left out of the query by only(); name it there, "
                    f"or call refresh()"
                )
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

        @property
        def pk(self) -> Any:
            """The value of the primary key, whatever its name."""
            return self.__dict__.get(self._meta.pk.attname)

        @pk.setter
        def pk(self, value: Any) -> None:
            self.__dict__[self._meta.pk.attname] = value

    def save(self, *, update_fields: list[str] | None = None) -> None:
        """Inserts the row, or updates it where it was read or saved before.

        `update_fields` updates only these. With a `version` field, raises `Stale`
        where somebody else changed the row meanwhile; a row that is gone raises
        `DoesNotExist`.
        """
        from wasgi.orm import write

        write.save(self, update_fields)

    def delete(self) -> None:
        """Deletes the row, and what refers to it with CASCADE."""
        from wasgi.orm import write

        write.delete(self)

    def refresh(self) -> None:
        """Reads the row again, into this instance; loaded relations are forgotten."""
        fresh = type(self).objects.get(pk=self.pk)
        self.__dict__.clear()
        self.__dict__.update(fresh.__dict__)

    def fetch(self, *relations: str) -> Self:
        """Loads relations of this instance, with a query each, and returns it.

        For many instances use `orm.fetch(instances, ...)`, or better
        `select_related` and `prefetch_related` in the query they come from.
        """
        from wasgi.orm.loading import fetch

        fetch([self], *relations)
        return self

    def __eq__(self, other: object) -> bool:
        """Tells whether both are the same row."""
        if type(self) is not type(other):
            return NotImplemented
        key = self.pk
        return self is other or (key is not None and key == other.pk)

    def __hash__(self) -> int:
        """Of the primary key."""
        if self.pk is None:
            raise TypeError(
                f"{type(self).__name__} without a primary key cannot be hashed; save it"
            )
        return hash((type(self), self.pk))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.pk}>"


registry.set_base(Model)
