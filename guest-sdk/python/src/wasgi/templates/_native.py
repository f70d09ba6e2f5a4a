"""The generated types of the import `templates`, for where there is no component.

`tests/test_templates_contract.py` compares them with `wit/templates.wit`.
"""

from __future__ import annotations

from dataclasses import dataclass, make_dataclass
from enum import Enum
from typing import Any

Source_Template = make_dataclass("Source_Template", ["value"])
Source_Block = make_dataclass("Source_Block", ["value"])
Source_Text = make_dataclass("Source_Text", ["value"])


@dataclass
class Field:
    """How a column of rows is shown."""

    name: str
    kind: Any


@dataclass
class Relation:
    """Where the rows of a prefetch go."""

    parent: int
    key: int
    name: str
    many: bool
    fields: list[Field]


class Extent(Enum):
    """How much of the rows is shown."""

    ALL = 0
    FIRST = 1
    SCALAR = 2
    COLUMN = 3


@dataclass
class QueryRows:
    """The rows of a query, as a value of a context."""

    rows: Any
    extent: Extent
    fields: list[Field]
    relations: list[Relation]


@dataclass
class Report:
    """What is wrong with a template, and where."""

    message: str
    template: str
    line: int
    column: int
    source_line: str
    chain: list[str]
    text: str


Error_UnknownTemplate = make_dataclass("Error_UnknownTemplate", ["value"])
Error_UnknownBlock = make_dataclass("Error_UnknownBlock", ["value"])
Error_Syntax = make_dataclass("Error_Syntax", ["value"])
Error_Rendering = make_dataclass("Error_Rendering", ["value"])
Error_Quota = make_dataclass("Error_Quota", ["value"])
Error_Timeout = make_dataclass("Error_Timeout", [])
Error_Invalid = make_dataclass("Error_Invalid", ["value"])
Error_NoTemplates = make_dataclass("Error_NoTemplates", [])
