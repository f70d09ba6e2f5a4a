"""The first moments of an instance: what a snapshot froze and must not stay frozen.

An instance starts as a copy of the interpreter's memory at the end of the
build. Entropy and clocks in there are renewed here. So is the application
itself, where it looked at something at build time that only the operator
knows: an environment variable that is granted now and was not there then, or a
capability of the host. Then the project's modules are executed again, from
code kept in the snapshot, so that they see what they asked for.

What cannot be renewed is the seed of `hash()` for `str` and `bytes`: every
dict of the snapshot depends on it. It is random for each build, and the same
for the instances of one build.
"""

from __future__ import annotations

import importlib.machinery
import os
import sys
from typing import Any, Callable

from wasgi import _finalizer

# True in the snapshot; an instance wakes at its first request.
asleep = False


class Plan:
    """What the build found out about the application, for the instance that wakes."""

    def __init__(self) -> None:
        # Variables looked up before the snapshot; the value tells whether code
        # outside the project looked. "*" stands for a look at all of them.
        self.read: dict[str, bool] = {}
        # The application could not be imported, or asked the host for something.
        self.must_import = False
        # Packages that keep state of the project in their own modules.
        self.stateful_packages = False
        # Imports the callable; set by the build.
        self.load: Callable[[], Any] | None = None
        # Takes the callable; set by the build.
        self.install: Callable[[Any], None] | None = None
        # The folder of the project, and everything that is not standard library.
        self.project = "/0/"
        self.packages: tuple[str, ...] = ("/0/", "/1/")
        # Module bodies, compiled at build time.
        self.code: dict[str, Any] = {}
        # Weak references to `random.Random` objects seeded from the system's entropy.
        self.generators: list[Any] = []


plan = Plan()


def wake() -> None:
    """Renews what the snapshot froze. Called once, before the first request."""
    global asleep
    _finalizer.restore()
    _renew_entropy()
    _renew_clocks()
    scope = _scope()
    if scope:
        _import_again(scope)
    # Only now: where the import fails, the next request tries again.
    asleep = False
    plan.code.clear()


def _renew_entropy() -> None:
    """Seeds again whatever took entropy at build time, when all instances were one."""
    import random

    random.seed()
    for found in plan.generators:
        generator = found()
        if generator is not None:
            generator.seed()
    plan.generators.clear()
    tempfile = sys.modules.get("tempfile")
    if tempfile is not None:
        tempfile._name_sequence = None  # type: ignore[attr-defined]
    uuid = sys.modules.get("uuid")
    if uuid is not None:
        uuid._node = uuid._last_timestamp = None  # type: ignore[attr-defined]
        for name in ("_last_timestamp_v6", "_last_timestamp_v7", "_last_counter_v7"):
            if hasattr(uuid, name):
                setattr(uuid, name, 0 if "counter" in name else None)


def _renew_clocks() -> None:
    """Lets `logging` count from the instance's start, not from the build's."""
    logging = sys.modules.get("logging")
    if logging is not None:
        import time

        nanoseconds = isinstance(logging._startTime, int)  # type: ignore[attr-defined]
        logging._startTime = time.time_ns() if nanoseconds else time.time()  # type: ignore[attr-defined]


def _scope() -> tuple[str, ...]:
    """Returns the folders whose modules must be executed again: none, the project's, or all."""
    # At build time there was no variable at all, so each one granted is a difference.
    granted = os.environ.keys()
    read = plan.read
    if "*" in read:
        differing = [read["*"]] if granted else []
    else:
        differing = [read[name] for name in granted if name in read]
    if not differing and not plan.must_import:
        return ()
    if plan.stateful_packages or any(differing):
        return plan.packages
    return (plan.project,)


def _import_again(folders: tuple[str, ...]) -> None:
    """Forgets the modules below `folders`, and imports the application again."""
    forgotten = [
        name for name, module in sys.modules.items() if _origin(module).startswith(folders)
    ]
    for name in forgotten:
        del sys.modules[name]
    _forget_logging()
    _forget_models(forgotten)
    loader: Any = importlib.machinery.SourceFileLoader
    read_code = loader.get_code
    kept = plan.code

    def get_code(self: Any, fullname: str) -> Any:
        return kept.get(fullname) or read_code(self, fullname)

    loader.get_code = get_code
    try:
        if plan.install is not None and plan.load is not None:
            plan.install(plan.load())
    finally:
        loader.get_code = read_code


def _origin(module: Any) -> str:
    """Returns the file of a module, or the folder of a namespace package."""
    origin = getattr(module, "__file__", None)
    return origin or next(iter(getattr(module, "__path__", ())), "")


def _forget_logging() -> None:
    """Takes back what the first import set up in `logging`, or every line would come twice."""
    logging = sys.modules.get("logging")
    if logging is None:
        return
    logging.root.handlers.clear()
    logging.root.setLevel(logging.WARNING)
    for logger in list(logging.Logger.manager.loggerDict.values()):
        if isinstance(logger, logging.Logger):
            logger.handlers.clear()
            logger.filters.clear()
            logger.setLevel(logging.NOTSET)
            logger.propagate, logger.disabled = True, False


def _forget_models(modules: list[str]) -> None:
    """Takes back the models of modules that are about to declare them again."""
    registry = sys.modules.get("wasgi.orm.registry")
    if registry is not None:
        registry.forget(modules)
