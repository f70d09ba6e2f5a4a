"""Makes a declared model usable: annotations, relations to both sides, checks.

Three passes, each over all models that wait: a relation needs to know the key
of the model at its other end, and a check needs all relations.
"""

from __future__ import annotations

import sys
from typing import Any

from wasgi.orm import fields, kinds, registry
from wasgi.orm.errors import InvalidQuery
from wasgi.orm.relations import FORWARD, REVERSE, THROUGH, RelatedMany, RelatedOne, Relation


def annotations_of(model: type) -> dict[str, Any]:
    """Returns the annotations of a class's own body; names may be unresolved."""
    if sys.version_info >= (3, 14):
        import annotationlib

        return annotationlib.get_annotations(model, format=annotationlib.Format.FORWARDREF)
    return dict(model.__dict__.get("__annotations__", {}))


def evaluate(annotation: Any, model: Any, who: Any) -> Any:
    """Returns what an annotation stands for."""
    text = annotation if isinstance(annotation, str) else None
    forward = getattr(annotation, "__forward_arg__", None)
    if forward is not None:
        text = forward
    if text is None:
        text = _text_of_parts(annotation)
        if text is None:
            return annotation
    module = model.__module__
    names = registry.Names(module)
    try:
        return eval(text, dict(names.globals), names)  # the application's own annotations
    except NameError as error:
        raise InvalidQuery(
            f"{who}: the annotation {text!r} has a name that is not there: {error}; "
            "import it at the top of the module, outside of TYPE_CHECKING"
        ) from None
    except TypeError:
        # `X | None` of Python before 3.10.
        parts = [part.strip() for part in text.split("|")]
        if len(parts) == 2 and "None" in parts:
            from typing import Optional

            parts.remove("None")
            return Optional[evaluate(parts[0], model, who)]
        raise


def _text_of_parts(annotation: Any) -> str | None:
    """Returns the source of an `Optional["Name"]`, whose inside is a forward reference."""
    inner, nullable = kinds.split_optional(annotation)
    forward = getattr(inner, "__forward_arg__", inner if isinstance(inner, str) else None)
    if nullable and forward is not None:
        return f"__import__('typing').Optional[{forward}]"
    return None


def resolve(model: Any) -> None:
    """First pass: types of columns, and the models that keys refer to."""
    meta = model._meta
    for field in meta.fields:
        if isinstance(field, fields.ForeignKey):
            continue
        field.resolve(evaluate(field.annotation, field.declared_in or model, field))
    for field in meta.fields:
        if isinstance(field, fields.ForeignKey):
            field.resolve(evaluate(field.annotation, field.declared_in or model, field))
    for many in meta.many:
        if isinstance(many.to, str):
            many.target = registry.model_named(
                many.to, model.__module__, f"{model.__name__}.{many.name}"
            )
        else:
            many.target = many.to
        if isinstance(many.through, str):
            many.through = registry.model_named(many.through, model.__module__, many.name)


def relate(model: Any) -> None:
    """Second pass: relations, with their names on both sides."""
    meta = model._meta
    for field in meta.fields:
        if not isinstance(field, fields.ForeignKey):
            continue
        key = _key(field)
        field.kind = key.kind
        target = field.target
        forward = Relation(
            field.name,
            FORWARD,
            model,
            target,
            field.attname,
            field.column,
            key.column,
            key.attname,
            many=False,
            nullable=field.nullable,
        )
        field.relation = meta.relations[field.name] = forward
        if field.related_name == "+":
            continue
        accessor = field.related_name or (
            model.__name__.lower() if field.unique else model.__name__.lower() + "_set"
        )
        query_name = field.related_name or model.__name__.lower()
        back = Relation(
            query_name,
            REVERSE,
            target,
            model,
            key.attname,
            key.column,
            field.column,
            field.attname,
            many=not field.unique,
            nullable=True,
        )
        back.field = field
        _install(target, accessor, query_name, back)
    for many in meta.many:
        _relate_many(model, many)


