"""Queries as values of a context: what the host is asked, and how it is told to show it."""

from __future__ import annotations

from tests.orm_fakes import text
from tests.template_fakes import Host, Query, Safe
from tests.test_orm_shapes import Case as OrmCase
from wasgi import orm, templates
from wasgi.orm import _native as orm_wit
from wasgi.templates import _native as wit


class Case(OrmCase):
    def setUp(self):
        super().setUp()
        self.templates = Host()
        self.addCleanup(self.templates.close)

    def given(self, /, **context):
        templates.render_template("x.html", **context)
        return self.templates.context

    def shown(self, value):
        """Returns how the rows of a value are shown, which is the only query there is."""
        self.assertEqual(self.given(v=value), {"v": Query(0)})
        (rows,) = self.templates.queries
        self.assertIs(rows.rows, self.host.held[-1])
        return rows

    def fields(self, fields):
        kinds = [None if field.kind is None else field.kind.name.lower() for field in fields]
        return [f"{field.name} {kind}" for field, kind in zip(fields, kinds)]


POST = [
    "id integer", "author_id integer", "editor_id integer", "title text", "views integer",
    "price decimal", "created timestamp", "meta json",
]  # fmt: skip


class Shown(Case):
    def test_a_query_is_held_and_not_read(self):
        with orm.count_queries() as queries:
            rows = self.shown(self.Post.objects.filter(views__gt=5).order_by("id")[:20])
        self.assertEqual(queries.value, 1)
        self.assertEqual(self.host.asked, [((5, 20), None)])
        self.assertEqual(rows.extent, wit.Extent.ALL)
        self.assertEqual(self.fields(rows.fields), POST)
        self.assertEqual(rows.relations, [])

    def test_a_manager_is_all_rows(self):
        self.assertEqual(
            self.fields(self.shown(self.Tag.objects).fields), ["id integer", "name text"]
        )

    def test_the_second_time_the_shape_is_known(self):
        first = self.shown(self.Post.objects.filter(views=1))
        second = self.shown(self.Post.objects.filter(views=2))
        self.assertIs(first.fields, second.fields)
        self.assertEqual(len(self.host.prepared), 1)

    def test_only_and_annotations(self):
        query = self.Author.objects.only("name").annotate(n=orm.Count("posts"), one=orm.Value(1))
        fields = self.fields(self.shown(query).fields)
        self.assertEqual(fields, ["id integer", "name text", "n integer", "one None"])

    def test_joined_rows_are_inside_of_theirs(self):
        query = self.Comment.objects.select_related("post__author").annotate(n=orm.Value(1))
        rows = self.shown(query)
        self.assertEqual(
            self.fields(rows.fields),
            [
                "id integer", "post_id integer", "text text",
                *(f"post.{field}" for field in POST),
                "post.author.id integer", "post.author.name text", "post.author.city text",
                "n None",
            ],
        )  # fmt: skip
        self.assertEqual(len(rows.fields), len(self.host.held[-1].query.selects[0].columns))

    def test_prefetched_rows(self):
        query = self.Author.objects.prefetch_related("posts__tags", "posts__comments")
        rows = self.shown(query)
        self.assertEqual(
            [(one.parent, one.key, one.name, one.many) for one in rows.relations],
            [(0, 0, "posts", True), (1, 0, "tags", True), (1, 0, "comments", True)],
        )
        self.assertEqual(self.fields(rows.relations[0].fields), POST)
        self.assertEqual(self.fields(rows.relations[1].fields), ["id integer", "name text"])
        prefetches = self.host.held[-1].query.prefetches
        self.assertEqual([(one.parent, one.key) for one in prefetches], [(0, 0), (1, 0), (1, 0)])

    def test_prefetched_rows_of_joined_rows(self):
        query = self.Comment.objects.select_related("post").prefetch_related(
            "post__tags", "post__author__posts"
        )
        rows = self.shown(query)
        self.assertEqual(
            [(one.parent, one.key, one.name, one.many) for one in rows.relations],
            [
                (0, 3, "post.tags", True),
                (0, 4, "post.author", False),
                (2, 0, "posts", True),
            ],
        )

    def test_values(self):
        rows = self.shown(self.Post.objects.values("author__name", "created", n=orm.Value(1)))
        self.assertEqual(rows.extent, wit.Extent.ALL)
        self.assertEqual(
            self.fields(rows.fields), ["author__name text", "created timestamp", "n None"]
        )
        rows = self.shown(self.Post.objects.values_list("title", "price"))
        self.assertEqual(rows.extent, wit.Extent.ALL)
        self.assertEqual(self.fields(rows.fields), ["title text", "price decimal"])
        rows = self.shown(self.Post.objects.values_list("price", flat=True))
        self.assertEqual(rows.extent, wit.Extent.COLUMN)
        self.assertEqual(self.fields(rows.fields), ["price decimal"])

    def test_queries_inside_of_values(self):
        tags, authors = self.Tag.objects.all(), self.Author.objects.all()
        given = self.given(a={"tags": tags, "list": [authors, 1]}, b=tags)
        self.assertEqual(given, {"a": {"tags": Query(1), "list": [Query(2), 1]}, "b": Query(0)})
        tables = [text(rows.rows.query).split("\n")[1] for rows in self.templates.queries]
        self.assertEqual(tables, ["from tag", "from tag", "from author"])

    def test_within_a_transaction_they_are_part_of_it(self):
        with orm.atomic(read=True):
            self.given(a=self.Tag.objects.all(), b=templates.count(self.Tag.objects))
        self.assertEqual([within.name for _, within in self.host.asked], ["all", "all"])

    def test_they_are_run_again_where_the_context_was_not_fit(self):
        given = self.given(tags=self.Tag.objects.filter(name="x"), b=[{1}])
        self.assertEqual(given, {"tags": Query(0), "b": [[1]]})
        self.assertEqual(self.host.asked, [(("x",), None)] * 2)
        self.assertIs(self.templates.queries[0].rows, self.host.held[1])

    def test_errors_of_a_query_are_the_orms(self):
        self.host.refusal = orm_wit.Error_Quota("a result is larger than 16777216 bytes")
        with self.assertRaises(orm.Quota):
            self.given(v=self.Tag.objects.all())
        self.assertEqual(self.templates.asked, [])
        with self.assertRaisesRegex(orm.InvalidQuery, "no field 'colour'|colour"):
            self.given(v=self.Tag.objects.filter(colour="red"))


