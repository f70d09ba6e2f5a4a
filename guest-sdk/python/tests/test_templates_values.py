"""What values of a context become, in the bytes of the contract."""

from __future__ import annotations

import collections
import dataclasses
import enum
import types
import unittest
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from uuid import UUID

from tests.template_fakes import Host, Query, Safe, decode
from wasgi import templates
from wasgi.templates.values import Walk


class Case(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.host = Host()
        self.addCleanup(self.host.close)

    def given(self, /, **context):
        """Returns the context as the host gets it."""
        templates.render_template("x.html", **context)
        return self.host.context

    def becomes(self, value, expected):
        """Asserts what a value becomes at the top, and inside of a list and a dict."""
        self.assertEqual(self.given(v=value), {"v": expected})
        self.assertEqual(self.given(v=[value, {"k": value}]), {"v": [expected, {"k": expected}]})

    def refused(self, value, message, kind=TypeError):
        asked = len(self.host.asked)
        with self.assertRaises(kind) as caught:
            self.given(v=value)
        self.assertEqual(str(caught.exception), message)
        self.assertEqual(len(self.host.asked), asked)


class Html:
    def __init__(self, text):
        self.text = text

    def __html__(self):
        return self.text


class Markup(str):
    """As of markupsafe: its `str()` is markup again."""

    def __str__(self):
        return self

    def __html__(self):
        return self


class Colour(enum.Enum):
    RED = "red"


class Level(enum.IntEnum):
    HIGH = 3


@dataclasses.dataclass
class Point:
    x: int
    when: date


class LazyString:
    """As of Flask-Babel."""

    def __str__(self):
        return "translated"


class Plain(Case):
    def test_the_bytes_are_those_of_the_contract(self):
        packed = Walk().pack({"a": 1, "b": [True, None], "c": ("é", -0.5)})
        self.assertEqual(
            packed,
            b"{"
            b"u\x01\0\0\0a" b"i\x01\0\0\0"
            b"u\x01\0\0\0b" b"[\x02\0\0\0TN"
            b"u\x01\0\0\0c" b"(\x02\0\0\0u\x02\0\0\0\xc3\xa9g\0\0\0\0\0\0\xe0\xbf"
            b"0",
        )  # fmt: skip
        self.assertEqual(
            Walk().pack({"a": Html("<b>")}),
            b"{u\x01\0\0\0a>\x01\0\0\0u\x03\0\0\0<b>0",
        )

    def test_plain_values_go_as_they_are(self):
        for value in ("", "x", "ä€😀", 0, -1, 2**31, -(2**63), 1.5, True, False, None, b"\0\xff"):
            self.becomes(value, value)
        self.becomes([], [])
        self.becomes({}, {})
        self.becomes((1, (2, 3)), [1, [2, 3]])
        self.becomes({"a": {"b": [1, 2]}}, {"a": {"b": [1, 2]}})
        self.assertEqual(self.given(), {})

    def test_names_of_parameters_are_free_for_values(self):
        self.assertEqual(self.given(name=1, self=2), {"name": 1, "self": 2})
        templates.render_block("x.html", "b", name=1, block=2)
        self.assertEqual(self.host.context, {"name": 1, "block": 2})
        templates.render_text("x", source=1)
        self.assertEqual(self.host.context, {"source": 1})

    def test_a_context_of_the_applications_own_is_not_changed(self):
        context = {"v": date(2026, 1, 2), "w": [date(2026, 1, 2)]}
        templates.render_template("x.html", **context)
        self.assertEqual(context, {"v": date(2026, 1, 2), "w": [date(2026, 1, 2)]})


class Converted(Case):
    def test_times(self):
        self.becomes(date(2026, 1, 2), "2026-01-02")
        self.becomes(time(7, 5), "07:05:00")
        utc = timezone.utc
        self.becomes(datetime(2026, 1, 2, 3, 4, 5, tzinfo=utc), "2026-01-02T03:04:05Z")
        self.becomes(datetime(2024, 2, 29, 12, 34, 56, 500000, utc), "2024-02-29T12:34:56.5Z")
        self.becomes(datetime(2026, 1, 2, 0, 0, 0, 1, utc), "2026-01-02T00:00:00.000001Z")
        east = timezone(timedelta(hours=2))
        self.becomes(datetime(2026, 1, 1, 1, 0, 0, tzinfo=east), "2025-12-31T23:00:00Z")
        # Nobody knows its zone: it is shown as it is.
        self.becomes(datetime(2026, 1, 2, 3, 4, 50), "2026-01-02T03:04:50")

        class Moment(datetime):
            pass

        self.becomes(Moment(2026, 1, 2, tzinfo=utc), "2026-01-02T00:00:00Z")

    def test_decimals_and_uuids(self):
        self.becomes(Decimal("-12.50"), "-12.50")
        self.becomes(Decimal("1E+3"), "1000")
        self.becomes(Decimal("NaN"), "NaN")
        text = "00112233-4455-6677-8899-aabbccddeeff"
        self.becomes(UUID(text), text)

    def test_what_has_html_is_safe(self):
        self.becomes(Html("<b>"), Safe("<b>"))
        self.becomes(Markup("<i>ä"), Safe("<i>ä"))
        self.becomes([Markup("a"), "a"], [Safe("a"), "a"])

    def test_a_page_within_a_page_is_safe(self):
        inner = templates.render_template("inner.html")
        self.assertEqual(self.given(inner=inner), {"inner": Safe("<p>page</p>")})

    def test_a_frozenset_of_the_application_is_no_mark(self):
        for own in (frozenset(["<script>"]), frozenset([0])):
            member = next(iter(own))
            self.becomes(own, [member])
            self.becomes({"k": own}, {"k": [member]})
            # Beside marks, and with as many of them as there are.
            given = self.given(a=Html("safe"), b=[own], c={"d": [Html("x")]})
            self.assertEqual(given, {"a": Safe("safe"), "b": [[member]], "c": {"d": [Safe("x")]}})

    def test_a_text_that_looks_like_a_mark_is_a_text(self):
        text = ">\x01\0\0\0u\x03\0\0\0<b>"
        self.assertEqual(self.given(a=text, b=Html("x")), {"a": text, "b": Safe("x")})
        self.assertEqual(self.given(a=[text], b=Html("x")), {"a": [text], "b": Safe("x")})

    def test_enums_are_their_values(self):
        self.becomes(Colour.RED, "red")
        self.becomes(Level.HIGH, 3)

    def test_subclasses_of_plain_types(self):
        class Text(str):
            pass

        class Number(int):
            pass

        class Real(float):
            pass

        self.becomes(Text("x"), "x")
        self.becomes(Number(5), 5)
        self.becomes(Real(0.5), 0.5)
        self.becomes(bytearray(b"x"), b"x")
        self.becomes(memoryview(b"x"), b"x")

    def test_objects_with_parts(self):
        self.becomes(Point(1, date(2026, 1, 2)), {"x": 1, "when": "2026-01-02"})
        self.becomes(collections.namedtuple("Pair", "a b")(1, 2), {"a": 1, "b": 2})
        self.becomes(collections.OrderedDict(a=1), {"a": 1})
        self.becomes(types.MappingProxyType({"a": 1}), {"a": 1})

        class Row:
            """As of sqlite3."""

            def keys(self):
                return ["a", "b"]

            def __getitem__(self, key):
                return key * 2

            def __iter__(self):
                return iter(["aa", "bb"])

        self.becomes(Row(), {"a": "aa", "b": "bb"})

    def test_keys_become_texts(self):
        day = date(2026, 1, 2)
        self.becomes({1: "a", Colour.RED: "b", day: "c"}, {"1": "a", "red": "b", "2026-01-02": "c"})
        # What `marshal` takes and the host does not is seen by the host alone.
        self.becomes({1: {2: "a"}}, {"1": {"2": "a"}})
        self.refused(
            {1.5: "a"}, 'context["v"]["1.5"] is at a key of the type float; keys of dicts are texts'
        )

    def test_any_iterable_is_a_list(self):
        self.assertEqual(self.given(v=(n for n in "ab")), {"v": ["a", "b"]})
        self.assertEqual(self.given(v=[map(str, (1, 2))]), {"v": [["1", "2"]]})
        self.becomes({5}, [5])
        self.becomes(range(2), [0, 1])
        self.becomes(collections.deque([1]), [1])

    def test_an_iterator_beside_what_the_host_refuses_at_first(self):
        given = self.given(a=(n for n in "ab"), b=[{1}], c=Html("x"))
        self.assertEqual(given, {"a": ["a", "b"], "b": [[1]], "c": Safe("x")})

    def test_translated_texts_and_proxies(self):
        self.becomes(LazyString(), "translated")

        class LocalProxy:
            """As of Werkzeug."""

            def _get_current_object(self):
                return Point(1, date(2026, 1, 2))

        self.becomes(LocalProxy(), {"x": 1, "when": "2026-01-02"})


class Refused(Case):
    def test_other_objects_with_the_way_to_them_and_the_cure(self):
        class Thing:
            pass

        name = f"{Thing.__module__}.{Thing.__qualname__}"
        cure = (
            ", which no template can show; pass what is needed of it (texts, numbers, dicts, "
            "lists, dates, rows or queries of wasgi.orm), or make it a dataclass"
        )
        self.refused(Thing(), f'context["v"] is a {name}{cure}')
        way = [0, 1, {"k": Point(1, (Thing(),))}]
        self.refused(way, f'context["v"][2]["k"].when[0] is a {name}{cure}')
        self.refused([1j], f'context["v"][0] is a complex{cure}')
        self.refused(timedelta(1), f'context["v"] is a datetime.timedelta{cure}')

    def test_functions_and_classes(self):
        cure = ", and templates call no Python; pass what it returns"
        self.refused(len, f'context["v"] is a builtin_function_or_method{cure}')
        self.refused({"k": Point}, f'context["v"]["k"] is a type{cure}')

    def test_what_contains_itself(self):
        own: list = [1]
        own.append({"k": own})
        self.refused([own], 'context["v"][0][1]["k"] contains itself', ValueError)
        point = Point(1, None)
        point.when = point
        self.refused(point, 'context["v"].when contains itself', ValueError)

    def test_what_is_too_deep(self):
        def nested(levels):
            value: list = []
            for _ in range(levels - 1):
                value = [value]
            return value

        deep = nested(63)
        self.assertEqual(self.given(v=deep), {"v": deep})
        for levels in (66, 300, 5000):
            with self.assertRaisesRegex(ValueError, "more than 64 levels deep"):
                self.given(v=nested(levels))
            with self.assertRaisesRegex(ValueError, "more than 64 levels deep"):
                self.given(v=(nested(levels), date(2026, 1, 2)))

    def test_half_a_surrogate_pair_is_named(self):
        for value in ("\ud800", ["\ud800"], {"k": ["\ud800"]}):
            with self.assertRaises(templates.InvalidContext) as caught:
                self.given(a="good", v=value)
            self.assertIn('context["v"]', str(caught.exception))
            self.assertIn("not UTF-8", str(caught.exception))

    def test_an_error_in_a_generator_is_the_applications(self):
        def broken():
            yield 1
            raise LookupError("mine")

        with self.assertRaisesRegex(LookupError, "mine"):
            self.given(v=broken())


class Marks(Case):
    def test_the_double_reads_what_the_contract_has(self):
        packed = b"{u\x01\0\0\0a>\x01\0\0\0i\x02\0\0\0u\x01\0\0\0bl\xfe\xff\xff\xff\x01\0\x02\x000"
        self.assertEqual(decode(packed), {"a": Query(2), "b": -(1 + (2 << 15))})