def _key(field: Any) -> Any:
    """Returns the primary key that a foreign key refers to, through keys that are keys."""
    key = field.target._meta.pk
    seen = {key}
    while isinstance(key, fields.ForeignKey) and key.relation is None:
        inner = key.target._meta.pk
        if inner in seen:
            raise InvalidQuery(f"{field}: the primary keys refer to each other in a circle")
        seen.add(inner)
        key.kind = inner.kind
        if not isinstance(inner, fields.ForeignKey):
            break
        key = inner
    return field.target._meta.pk


def _relate_many(model: Any, many: Any) -> None:
    target, name = many.target, many.name
    near, far = model.__name__.lower() + "_id", target.__name__.lower() + "_id"
    if model is target:
        near, far = "from_" + near, "to_" + far
    if many.through is None:
        table = f"{model._meta.table}_{name}"
    else:
        table = many.through._meta.table
        near, far = _keys_of_through(model, many)
    here, there = model._meta.pk, target._meta.pk
    forward = Relation(
        name,
        THROUGH,
        model,
        target,
        here.attname,
        here.column,
        there.column,
        there.attname,
        many=True,
        nullable=True,
        through=(table, near, far),
    )
    forward.automatic = many.through is None
    model._meta.relations[name] = forward
    setattr(model, name, RelatedMany(forward))
    if many.related_name == "+":
        return
    accessor = many.related_name or model.__name__.lower() + "_set"
    query_name = many.related_name or model.__name__.lower()
    back = Relation(
        query_name,
        THROUGH,
        target,
        model,
        there.attname,
        there.column,
        here.column,
        here.attname,
        many=True,
        nullable=True,
        through=(table, far, near),
    )
    if model is target and many.related_name is None:
        return
    _install(target, accessor, query_name, back)


def _keys_of_through(model: Any, many: Any) -> tuple[str, str]:
    keys = [field for field in many.through._meta.fields if isinstance(field, fields.ForeignKey)]
    near = [field.column for field in keys if field.target is model]
    far = [field.column for field in keys if field.target is many.target]
    if model is many.target and len(near) == 2:
        return near[0], near[1]
    if len(near) != 1 or len(far) != 1:
        raise InvalidQuery(
            f"{model.__name__}.{many.name}: {many.through.__name__} must have one foreign key to "
            f"{model.__name__} and one to {many.target.__name__}"
        )
    return near[0], far[0]


def _install(target: Any, accessor: str, query_name: str, relation: Relation) -> None:
    """Gives the other side its end of a relation."""
    meta = target._meta
    other = meta.relations.get(query_name)
    if accessor in meta.attributes or (
        other is not None and other.target._meta.table != relation.target._meta.table
    ):
        raise InvalidQuery(
            f"{target.__name__}.{accessor} is there already, and would be the rows of "
            f"{relation.target.__name__} that refer to it; give that foreign key a related_name"
        )
    if other is not None and other.target is relation.target and other.remote != relation.remote:
        raise InvalidQuery(
            f"{relation.target.__name__} refers to {target.__name__} twice; give each foreign key "
            "a related_name of its own"
        )
    relation.accessor = accessor
    meta.relations[query_name] = relation
    if accessor != query_name:
        meta.accessors[accessor] = query_name
    setattr(target, accessor, RelatedMany(relation) if relation.many else RelatedOne(relation))


def check(model: Any) -> None:
    """Third pass: names that a model only mentions must be there."""
    meta = model._meta
    for name in meta.declared_keys:
        if not any(name == field.attname and field.relation for field in meta.fields):
            raise InvalidQuery(
                f"{model.__name__}.{name} is orm.key(), and no foreign key has that name"
            )
    for name in meta.declared_reverse:
        if name not in meta.relations and name not in meta.accessors:
            raise InvalidQuery(
                f"{model.__name__}.{name} is orm.reverse(), and no foreign key to {model.__name__} "
                f"has related_name={name!r}"
            )
    meta.finish()
