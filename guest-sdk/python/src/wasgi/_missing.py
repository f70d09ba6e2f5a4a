"""Names the cure where a module is missing at run time, whoever logs the exception."""

from __future__ import annotations

import sys
from typing import Any

from wasgi._errors import missing_module_cure


class MissingModules:
    """The last finder: what comes here, nobody found.

    Frameworks catch exceptions themselves and log them, so the cure must be in
    the exception. Only `import` is answered so; `importlib.util.find_spec` asks
    whether a module is there, and must get None.
    """

    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> None:
        """Raises ModuleNotFoundError with the cure, for an import."""
        asked_by = sys._getframe(2).f_code
        if asked_by.co_name != "_find_and_load_unlocked" or "." in name:
            return
        error = ModuleNotFoundError(f"No module named {name!r}", name=name)
        error.args = (f"{error.args[0]}; {missing_module_cure(error)}",)
        error.msg = error.args[0]
        raise error
