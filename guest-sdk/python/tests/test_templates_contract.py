"""The types that stand in for the generated ones are those of `wit/templates.wit`."""

import dataclasses
import enum
import re
import unittest
from pathlib import Path

from tests.test_orm_contract import camel
from wasgi.templates import _native

WIT = Path(__file__).resolve().parents[3] / "wit" / "templates.wit"


class Contract(unittest.TestCase):
    def test_every_enum_record_and_variant_is_there_in_the_same_order(self):
        text = re.sub(r"//[^\n]*", "", WIT.read_text())
        blocks = re.findall(r"\b(enum|variant|record) ([a-z-]+) \{(.*?)\}", text, re.S)
        self.assertEqual(len(blocks), 7)
        for kind, name, body in blocks:
            # No type here has a comma but within angle brackets.
            parts = [part.strip() for part in re.sub(r"<.*>", "", body).split(",") if part.strip()]
            if kind == "enum":
                members = getattr(_native, camel(name))
                self.assertTrue(issubclass(members, enum.Enum))
                wanted = [(part.upper(), at) for at, part in enumerate(parts)]
                self.assertEqual([(one.name, one.value) for one in members], wanted)
            elif kind == "record":
                fields = [field.name for field in dataclasses.fields(getattr(_native, camel(name)))]
                wanted = [part.split(":")[0].replace("-", "_") for part in parts]
                self.assertEqual(fields, wanted, name)
            else:
                for part in parts:
                    case, _, payload = part.partition("(")
                    made = getattr(_native, f"{camel(name)}_{camel(case)}")
                    self.assertEqual(len(dataclasses.fields(made)), bool(payload), part)
