"""The component's export `models`: what the host compares with the database.

It is asked before the first request, so the instance may still be asleep. An
application without models costs nothing here: `wasgi.orm` is not even imported.
"""

from __future__ import annotations

import sys
from typing import Any

from wasgi import _wake
from wasgi._errors import story
from wasgi.adapter import errors

try:
    from wit_world.exports.models import Schema
except ImportError:  # natively, in tests
    from wasgi._native import Schema


class Models:
    """The export."""

    def get(self) -> Any:
        """Returns the models and hand-written steps of this version of the application."""
        try:
            if _wake.asleep:
                _wake.wake()
            if "wasgi.orm" not in sys.modules:
                return Schema([], [])
            from wasgi.orm import schema

            return Schema(schema.models(), schema.steps())
        except BaseException as error:
            # WIT has no error for it, so the instance ends; the log has the story.
            errors.write(story(error)[1])
            errors.flush()
            raise