class Parts(Case):
    def made(self, value, expected, *arguments):
        rows = self.shown(value)
        self.assertEqual(text(self.host.held[-1].query).split("\n", 1)[1], expected)
        self.assertEqual(self.host.asked[-1][0], arguments)
        return rows

    def test_first(self):
        rows = self.made(
            templates.first(self.Tag.objects.filter(name="x")),
            "from tag\nwhere (tag.name = ?0)\norder by tag.id\nlimit ?1",
            "x", 1,
        )  # fmt: skip
        self.assertEqual(rows.extent, wit.Extent.FIRST)
        rows = self.made(
            templates.first(self.Tag.objects.order_by("-name")[:5]),
            "from tag\norder by tag.name desc\nlimit ?0",
            5,
        )
        self.assertEqual(rows.extent, wit.Extent.FIRST)
        rows = self.shown(templates.first(self.Tag.objects.values_list("name", flat=True)))
        self.assertEqual(rows.extent, wit.Extent.SCALAR)

    def test_value(self):
        rows = self.made(
            templates.value(self.Tag.objects.filter(id=5).values_list("name", flat=True)),
            "from tag\nwhere (tag.id = ?0)\nlimit ?1",
            5, 1,
        )  # fmt: skip
        self.assertEqual(
            (rows.extent, self.fields(rows.fields)), (wit.Extent.SCALAR, ["name text"])
        )
        with self.assertRaisesRegex(orm.InvalidQuery, "templates.first"):
            self.given(v=templates.value(self.Tag.objects.all()))

    def test_count_and_exists(self):
        rows = self.made(templates.count(self.Tag.objects.order_by("name")), "from tag")
        self.assertEqual(
            (rows.extent, self.fields(rows.fields)), (wit.Extent.SCALAR, ["count integer"])
        )
        rows = self.made(templates.exists(self.Tag.objects), "from tag\nlimit 1")
        self.assertEqual(
            (rows.extent, self.fields(rows.fields)), (wit.Extent.SCALAR, ["exists boolean"])
        )
        self.made(
            templates.exists(self.Tag.objects.all()[5:6]),
            "from (select _1.id as c0, _1.name as c1; from tag _1; limit ?0; offset ?1) _2",
            1, 5,
        )  # fmt: skip

    def test_page(self):
        query = self.Tag.objects.order_by("name")
        given = self.given(v=templates.page(query, 3, size=10, total=True))
        self.assertEqual(
            given["v"],
            {
                "items": Query(0), "number": 3, "size": 10, "has_previous": True,
                "has_next": Query(1), "total": Query(2),
            },
        )  # fmt: skip
        self.assertEqual([asked[0] for asked in self.host.asked], [(10, 20), (1, 30), ()])
        self.assertIn("order by tag.name, tag.id", text(self.host.held[0].query))
        given = self.given(v=templates.page(query, -1))["v"]
        self.assertEqual((given["number"], given["has_previous"]), (1, False))
        self.assertNotIn("total", given)

    def test_a_page_beside_what_is_converted_inside(self):
        import datetime

        day = datetime.date(2026, 1, 2)
        given = self.given(v=templates.page(self.Tag.objects, 1), w=[day])
        self.assertEqual((given["v"]["items"], given["w"]), (Query(0), ["2026-01-02"]))
        self.assertEqual(len(self.host.asked), 2)

    def test_sql(self):
        rows = self.shown(templates.sql("SELECT a, b FROM t WHERE c = ?", (True,)))
        self.assertEqual(self.fields(rows.fields), ["a None", "b None"])
        self.assertEqual(self.host.asked, [((True,), None)])
        self.assertEqual(rows.extent, wit.Extent.ALL)

    def test_of_something_else(self):
        with self.assertRaisesRegex(orm.InvalidQuery, r"templates.first\(\) takes a query, not 5"):
            self.given(v=templates.first(5))

    def test_of_a_query_that_was_asked(self):
        self.host.answers = [([(1, "a"), (2, "b")],)]
        query = self.Tag.objects.all()
        list(query)
        given = self.given(
            a=query, b=templates.first(query), c=templates.count(query), d=templates.exists(query)
        )
        row = {"id": 1, "name": "a"}
        self.assertEqual(given, {"a": [row, {"id": 2, "name": "b"}], "b": row, "c": 2, "d": True})
        self.host.answers = [([("a",)],)]
        names = self.Tag.objects.values_list("name", flat=True)
        list(names)
        self.assertEqual(self.given(a=names, b=templates.value(names)), {"a": ["a"], "b": "a"})
        self.assertEqual(self.host.held, [])


