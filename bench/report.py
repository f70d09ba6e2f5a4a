"""Tables for people, JSON for programs, and the machine beneath both."""

import datetime
import json
import os
import platform
from pathlib import Path

from measure import Verdict

NAMES = {"cpu_us": "CPU per request", "spread": "p99/p50"}


class Table:
    """Columns as wide as their widest cell; all but the first stand to the right."""

    def __init__(self, title: str, head: list[str]):
        self.title = title
        self.rows = [head]

    def row(self, *cells: str) -> None:
        """Adds a row, of as many cells as the head has."""
        if len(cells) != len(self.rows[0]):
            raise ValueError(f"{len(cells)} cells under {len(self.rows[0])} columns")
        self.rows.append(list(cells))

    def __str__(self) -> str:
        widths = [max(len(cell) for cell in column) for column in zip(*self.rows, strict=True)]
        lines = []
        for row in self.rows:
            first, *rest = (
                cell.rjust(width) if column else cell.ljust(width)
                for column, (cell, width) in enumerate(zip(row, widths, strict=True))
            )
            lines.append(" | ".join([first, *rest]).rstrip())
        rule = "-+-".join("-" * width for width in widths)
        return "\n".join([self.title, "", lines[0], rule, *lines[1:]])


def sentence(verdict: Verdict) -> str:
    """Returns a verdict as a line: `CPU per request, ours / PEER: 0.70 (at most 0.75) ok`."""
    what = NAMES.get(verdict.figure, verdict.figure)
    against = f", ours / {verdict.peer}" if verdict.peer else ""
    bound = f" (at most {verdict.limit:g}) {verdict.word}" if verdict.limit is not None else ""
    return f"  {what}{against}: {verdict.measured:.2f}{bound}"


def machine() -> dict[str, object]:
    """Returns what the figures depend on."""
    return {
        "cores": os.cpu_count(),
        "processor": _processor(),
        "kernel": f"{platform.system()} {platform.release()}",
        "load_average": os.getloadavg()[0],
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return platform.machine()


def save(file: Path, found: dict[str, object]) -> None:
    """Writes everything as JSON, rounds included."""
    file.write_text(json.dumps(found, indent=2) + "\n")
