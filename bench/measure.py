"""Rounds in turn, medians, and ratios pair by pair.

A shared machine drifts: another process comes, the clock goes down. So the
servers of a case take turns, A B C A B C, a ratio is made of two neighbours in
one round, and the median over the rounds is reported.
"""

import contextlib
import dataclasses
import statistics
from collections.abc import Callable, Sequence
from pathlib import Path

import load
from load import Round
from servers import Recipe, Server

# Before each measured run: pools that were trimmed while others were measured
# fill again, caches are warm. wrk knows whole seconds only.
WARM_UP_SECONDS = 1


@dataclasses.dataclass(frozen=True)
class Bound:
    """What the ratio of ours to a peer, or a figure of ours, may be at most."""

    figure: str
    limit: float
    # None where the bound is on our own figure.
    peer: str | None = None


@dataclasses.dataclass(frozen=True)
class Verdict:
    """A bound, and what was measured against it."""

    figure: str
    peer: str | None
    measured: float
    # None where the figure is only reported.
    limit: float | None

    @property
    def word(self) -> str:
        if self.limit is None:
            return ""
        return "ok" if self.measured <= self.limit else "short"


def in_turn(
    recipes: Sequence[Recipe], logs: Path, connections: int, seconds: int, rounds: int
) -> dict[str, list[Round]]:
    """Measures servers in turn, all of them up the whole time."""
    measured: dict[str, list[Round]] = {recipe.name: [] for recipe in recipes}
    with contextlib.ExitStack() as up:
        servers = [up.enter_context(Server(recipe, logs)) for recipe in recipes]
        for _ in range(rounds):
            for server in servers:
                load.run(server, connections, WARM_UP_SECONDS)
                measured[server.recipe.name].append(load.run(server, connections, seconds))
    return measured


def medians(rounds: Sequence[Round]) -> dict[str, float]:
    """Returns the median of each figure over the rounds."""

    def median(figure: Callable[[Round], float]) -> float:
        return statistics.median(figure(one) for one in rounds)

    return {
        "requests_per_second": median(lambda r: r.requests_per_second),
        "cpu_us": median(lambda r: r.cpu_us),
        # What disturbs only adds: where the machine is shared, the smallest is the truest.
        "least_cpu_us": min(r.cpu_us for r in rounds),
        "p50_us": median(lambda r: r.p50_us),
        "p99_us": median(lambda r: r.p99_us),
        "spread": median(lambda r: r.spread),
        # Never hidden behind a median: one failure in one round shows.
        "failed": sum(r.failed for r in rounds),
    }


def ratio(ours: Sequence[Round], peer: Sequence[Round], figure: str) -> float:
    """Returns the median over the rounds of ours to the peer's."""
    pairs = zip(ours, peer, strict=True)
    return statistics.median(getattr(a, figure) / getattr(b, figure) for a, b in pairs)


def verdicts(measured: dict[str, list[Round]], ours: str, bounds: Sequence[Bound]) -> list[Verdict]:
    """Holds what was measured against the bounds; CPU ratios without one are reported too."""
    found = [
        Verdict(
            bound.figure,
            bound.peer,
            ratio(measured[ours], measured[bound.peer], bound.figure)
            if bound.peer
            else medians(measured[ours])[bound.figure],
            bound.limit,
        )
        for bound in bounds
    ]
    bounded = {bound.peer for bound in bounds}
    for peer in measured:
        if peer != ours and peer not in bounded:
            cpu = ratio(measured[ours], measured[peer], "cpu_us")
            found.append(Verdict("cpu_us", peer, cpu, None))
    return found
