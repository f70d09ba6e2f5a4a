"""All models of the application, and how the names in their annotations are resolved.

Models may refer to models that are declared later, in any module. So a class
statement only registers a model; everything else waits for the first use of any
of them (`ready()`), or for the end of the build.

# Invariants

- One model per table. A module that is executed again (`wasgi._wake`) replaces
  its models; two different models for one table are an error.
"""

from __future__ import annotations

import sys
from typing import Any, Iterable, Mapping

from wasgi.orm.errors import InvalidQuery

# By table, in the order of declaration.
models: dict[str, Any] = {}
# Hand-written migration steps: name, and SQL statements; and the module.
steps: dict[str, tuple[tuple[str, ...], str]] = {}
# Declared, and not resolved yet.
pending: list[Any] = []

_base: Any = None


def set_base(model: Any) -> None:
    """Says what all models are subclasses of."""
    global _base
    _base = model


def is_model(thing: Any) -> bool:
    """Tells whether something is a model."""
    return isinstance(thing, type) and _base is not None and issubclass(thing, _base)


def add(model: Any) -> None:
    """Registers a model that was just declared."""
    table = model._meta.table
    other = models.get(table)
    if other is not None:
        if (other.__module__, other.__qualname__) != (model.__module__, model.__qualname__):
            raise InvalidQuery(
                f"table {table!r} is declared twice: by {other.__module__}.{other.__qualname__} and by "
                f"{model.__module__}.{model.__qualname__}; give one `class Meta: table = ...`"
            )
        if other in pending:
            pending.remove(other)
        del models[table]
    models[table] = model
    pending.append(model)


def forget(modules: Iterable[str]) -> None:
    """Drops what these modules declared; they are about to be executed again.

    So is one whose first execution failed, after it had declared some models.
    """
    declared = {model.__module__ for model in models.values()}
    declared.update(module for _, module in steps.values())
    gone = set(modules) | {name for name in declared if name not in sys.modules}
    for table in [table for table, model in models.items() if model.__module__ in gone]:
        del models[table]
    pending[:] = [model for model in pending if model.__module__ not in gone]
    for name in [name for name, (_, module) in steps.items() if module in gone]:
        del steps[name]


def step(name: str, *sql: str) -> None:
    """Declares a hand-written migration step: SQL that runs once in each database.

    Steps run in the order of their declaration, after the schema has changed, in
    the migration's own transaction. One that ran is never changed: add another. ::

        orm.step("2026-03 names without blanks", "UPDATE author SET name = trim(name)")
    """
    module = sys._getframe(1).f_globals.get("__name__", "")
    known = steps.get(name)
    if known is not None and known[0] != sql:
        raise InvalidQuery(f"two migration steps are called {name!r}; a name is used once")
    if not sql:
        raise InvalidQuery(f"the migration step {name!r} has no SQL")
    steps[name] = (sql, module)


def ready() -> None:
    """Resolves what is pending, or says what cannot be resolved."""
    from wasgi.orm import binding

    waiting, pending[:] = pending[:], []
    try:
        for model in waiting:
            binding.resolve(model)
        for model in waiting:
            binding.relate(model)
        for model in waiting:
            binding.check(model)
    except BaseException:
        # The next use says the same again.
        pending[:0] = waiting
        raise


class Names(Mapping[str, Any]):
    """What a name in an annotation may be: of the module, or any model's."""

    def __init__(self, module: str) -> None:
        self.module = module
        self.globals = vars(sys.modules[module]) if module in sys.modules else {}

    def __getitem__(self, name: str) -> Any:
        found = self._model(name)
        if found is not None:
            return found
        return self.globals[name]

    def _model(self, name: str) -> Any:
        same = [model for model in models.values() if model.__name__ == name]
        near = [model for model in same if model.__module__ == self.module]
        if near:
            return near[-1]
        if name in self.globals:
            return None
        return same[-1] if len(same) == 1 else None

    def __iter__(self) -> Any:
        return iter(self.globals)

    def __len__(self) -> int:
        return len(self.globals)


def model_named(name: str, module: str, who: Any) -> Any:
    """Returns the model of a name, as seen from a module."""
    try:
        found = Names(module)[name]
    except KeyError:
        found = None
    if not is_model(found):
        raise InvalidQuery(f"{who}: there is no model {name!r}; is its module imported?")
    return found
