"""What a queryset makes of its calls: the tree, as text, and the arguments."""

from __future__ import annotations

import unittest
from datetime import datetime, timezone
from decimal import Decimal

from tests.orm_fakes import Host, text
from wasgi import orm
from wasgi.orm import chain, execute


class Case(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.host = Host()
        self.addCleanup(self.host.close)

        class Tag(orm.Model):
            name: str

        class Author(orm.Model):
            name: str
            city: str | None = None

        class Post(orm.Model):
            class Meta:
                full_text = ["title"]

            author: Author = orm.foreign_key(related_name="posts")
            editor: Author | None = orm.foreign_key(related_name="edited")
            tags = orm.many_to_many(Tag, related_name="posts")
            title: str
            views: int = 0
            price: Decimal | None = None
            created: datetime = orm.field(default=orm.now)
            meta: orm.Json = orm.field(default=dict)

        class Comment(orm.Model):
            post: Post = orm.foreign_key(related_name="comments")
            text: str

        self.Tag, self.Author, self.Post, self.Comment = Tag, Author, Post, Comment

    def made(self, query, expected, *arguments):
        """Asserts what a query of one column becomes; its first line is left out."""
        list(query)
        tree = text(self.host.prepared[-1]).split("\n", 1)[-1]
        expected = "\n".join(line.strip() for line in expected.strip().split("\n"))
        self.assertEqual(tree, expected)
        self.assertEqual(self.host.asked[-1][0], arguments)


class Trees(Case):
    def test_a_filter(self):
        posts = self.Post.objects.filter(title="x", views__gte=3).order_by("-views", "id")[5:15]
        self.made(
            posts,
            """
            from post
            where ((post.title = ?0) and (post.views >= ?1))
            order by post.views desc, post.id
            limit ?2
            offset ?3
            """,
            "x", 3, 10, 5,
        )  # fmt: skip

    def test_a_reference_needs_no_join_for_the_key(self):
        for lookup in ("author", "author_id", "author__id", "author__pk"):
            self.made(
                self.Post.objects.filter(**{lookup: 7}), "from post\nwhere (post.author_id = ?0)", 7
            )
        self.made(self.Post.objects.filter(editor=None), "from post\nwhere post.editor_id is null")

    def test_references_that_may_be_null_are_joined_from_the_left(self):
        self.made(
            self.Comment.objects.filter(post__author__name="a", post__editor__name="b"),
            """
            from comment
            inner join post _1 on (comment.post_id = _1.id)
            inner join author _2 on (_1.author_id = _2.id)
            left join author _3 on (_1.editor_id = _3.id)
            where ((_2.name = ?0) and (_3.name = ?1))
            """,
            "a", "b",
        )  # fmt: skip

    def test_each_filter_has_its_own_joins_to_many(self):
        self.made(
            self.Post.objects.filter(comments__text="a", comments__id=1).filter(comments__text="b"),
            """
            from post
            left join comment _1 on (post.id = _1.post_id)
            left join comment _2 on (post.id = _2.post_id)
            where (((_1.text = ?0) and (_1.id = ?1)) and (_2.text = ?2))
            """,
            "a", 1, "b",
        )  # fmt: skip

    def test_many_to_many(self):
        self.made(
            self.Post.objects.filter(tags=3),
            "from post\nleft join post_tags _1 on (post.id = _1.post_id)\nwhere (_1.tag_id = ?0)",
            3,
        )
        self.made(
            self.Tag.objects.filter(posts__title="x"),
            """
            from tag
            left join post_tags _1 on (tag.id = _1.tag_id)
            left join post _2 on (_1.post_id = _2.id)
            where (_2.title = ?0)
            """,
            "x",
        )

    def test_exclude(self):
        self.made(self.Post.objects.exclude(views=1), "from post\nwhere not ((post.views = ?0))", 1)
        # A null is not 1, either.
        self.made(
            self.Post.objects.exclude(editor=1),
            "from post\nwhere ((post.editor_id = ?0) is not True)",
            1,
        )
        self.made(
            self.Post.objects.exclude(comments__text="x"),
            """
            from post
            where not ((post.id in (select _1.id; from post _1; left join comment _2 on (_1.id = _2.post_id); where (_2.text = ?0))))
            """,
            "x",
        )

    def test_conditions_are_combined(self):
        q = (orm.Q(views=1) | orm.Q(views=2) | ~orm.Q(title="x")) & orm.Q(id__in=[1, 2, 3])
        self.made(
            self.Post.objects.filter(q),
            """
            from post
            where (((post.views = ?0) or ((post.views = ?1) or not ((post.title = ?2)))) and (post.id in [?3, ?4, ?5, ?6]))
            """,
            1, 2, "x", 1, 2, 3, 3,
        )  # fmt: skip

    def test_patterns_escape_what_would_be_signs(self):
        pairs = {
            "icontains": ("like", "%a\\%\\_\\\\[*?%"),
            "istartswith": ("like", "a\\%\\_\\\\[*?%"),
            "iexact": ("like", "a\\%\\_\\\\[*?"),
            "startswith": ("glob", "a%_\\[[][*][?]*"),
            "endswith": ("glob", "*a%_\\[[][*][?]"),
        }
        for name, (operator, pattern) in pairs.items():
            query = self.Post.objects.filter(**{f"title__{name}": "a%_\\[*?"})
            self.made(query, f"from post\nwhere (post.title {operator} ?0)", pattern)
        contains = self.Post.objects.filter(title__contains="a%")
        self.made(contains, "from post\nwhere (instr(post.title, ?0) > 0)", "a%")

    def test_values_are_stored_by_the_kind_of_their_column(self):
        moment = datetime(1970, 1, 1, 0, 0, 2, tzinfo=timezone.utc)
        self.made(
            self.Post.objects.filter(created__lt=moment),
            "from post\nwhere (post.created < ?0)",
            2_000_000,
        )
        self.made(self.Post.objects.filter(price__gt=9), "from post\nwhere (post.price > ?0)", "9")
        between = self.Post.objects.filter(created__range=(moment, moment))
        self.made(
            between, "from post\nwhere (post.created between ?0 and ?1)", 2_000_000, 2_000_000
        )

    def test_json_paths_and_parts_of_moments(self):
        self.made(
            self.Post.objects.filter(meta__tags__0="x"),
            "from post\nwhere (post.meta/tags/0 = ?0)",
            "x",
        )
        self.made(
            self.Post.objects.filter(created__year=2026),
            "from post\nwhere (cast(strftime('%Y', post.created) as integer) = ?0)",
            2026,
        )

    def test_of_a_long_search_the_first_words_count(self):
        words = chain._search_words("a " * 100)
        self.assertEqual(words, ['"a"'] * 32)
        self.assertEqual(chain._search_words("one " + "b" * 2000), ['"one"'])
        self.assertEqual(len(chain._search_words('"""' + " a" * 40)), 29)

    def test_search(self):
        self.made(
            self.Post.objects.search('two "words').order_by(orm.relevance),
            "from post\nwhere post matches ?0\norder by relevance of post",
            '"two" """words"',
        )

    def test_keyset_pagination_adds_the_key(self):
        last = self.Post(id=9, views=4, title="")
        self.made(
            self.Post.objects.order_by("-views").after(last),
            "from post\norder by post.views desc, post.id desc\nafter ?0, ?1",
            4, 9,
        )  # fmt: skip
        self.made(
            self.Post.objects.order_by("editor").after((None, 9)),
            "from post\norder by post.editor_id, post.id\nafter None, ?0",
            9,
        )

    def test_aggregates_over_relations_are_subqueries(self):
        list(
            self.Author.objects.annotate(
                n=orm.Count("posts__tags", filter=orm.Q(posts__views__gt=5))
            )
        )
        first = text(self.host.prepared[-1]).split("\n")[0]
        self.assertEqual(
            first,
            "select author.id, author.name, author.city, (select count(_2.tag_id); from post _1; "
            "left join post_tags _2 on (_1.id = _2.post_id); "
            "where ((_1.author_id = author.id) and (_1.views > ?0)))",
        )

    def test_groups(self):
        query = self.Post.objects.values("author__city").annotate(n=orm.Count("*"))
        self.made(
            query.filter(n__gt=1, author__city="x"),
            """
            from post
            inner join author _1 on (post.author_id = _1.id)
            having ((count(*) > ?0) and (_1.city = ?1))
            group by _1.city
            """,
            1, "x",
        )  # fmt: skip

    def test_decimals_are_exact(self):
        self.host.answers = [([("3.50",)],)]
        answer = self.Post.objects.aggregate(s=orm.Sum(orm.F("price") * 2))
        self.assertEqual(answer, {"s": Decimal("3.50")})
        self.assertEqual(self.host.asked[-1][0], ("2",))
        product = "(cast(post.price as decimal) * cast(?0 as decimal))"
        self.assertEqual(
            text(self.host.prepared[-1]), f"select sum(cast({product} as decimal))\nfrom post"
        )

    def test_subqueries(self):
        newest = (
            self.Post.objects.filter(author=orm.OuterRef("pk")).order_by("-id").values("title")[:1]
        )
        query = self.Author.objects.filter(orm.Exists(newest), name=orm.Subquery(newest))
        self.made(
            query,
            """
            from author
            where (exists (select 1; from post _1; where (_1.author_id = author.id); order by _1.id desc; limit ?0) and (author.name = (select _2.title; from post _2; where (_2.author_id = author.id); order by _2.id desc; limit ?1)))
            """,
            1, 1,
        )  # fmt: skip

    def test_prefetches(self):
        self.host.answers = [([], [], [], [])]
        flagged = self.Comment.objects.filter(text="x").order_by("-id")
        list(
            self.Author.objects.prefetch_related(
                "posts__tags", orm.Prefetch("posts__comments", flagged)
            ).only("name")
        )
        self.assertEqual(
            text(self.host.prepared[-1]).split("\n"),
            [
                "select author.id, author.name",
                "from author",
                "prefetch 0.0 = _1.author_id",
                "  select _1.id, _1.author_id, _1.editor_id, _1.title, _1.views, _1.price, _1.created, _1.meta",
                "  from post _1",
                "prefetch 1.0 = _3.post_id",
                "  select _2.id, _2.name",
                "  from tag _2",
                "  inner join post_tags _3 on (_3.tag_id = _2.id)",
                "prefetch 1.0 = _4.post_id",
                "  select _4.id, _4.post_id, _4.text",
                "  from comment _4",
                "  where (_4.text = ?0)",
                "  order by _4.id desc",
            ],
        )
        self.assertEqual(self.host.asked[-1][0], ("x",))

    def test_updates_and_deletes(self):
        self.Post.objects.filter(author__name="x").update(views=orm.F("views") + 1, title="y")
        self.assertEqual(
            text(self.host.prepared[-1]),
            "update post\nset views = (post.views + ?1)\nset title = ?2\nwhere (post.id in (select "
            "post.id; from post; inner join author _1 on (post.author_id = _1.id); where (_1.name = ?0)))",
        )
        self.assertEqual(self.host.asked[-1][0], ("x", 1, "y"))
        self.Post.objects.filter(views=0).delete()
        self.assertEqual(text(self.host.prepared[-1]), "delete post\nwhere (post.views = ?0)")
        self.Post.objects.all().delete()
        self.assertEqual(text(self.host.prepared[-1]), "delete post\nwhere True")


class Statements(Case):
    def test_one_statement_for_one_shape(self):
        for value in (1, 2, 3):
            list(self.Post.objects.filter(views=value)[:value])
            self.Post.objects.filter(views=value).count()
        self.assertEqual(len(self.host.prepared), 2)
        list(self.Post.objects.filter(views=None))
        self.assertEqual(len(self.host.prepared), 3)

    def test_lists_of_similar_length_share_a_statement(self):
        for length in range(1, 65):
            list(self.Post.objects.filter(id__in=list(range(length))))
        self.assertEqual(len(self.host.prepared), 7)

    def test_at_most_256_are_kept(self):
        for number in range(300):
            list(self.Post.objects.annotate(**{f"n{number}": orm.Value(1)}))
        self.assertEqual(len(execute.plans), 256)

    def test_nothing_is_kept_of_a_query_without_a_host(self):
        from wasgi import _host

        _host.state.building = True
        self.addCleanup(setattr, _host.state, "asked", False)
        try:
            with self.assertRaises(_host.HostNotAvailable):
                list(self.Post.objects.filter(views=1))
        finally:
            _host.state.building = False
        self.assertEqual(execute.plans, {})

    def test_get_by_key_makes_no_query_object_the_second_time(self):
        self.host.answers = [([(5, "a")],), ([(5, "a")],)]
        for _ in range(2):
            self.assertEqual(self.Tag.objects.get(id=5).name, "a")
        self.assertEqual(len(self.host.prepared), 1)
        self.assertEqual(self.host.asked[-1][0], (5, 2))

    def test_names_that_are_no_names_do_not_get_into_the_loop(self):
        for name in (
            "x; import os",
            "a b",
            "1",
            "class",
            "_adding",
            "views",
            "pk",
            "save",
            "author",
        ):
            with self.assertRaisesRegex(orm.InvalidQuery, "computed value"):
                list(self.Post.objects.annotate(**{name: orm.Value(1)}))


class Rows(Case):
    def test_instances_of_joined_rows(self):
        row = (1, 2, None, "t", 3, "1.50", 2_000_000, '{"a": 1}', 2, "Ada", None, None, None, None)
        self.host.answers = [([row],)]
        (post,) = self.Post.objects.select_related("author", "editor")
        self.assertEqual((post.price, post.meta), (Decimal("1.50"), {"a": 1}))
        self.assertEqual(post.created, datetime(1970, 1, 1, 0, 0, 2, tzinfo=timezone.utc))
        self.assertEqual((post.author.name, post.author.pk, post.editor), ("Ada", 2, None))

    def test_prefetched_rows_go_to_their_parents(self):
        self.host.answers = [
            (
                [(1, "a", None), (2, "b", None)],
                [(7, 1, None, "t", 0, None, 0, "{}", 1)],
                [(9, "red", 7)],
            )
        ]
        one, other = self.Author.objects.prefetch_related("posts__tags")
        self.assertEqual([post.title for post in one.posts], ["t"])
        self.assertEqual(list(other.posts), [])
        self.assertEqual([tag.name for tag in one.posts[0].tags], ["red"])
        self.assertIs(one.posts[0].author, one)
