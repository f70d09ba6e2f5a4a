"""Aggregates: of all rows, of groups, over relations, over windows."""

from decimal import Decimal

from models import Author, Case, Everything, Post
from wasgi import orm


class Aggregates(Case):
    def setUp(self):
        super().setUp()
        self.blog()

    def test_over_all_rows(self):
        self.assertEqual(
            Post.objects.aggregate(orm.Sum("views"), most=orm.Max("views"), mean=orm.Avg("views")),
            {"views__sum": 35, "most": 20, "mean": 8.75},
        )
        self.assertEqual(Post.objects.aggregate(n=orm.Count("*")), {"n": 4})
        self.assertEqual(Post.objects.aggregate(n=orm.Count("editor")), {"n": 1})
        self.assertEqual(Post.objects.aggregate(n=orm.Count("author", distinct=True)), {"n": 2})
        self.assertEqual(Post.objects.none().aggregate(s=orm.Sum("views")), {"s": None})
        some = orm.Count("*", filter=orm.Q(views__gt=5))
        self.assertEqual(Post.objects.aggregate(n=some), {"n": 2})
        top = Post.objects.order_by("-views")[:2]
        self.assertEqual(top.aggregate(s=orm.Sum("views")), {"s": 30})
        self.assertEqual(Author.objects.aggregate(s=orm.Sum("posts__views")), {"s": 35})

    def test_decimals_are_summed_exactly(self):
        for price in ("0.10", "0.20", "-1000000000.00"):
            Everything.objects.create(price=Decimal(price))
        answer = Everything.objects.aggregate(s=orm.Sum("price"), low=orm.Min("price"))
        self.assertEqual(answer["s"], Decimal("-999999999.70"))
        self.assertEqual(answer["low"], Decimal("-1000000000.00"))

    def test_over_relations_without_multiplying(self):
        rows = Author.objects.order_by("id").annotate(
            posts_n=orm.Count("posts"),
            comments_n=orm.Count("posts__comments"),
            edited_n=orm.Count("edited"),
            views=orm.Sum("posts__views"),
            public=orm.Count("posts", filter=orm.Q(posts__public=True)),
        )
        found = [(one.posts_n, one.comments_n, one.edited_n, one.views, one.public) for one in rows]
        self.assertEqual(found, [(2, 2, 0, 30, 2), (2, 1, 1, 5, 1), (0, 0, 0, None, 0)])
        self.assertEqual([one.name for one in rows.filter(comments_n__gte=2)], ["Ada"])
        self.assertEqual([one.name for one in rows.order_by("-comments_n", "id")][0], "Ada")
        self.assertEqual(rows.filter(posts_n=0).count(), 1)
        tags = Post.objects.order_by("id").annotate(n=orm.Count("tags"))
        self.assertEqual([post.n for post in tags], [2, 0, 1, 0])
        scored = Author.objects.order_by("id").annotate(
            score=orm.Sum(orm.F("posts__views") * 2 + orm.F("posts__id") * 0)
        )
        self.assertEqual([one.score for one in scored], [60, 10, None])

    def test_groups(self):
        rows = Post.objects.values("author__name").annotate(n=orm.Count("*"), v=orm.Sum("views"))
        self.assertEqual(
            sorted(rows, key=lambda row: row["author__name"]),
            [{"author__name": "Ada", "n": 2, "v": 30}, {"author__name": "Bob", "n": 2, "v": 5}],
        )
        large = rows.filter(v__gt=10).order_by("-v")
        self.assertEqual([row["author__name"] for row in large], ["Ada"])
        self.assertEqual(rows.count(), 2)
        pairs = Post.objects.values_list("public").annotate(n=orm.Count("*")).order_by("public")
        self.assertEqual(list(pairs), [(False, 1), (True, 3)])

    def test_an_aggregate_of_the_rows_own_fields_needs_groups(self):
        with self.assertRaisesRegex(orm.InvalidQuery, "values"):
            list(Post.objects.annotate(n=orm.Sum("views")))

    def test_windows(self):
        rows = Post.objects.order_by("id").annotate(
            place=orm.Window(orm.RowNumber(), order_by="-views"),
            among=orm.Window(orm.Rank(), partition_by="author", order_by="-views"),
            total=orm.Window(orm.Sum("views"), order_by="id"),
            before=orm.Window(orm.Lag("views"), order_by="id"),
            near=orm.Window(orm.Sum("views"), order_by="id", frame=orm.Frame(-1, 1)),
        )
        self.assertEqual([post.place for post in rows], [2, 1, 3, 4])
        self.assertEqual([post.among for post in rows], [2, 1, 1, 2])
        self.assertEqual([post.total for post in rows], [10, 30, 35, 35])
        self.assertEqual([post.before for post in rows], [None, 10, 20, 5])
        self.assertEqual([post.near for post in rows], [30, 35, 25, 5])

    def test_lists_and_texts(self):
        rows = Author.objects.order_by("id").annotate(
            titles=orm.JsonList("posts__title"), text=orm.Joined("posts__title", orm.Value("; "))
        )
        self.assertEqual(sorted(rows[0].titles), ["Engines", "Notes"])
        self.assertEqual(sorted(rows[0].text.split("; ")), ["Engines", "Notes"])
