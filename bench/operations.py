"""Operations that a server times itself, and answers with the nanoseconds that one took:
what a request costs around them does not count."""

import contextlib
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path

from measure import Verdict
from report import Table
from servers import Recipe, Server

# Of a server, of an operation: nanoseconds, one figure a round.
Measured = dict[str, dict[str, list[float]]]


def in_turn(
    recipes: Sequence[Recipe], logs: Path, paths: Mapping[str, str], rounds: int
) -> Measured:
    """Has servers do each operation in turn, all of them up the whole time."""
    measured: Measured = {recipe.name: {name: [] for name in paths} for recipe in recipes}
    with contextlib.ExitStack() as up:
        servers = [up.enter_context(Server(recipe, logs)) for recipe in recipes]
        for server in servers:
            for path in paths.values():
                server.get(path)
        for _ in range(rounds):
            for name, path in paths.items():
                for server in servers:
                    measured[server.recipe.name][name].append(float(server.get(path)))
    return measured


def table(title: str, measured: Measured, rounds: int) -> Table:
    """Returns medians and the least, in microseconds."""
    made = Table(f"{title} ({rounds} rounds)", ["operation", "server", "median us", "least"])
    for server, operations in measured.items():
        for name, nanoseconds in operations.items():
            middle, least = statistics.median(nanoseconds) / 1e3, min(nanoseconds) / 1e3
            made.row(name, server, f"{middle:.2f}", f"{least:.2f}")
    return made


def verdicts(
    measured: Measured, ours: str, peer: str, limits: Mapping[str, float]
) -> list[Verdict]:
    """Returns the median over the rounds of ours to the peer's, held against the bounds."""
    return [
        Verdict(
            f"{name}, time",
            peer,
            statistics.median(
                a / b for a, b in zip(measured[ours][name], measured[peer][name], strict=True)
            ),
            limit,
        )
        for name, limit in limits.items()
    ]
