"""Values of all types, there and back."""

import enum
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

from models import Case, Everything
from wasgi import orm


class Fields(Case):
    def back(self, **values):
        made = Everything.objects.create(**values)
        return Everything.objects.get(key=made.key)

    def test_defaults_are_there_before_and_after_saving(self):
        made = Everything()
        self.assertIsInstance(made.key, UUID)
        self.assertEqual((made.yes, made.number, made.data), (True, 7, []))
        row = self.back()
        self.assertEqual((row.yes, row.number, row.real, row.words), (True, 7, 1.5, "default"))
        self.assertEqual((row.raw, row.price, row.data), (b"\x00\xff", Decimal("12.50"), []))
        self.assertIsNone(row.nothing)

    def test_every_type_comes_back_as_it_went(self):
        values = {
            "yes": False,
            "number": -(2**63),
            "real": 1e300,
            "words": "Zürich 🏔 'quoted' \"twice\" \n",
            "raw": bytes(range(256)),
            "price": Decimal("-9999999999999999.99"),
            "other": UUID("00112233-4455-6677-8899-aabbccddeeff"),
            "moment": datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=timezone.utc),
            "day": date(1, 1, 1),
            "data": {"a": [1, 2.5, None, True, "ü"], "b": {}},
            "nothing": 2**63 - 1,
            "renamed": "x",
        }
        row = self.back(**values)
        for name, value in values.items():
            self.assertEqual(getattr(row, name), value, name)
            self.assertIs(type(getattr(row, name)), type(value), name)

    def test_a_moment_of_another_zone_comes_back_as_the_same_moment(self):
        zone = timezone(timedelta(hours=5, minutes=30))
        moment = datetime(2026, 3, 1, 4, 0, tzinfo=zone)
        row = self.back(moment=moment)
        self.assertEqual(row.moment, moment)
        self.assertEqual(row.moment.utcoffset(), timedelta(0))
        self.assertTrue(Everything.objects.filter(moment=moment).exists())

    def test_a_moment_without_a_zone_is_refused_with_the_cure(self):
        with self.assertRaisesRegex(ValueError, "moment.*timezone.utc"):
            self.back(moment=datetime(2026, 1, 1))

    def test_now_is_now(self):
        before = datetime.now(timezone.utc) - timedelta(seconds=1)
        row = self.back()
        self.assertTrue(before <= row.moment <= datetime.now(timezone.utc) + timedelta(seconds=1))
        self.assertEqual(row.day, row.moment.date())

    def test_decimals_compare_as_numbers(self):
        for price in ("9", "10.0", "-3", "100"):
            Everything.objects.create(price=Decimal(price))
        found = Everything.objects.order_by("price").values_list("price", flat=True)
        self.assertEqual(
            list(found), [Decimal("-3"), Decimal("9"), Decimal("10.0"), Decimal("100")]
        )
        self.assertEqual(Everything.objects.filter(price__gt=9).count(), 2)
        self.assertEqual(Everything.objects.filter(price=Decimal("10.00")).count(), 1)

    def test_a_float_like_nan_is_no_decimal(self):
        with self.assertRaisesRegex(ValueError, "price"):
            self.back(price=Decimal("NaN"))

    def test_values_of_subclasses_are_stored_as_what_they_are(self):
        class Words(str, enum.Enum):
            ONE = "one"

        class Markup(str):
            pass

        self.assertEqual(self.back(words=Words.ONE, renamed=Markup("<b>")).words, "one")
        self.assertEqual(Everything.objects.filter(words=Words.ONE).count(), 1)

    def test_look_ups_take_values_of_each_type(self):
        row = self.back(other=UUID(int=5), day=date(2026, 2, 3), data={"a": 1})
        for name in (
            "key",
            "yes",
            "number",
            "real",
            "words",
            "raw",
            "price",
            "other",
            "moment",
            "day",
        ):
            value = getattr(row, name)
            self.assertEqual(Everything.objects.get(**{name: value}).key, row.key, name)
            self.assertEqual(Everything.objects.filter(**{f"{name}__in": [value]}).count(), 1, name)

    def test_a_wrong_type_is_a_typed_error(self):
        with self.assertRaises(orm.TypeMismatch):
            Everything.objects.create(number="many")
