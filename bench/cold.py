"""Cold start: from the process's start to its first answer."""

import dataclasses
import statistics
from collections.abc import Sequence
from pathlib import Path

from servers import Recipe, Server

# Between two attempts to connect: short beside the bound, yet leaves the core
# to a server that starts on all of them.
PAUSE = 0.0002


@dataclasses.dataclass(frozen=True)
class Starts:
    """The starts of one server, in milliseconds."""

    samples: list[float]

    @property
    def median_ms(self) -> float:
        return statistics.median(self.samples)

    @property
    def min_ms(self) -> float:
        return min(self.samples)

    @property
    def max_ms(self) -> float:
        return max(self.samples)


def in_turn(recipes: Sequence[Recipe], logs: Path, runs: int) -> dict[str, Starts]:
    """Starts servers in turn, after one start of each that fills the caches.

    What is measured is a start with the app compiled and its files in the page
    cache: the second start of an operator's service, not the first after boot.
    """
    for recipe in recipes:
        with Server(recipe, logs):
            pass
    samples: dict[str, list[float]] = {recipe.name: [] for recipe in recipes}
    for _ in range(runs):
        for recipe in recipes:
            samples[recipe.name].append(once(recipe, logs))
    return {name: Starts(found) for name, found in samples.items()}


def once(recipe: Recipe, logs: Path) -> float:
    """Starts a server, waits for a 200, ends it; returns the milliseconds between."""
    server = Server(recipe, logs)
    try:
        started = server.spawn()
        return (server.wait(pause=PAUSE) - started) * 1e3
    finally:
        server.stop()
