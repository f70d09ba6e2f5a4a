"""What can go wrong with a template."""

from __future__ import annotations

from typing import Any, NoReturn


class TemplateError(Exception):
    """The root of everything here. As text it is what a terminal shows: all of it.

    What is not known is empty, or 0.
    """

    def __init__(self, text: str = "", *, template: str = "", report: Any = None) -> None:
        super().__init__(text)
        self.message: str = text if report is None else report.message
        """What is wrong, in a line."""
        self.template: str = template if report is None else report.template
        """The template's name; empty for a text."""
        self.line: int = getattr(report, "line", 0)
        """Counted from 1."""
        self.column: int = getattr(report, "column", 0)
        """In characters, counted from 1."""
        self.source_line: str = getattr(report, "source_line", "")
        """The line itself."""
        self.chain: list[str] = list(getattr(report, "chain", ()))
        """Where it was included, called or extended, the nearest first: `name:line`."""

    def _one_line(self) -> str:
        """For the summary in the log."""
        place = ""
        if self.line:
            place = f" ({self.template or 'text'}:{self.line}:{self.column})"
        return f"{type(self).__name__}: {self.message}{place}"


class TemplateNotFound(TemplateError):
    """There is no template of this name."""


class BlockNotFound(TemplateError):
    """The template has no block of this name."""


class TemplateSyntaxError(TemplateError):
    """A template that is none."""


class TemplateRenderingError(TemplateError):
    """A template that cannot be rendered with this context."""


class TemplateQuota(TemplateError):
    """A bound of the operator's was reached: which one is said."""


class TemplateTimeout(TemplateError):
    """Rendering took longer than it may."""


class InvalidContext(TemplateError):
    """The context has something that no template can be given."""


_REPORTED = {"Syntax": TemplateSyntaxError, "Rendering": TemplateRenderingError}
_SAID = {
    "UnknownTemplate": TemplateNotFound,
    "UnknownBlock": BlockNotFound,
    "Quota": TemplateQuota,
    "Invalid": InvalidContext,
}
_NO_TEMPLATES = (
    "the application has no templates; put them into the folder `templates` of the project, "
    "or name another in app.toml: [templates] dir"
)


def of_host(refusal: Any, template: str = "") -> TemplateError:
    """Returns the exception for an `error` of `wit/templates.wit`."""
    case = type(refusal).__name__.rpartition("_")[2]
    value: Any = getattr(refusal, "value", None)
    if case in _REPORTED:
        return _REPORTED[case](value.text, report=value)
    if case in _SAID:
        return _SAID[case](str(value), template=template)
    if case == "Timeout":
        return TemplateTimeout("rendering took longer than it may", template=template)
    if case == "NoTemplates":
        return TemplateNotFound(_NO_TEMPLATES, template=template)
    return TemplateError(str(refusal), template=template)


def refuse(refusal: Any, template: str = "") -> NoReturn:
    """Raises what the host refused, without the host's own exception behind it."""
    raise of_host(refusal.value, template) from None
