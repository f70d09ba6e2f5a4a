"""The types of `wit/templates.wit`: the generated ones in a component, stand-ins elsewhere."""

from __future__ import annotations

from typing import Any

wit: Any
try:
    from wit_world.imports import templates as _types
except ImportError:
    from wasgi.templates import _native as _types
wit = _types

__all__ = ["wit"]
