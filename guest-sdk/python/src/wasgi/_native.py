"""The generated types of the export `application`, for where there is no component."""

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
