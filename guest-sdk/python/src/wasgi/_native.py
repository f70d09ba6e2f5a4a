"""The generated types of the exports, for where there is no component."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass
class AppError:
    """An exception that the application did not handle."""

    summary: str
    detail: str


@dataclass
class Body_Whole:
    """An iterable of exactly one chunk."""

    value: bytes


@dataclass
class Body_Chunks:
    """Any other iterable."""

    value: Any


@dataclass
class Body_Page:
    """A page that the host renders."""

    value: Any


@dataclass
class Schema:
    """Models and hand-written migration steps, of the export `models`."""

    models: list[Any]
    steps: list[Any]
