"""Pages, by number and by the row before."""

from models import Author, Case, Post
from wasgi import orm


class Pages(Case):
    def setUp(self):
        super().setUp()
        author = Author.objects.create(name="Ada")
        Post.objects.bulk_create(
            Post(author=author, title=f"post {n}", views=n // 3) for n in range(10)
        )

    def test_by_number(self):
        page = Post.objects.order_by("id").page(2, size=4)
        self.assertEqual(self.titles(page), ["post 4", "post 5", "post 6", "post 7"])
        self.assertEqual((page.has_next, page.has_previous, page.total), (True, True, 10))
        page = Post.objects.order_by("id").page(3, size=4)
        self.assertEqual((len(page), page.has_next), (2, False))
        self.assertEqual(len(Post.objects.page(9, size=4).items), 0)

    def walk(self, query, size):
        last, seen = None, []
        while True:
            rows = list(query.after(last)[:size])
            if not rows:
                return seen
            seen += self.titles(rows)
            last = rows[-1]

    def test_after_a_row_reaches_each_row_once(self):
        everything = sorted(f"post {n}" for n in range(10))
        for order in (
            ["views"],
            ["-views"],
            ["-views", "title"],
            ["author__name", "-views"],
            ["id"],
            [],
        ):
            query = Post.objects.select_related("author").order_by(*order)
            for size in (1, 3, 10):
                seen = self.walk(query, size)
                self.assertEqual(sorted(seen), everything, (order, size))
                self.assertEqual(seen, self.titles(query.after(None)), (order, size))

    def test_after_a_tuple_and_with_filters(self):
        fifth = Post.objects.get(title="post 5")
        rows = Post.objects.filter(views__gt=0).order_by("-views").after((1, fifth.id))
        self.assertEqual(self.titles(rows), ["post 4", "post 3"])
        with self.assertRaises(orm.InvalidQuery):
            list(Post.objects.order_by("views").after((1,)))
