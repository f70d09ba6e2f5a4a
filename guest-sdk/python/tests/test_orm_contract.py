"""The types that stand in for the generated ones are those of `wit/orm.wit`."""

import dataclasses
import enum
import re
import unittest
from pathlib import Path

from wasgi.orm import _native

WIT = Path(__file__).resolve().parents[3] / "wit" / "orm.wit"


def camel(name):
    return "".join(word.capitalize() for word in name.split("-"))


class Contract(unittest.TestCase):
    def setUp(self):
        without_comments = re.sub(r"//[^\n]*", "", WIT.read_text())
        self.blocks = re.findall(
            r"\b(enum|variant|record) ([a-z0-9-]+) \{(.*?)\}", without_comments, re.S
        )
        self.assertGreater(len(self.blocks), 40)

    def parts(self, body):
        """Returns what stands between commas, those within angle brackets left alone."""
        depth, part, found = 0, "", []
        for char in body:
            depth += {"<": 1, ">": -1, "(": 1, ")": -1}.get(char, 0)
            if char == "," and depth == 0:
                found.append(part.strip())
                part = ""
            else:
                part += char
        return [part for part in [*found, part.strip()] if part]

    def test_every_enum_record_and_variant_is_there_in_the_same_order(self):
        for kind, name, body in self.blocks:
            parts = self.parts(body)
            if kind == "enum":
                members = list(getattr(_native, camel(name)))
                self.assertIsInstance(members[0], enum.Enum)
                self.assertEqual(
                    [(member.name, member.value) for member in members],
                    [(part.upper().replace("-", "_"), at) for at, part in enumerate(parts)],
                    name,
                )
            elif kind == "record":
                fields = [field.name for field in dataclasses.fields(getattr(_native, camel(name)))]
                wanted = [part.split(":")[0].strip("% ").replace("-", "_") for part in parts]
                self.assertEqual(fields, wanted, name)
            else:
                for part in parts:
                    case, _, payload = part.partition("(")
                    made = getattr(_native, f"{camel(name)}_{camel(case)}")
                    self.assertEqual(len(dataclasses.fields(made)), bool(payload), part)

    def test_a_type_that_is_not_in_the_contract_is_an_error(self):
        with self.assertRaisesRegex(AttributeError, "orm.wit has no type 'Nothing'"):
            _native.Nothing
