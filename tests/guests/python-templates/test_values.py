"""Values of a context, as templates show them."""

import dataclasses
import enum
from datetime import date, datetime, time, timezone
from decimal import Decimal
from uuid import UUID

from models import Case, Everything, everything
from wasgi import render_string, render_text, templates


class Html(str):
    def __html__(self):
        return self


class Colour(enum.Enum):
    RED = "red"


@dataclasses.dataclass
class Point:
    x: int
    y: object


class Values(Case):
    def test_plain_values(self):
        self.shows("{{ v }}", "text", v="text")
        self.shows("{{ v }} {{ w }}", "ä€😀 -5", v="ä€😀", w=-5)
        self.shows("{{ v }} {{ w }} {{ x }}", "1.5 true false", v=1.5, w=True, x=False)
        self.shows("[{{ v }}]", "[]", v=None)
        self.shows("{{ v }}", str(2**62), v=2**62)
        self.shows("{{ v }}", str(2**80), v=2**80)
        self.shows("{{ v[1] }} {{ w.a.b }}", "2 c", v=[1, 2], w={"a": {"b": "c"}})
        self.shows(
            "{% for k, v in d %}{{ k }}={{ v }} {% endfor %}", "b=1 a=2 ", d={"b": 1, "a": 2}
        )
        self.shows("{% for n in v %}{{ n }},{% endfor %}", "0,1,2,", v=range(3))

    def test_what_is_escaped(self):
        self.shows("{{ v }}", "&lt;b&gt;", v="<b>")
        self.shows("{{ v }} {{ w }}", "<b> &lt;b&gt;", v=Html("<b>"), w="<b>")
        self.shows("{{ v[0] }} {{ w[0] }}", "<b> &lt;b&gt;", v=[Html("<b>")], w=frozenset(["<b>"]))
        self.assertEqual(render_string("value.html", v="<b>"), "&lt;b&gt;")
        self.assertEqual(render_string("value.txt", v="<b>"), "<b>")
        inner = render_text("<i>{{ v }}</i>", v="<b>")
        self.shows("{{ inner }}", "<i>&lt;b&gt;</i>", inner=inner)

    def test_converted_values(self):
        moment = datetime(2024, 2, 29, 12, 34, 56, 500_000, timezone.utc)
        self.shows("{{ v }}", "2024-02-29T12:34:56.5Z", v=moment)
        self.shows("{{ v }} {{ w }}", "2024-02-29 07:05:00", v=date(2024, 2, 29), w=time(7, 5))
        key = UUID("00112233-4455-6677-8899-aabbccddeeff")
        self.shows("{{ v }} {{ w }}", f"12.50 {key}", v=Decimal("12.50"), w=key)
        self.shows("{{ v }} {{ w.x }} {{ w.y }}", "red 1 red", v=Colour.RED, w=Point(1, Colour.RED))
        self.shows("{% for n in v %}{{ n }},{% endfor %}", "1,2,", v=(n for n in (1, 2)))
        self.shows("{{ v['1'] }} {{ w[0][0] }}", "a 5", v={1: "a"}, w=[{5}])

    def test_a_row_that_was_read_and_one_that_was_not_look_the_same(self):
        everything().save()
        source = (
            "{{ v.yes }} {{ v.number }} {{ v.real }} {{ v.words }} {{ v.price }} {{ v.key }} "
            "{{ v.moment }} {{ v.day }} {{ v.data.list }} {{ v.data.deep.er }} [{{ v.nothing }}]"
        )
        shown = render_text(source, v=templates.first(Everything.objects)).text()
        self.assertEqual(
            shown.replace("&quot;", '"'),
            "true -1099511627776 1.5 &lt;ä&gt; 12.50 00112233-4455-6677-8899-aabbccddeeff "
            '2024-02-29T12:34:56.5Z 2024-02-29 [1, , "x"] true []',
        )
        self.assertEqual(render_text(source, v=Everything.objects.get()).text(), shown)

    def test_what_no_template_can_show(self):
        with self.assertRaisesRegex(TypeError, r'context\["v"\]\[1\]\.y is a object'):
            render_text("", v=[0, Point(1, object())])
        own: list = []
        own.append(own)
        with self.assertRaisesRegex(ValueError, "contains itself"):
            render_text("", v=own)
        with self.assertRaises(templates.InvalidContext) as caught:
            render_text("", v=["\ud800"])
        self.assertIn('context["v"][0]', str(caught.exception))

    def test_how_deep_values_may_be(self):
        value: object = "x"
        for _ in range(63):
            value = [value]
        self.shows("{{ v | length }}", "1", v=value)
        with self.assertRaisesRegex(ValueError, "more than 64 levels"):
            self.shows("", "", v=[[value]])

    def test_many_values(self):
        rows = [{"n": n, "text": f"<{n}>"} for n in range(20_000)]
        text = render_text(
            "{% for row in v %}{{ row.n }}{{ row.text }}\n{% endfor %}", v=rows
        ).text()
        self.assertEqual(text, "".join(f"{n}&lt;{n}&gt;\n" for n in range(20_000)))