class Rows(Case):
    def test_a_row_is_a_dict_of_its_fields(self):
        self.host.answers = [([(1, 2, None, "t", 3, "1.50", 2_000_000, '{"a": [1]}')],)]
        (post,) = self.Post.objects.all()
        shown = {
            "id": 1, "author_id": 2, "editor_id": None, "title": "t", "views": 3, "price": "1.50",
            "created": "1970-01-01T00:00:02Z", "meta": {"a": [1]},
        }  # fmt: skip
        self.assertEqual(self.given(v=post), {"v": shown})
        self.assertEqual(self.given(v=[post], w={"k": post}), {"v": [shown], "w": {"k": shown}})

    def test_with_the_relations_that_were_loaded_and_no_others(self):
        row = (1, 2, None, "t", 3, None, 0, "{}", 2, "Ada", None)
        self.host.answers = [([row], [(5, "red", 1)])]
        (post,) = self.Post.objects.select_related("author").prefetch_related("tags")
        given = self.given(v=post)["v"]
        self.assertEqual(given["author"], {"id": 2, "name": "Ada", "city": None})
        self.assertEqual(given["tags"], [{"id": 5, "name": "red"}])
        self.assertNotIn("editor", given)
        self.assertNotIn("comments", given)
        self.assertEqual(self.given(v=post.author, w=post.tags)["w"], [{"id": 5, "name": "red"}])
        # What was loaded is another row than the key says now.
        post.author_id = 7
        self.assertNotIn("author", self.given(v=post)["v"])

    def test_the_way_back_is_left_out(self):
        self.host.answers = [([(1, "Ada", None)], [(7, 1, None, "t", 0, None, 0, "{}", 1)])]
        (author,) = self.Author.objects.prefetch_related("posts")
        self.assertIs(author.posts[0].author, author)
        given = self.given(v=author, w=[author.posts[0]])
        (post,) = given["v"]["posts"]
        self.assertEqual((post["title"], "author" in post), ("t", False))
        (post,) = given["w"]
        self.assertEqual(post["author"], {"id": 1, "name": "Ada", "city": None})

    def test_rows_that_refer_to_each_other(self):
        author, other = self.Author(id=1, name="Ada"), self.Author(id=2, name="Bob")
        post = self.Post(id=3, author=author, editor=other, title="t")
        author.best, other.best = [post], post
        given = self.given(v=post)["v"]
        self.assertEqual((given["author"]["name"], given["editor"]["name"]), ("Ada", "Bob"))
        self.assertEqual(given["editor"]["best"]["title"], "t")

    def test_what_was_not_loaded_is_refused_with_the_cure(self):
        author = self.Author(id=1, name="Ada")
        with self.assertRaisesRegex(orm.NotLoaded, r"author.posts.all\(\)"):
            self.given(v=author.posts)
        self.assertEqual(self.given(v=author.posts.all()), {"v": Query(0)})

    def test_an_attribute_of_the_applications_own(self):
        tag = self.Tag(id=1, name="x")
        tag.html, tag._private = SafeText(), object()
        self.assertEqual(self.given(v=tag), {"v": {"id": 1, "name": "x", "html": Safe("<b>")}})
        tag.html = object()
        with self.assertRaisesRegex(TypeError, r'^context\["v"\]\[0\]\.html is a object,'):
            self.given(v=[tag])

    def test_pages_that_were_asked(self):
        self.host.answers = [([(1, "a"), (2, "b")],)]
        page = self.Tag.objects.page(1, size=1)
        given = self.given(v=page)["v"]
        self.assertEqual(given.pop("items"), [{"id": 1, "name": "a"}])
        self.assertEqual(given, {"number": 1, "size": 1, "has_next": True, "has_previous": False})


class SafeText:
    def __html__(self):
        return "<b>"
