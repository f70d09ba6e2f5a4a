"""Filters, orders, values and expressions."""

from datetime import date, datetime, timezone

from models import Author, Case, Comment, Post
from wasgi import orm


class Queries(Case):
    def setUp(self):
        super().setUp()
        self.blog()

    def found(self, *conditions, **lookups):
        return sorted(self.titles(Post.objects.filter(*conditions, **lookups)))

    def test_look_ups(self):
        self.assertEqual(self.found(title="Notes"), ["Notes"])
        self.assertEqual(self.found(title__iexact="nOTES"), ["Notes"])
        self.assertEqual(self.found(title__contains="ote"), ["Notes"])
        self.assertEqual(self.found(title__contains="OTE"), [])
        self.assertEqual(self.found(title__icontains="OTE"), ["Notes"])
        self.assertEqual(self.found(title__startswith="Eng"), ["Engines"])
        self.assertEqual(self.found(title__startswith="eng"), [])
        self.assertEqual(self.found(title__istartswith="eng"), ["Engines"])
        self.assertEqual(self.found(title__endswith="s"), ["Engines", "Notes", "Rivers"])
        self.assertEqual(self.found(title__iendswith="ES"), ["Engines", "Notes"])
        self.assertEqual(self.found(views__gt=5), ["Engines", "Notes"])
        self.assertEqual(self.found(views__gte=5), ["Engines", "Notes", "Rivers"])
        self.assertEqual(self.found(views__lt=5), ["100% of_it"])
        self.assertEqual(self.found(views__lte=5), ["100% of_it", "Rivers"])
        self.assertEqual(self.found(views__range=(5, 10)), ["Engines", "Rivers"])
        self.assertEqual(self.found(views__in=[5, 20, 99]), ["Notes", "Rivers"])
        self.assertEqual(self.found(views__in=[]), [])
        self.assertEqual(self.found(editor__isnull=False), ["Notes"])
        self.assertEqual(self.found(editor=None, public=False), ["Rivers"])
        self.assertEqual(self.found(title__length=5), ["Notes"])

    def test_signs_of_patterns_are_ordinary_characters(self):
        for part in ("%", "_", "100%", "of_"):
            self.assertEqual(self.found(title__icontains=part), ["100% of_it"], part)
            self.assertEqual(self.found(title__contains=part), ["100% of_it"], part)
        self.assertEqual(self.found(title__istartswith="1__"), [])
        self.assertEqual(self.found(title__startswith="*"), [])
        self.assertEqual(self.found(title__startswith="[E]"), [])
        Post.objects.filter(title="Notes").update(title="a*[b]?c\\d")
        for part in ("a*[", "a*[b]?", "a*[b]?c\\"):
            self.assertEqual(self.found(title__startswith=part), ["a*[b]?c\\d"], part)
            self.assertEqual(self.found(title__istartswith=part), ["a*[b]?c\\d"], part)

    def test_a_list_of_any_length(self):
        for length in (21, 33, 200, 700):
            self.assertEqual(len(self.found(views__in=list(range(length)))), 4)
        with self.assertRaisesRegex(orm.InvalidQuery, "700"):
            self.found(views__in=list(range(2000)))

    def test_relations_in_look_ups(self):
        self.assertEqual(self.found(author__name="Ada"), ["Engines", "Notes"])
        self.assertEqual(self.found(author=self.bob), ["100% of_it", "Rivers"])
        self.assertEqual(self.found(author__in=[self.bob]), ["100% of_it", "Rivers"])
        self.assertEqual(self.found(author_id=self.bob.id, views=5), ["Rivers"])
        self.assertEqual(self.found(editor__city="Paris"), ["Notes"])
        self.assertEqual(self.found(comments__flagged=True), ["Engines"])
        self.assertEqual(self.found(tags__name="red"), ["Engines", "Rivers"])
        self.assertEqual(self.found(tags=self.blue), ["Engines"])
        self.assertEqual(self.found(comments__parent__text="good"), ["Engines"])
        names = Author.objects.filter(posts__comments__text="wet").values_list("name", flat=True)
        self.assertEqual(list(names), ["Bob"])

    def test_conditions_of_one_call_are_on_the_same_related_row(self):
        self.assertEqual(self.found(comments__text="good", comments__flagged=True), [])
        both = Post.objects.filter(comments__text="good").filter(comments__flagged=True)
        self.assertEqual(self.titles(both), ["Engines"])

    def test_a_row_for_each_related_row_unless_distinct(self):
        self.assertEqual(self.found(comments__id__gt=0), ["Engines", "Engines", "Rivers"])
        once = Post.objects.filter(comments__id__gt=0).distinct()
        self.assertEqual(sorted(self.titles(once)), ["Engines", "Rivers"])
        self.assertEqual(once.count(), 2)

    def test_exclude_keeps_null_and_asks_all_related_rows(self):
        names = Author.objects.exclude(city="Paris").order_by("name").values_list("name", flat=True)
        self.assertEqual(list(names), ["Ada", "Eve"])
        posts = Post.objects.exclude(comments__flagged=False).order_by("id")
        self.assertEqual(self.titles(posts), ["Notes", "100% of_it"])
        posts = Post.objects.exclude(editor__city="Paris").order_by("id")
        self.assertEqual(self.titles(posts), ["Engines", "Rivers", "100% of_it"])

    def test_q(self):
        either = orm.Q(title="Notes") | orm.Q(views=5)
        self.assertEqual(self.found(either), ["Notes", "Rivers"])
        self.assertEqual(self.found(~either), ["100% of_it", "Engines"])
        self.assertEqual(self.found(either & orm.Q(public=True)), ["Notes"])
        self.assertEqual(self.found(~orm.Q(comments__flagged=True), author=self.ada), ["Notes"])
        self.assertEqual(self.found(orm.Q() | orm.Q(views=5)), ["Rivers"])

    def test_f(self):
        Post.objects.filter(title="Notes").update(views=orm.F("id"))
        self.assertEqual(self.found(views=orm.F("id")), ["Notes"])
        self.assertEqual(self.found(author__id__lt=orm.F("editor__id")), ["Notes"])
        self.assertEqual(
            self.found(views__gt=orm.F("author__id") * 0 + 9, title="Engines"), ["Engines"]
        )

    def test_orders(self):
        self.assertEqual(Post.objects.order_by("-views").first().title, "Notes")
        self.assertEqual(Post.objects.order_by("views").last().title, "Notes")
        self.assertEqual(Post.objects.order_by("views").reverse()[0].title, "Notes")
        by_author = Post.objects.order_by("-author__name", "views")
        self.assertEqual(self.titles(by_author), ["100% of_it", "Rivers", "Engines", "Notes"])
        cities = Author.objects.order_by(orm.F("city").desc(nulls_last=True))
        self.assertEqual([one.name for one in cities], ["Bob", "Ada", "Eve"])
        lengths = Post.objects.order_by(orm.Length("title"), "title")
        self.assertEqual(self.titles(lengths), ["Notes", "Rivers", "Engines", "100% of_it"])

    def test_slices_and_facts(self):
        query = Post.objects.order_by("id")
        self.assertEqual(self.titles(query[1:3]), ["Notes", "Rivers"])
        self.assertEqual(query[1:3].count(), 2)
        self.assertEqual(self.titles(query[2:]), ["Rivers", "100% of_it"])
        self.assertEqual(query[3].title, "100% of_it")
        with self.assertRaises(IndexError):
            query[4]
        self.assertTrue(query.exists())
        self.assertFalse(query.filter(views=1).exists())
        self.assertFalse(query.none().exists())
        self.assertEqual(Post.objects.count(), 4)
        self.assertIsNone(Post.objects.filter(views=1).first())
        self.assertEqual(Post.objects.in_bulk([self.notes.id])[self.notes.id].title, "Notes")

    def test_get(self):
        self.assertEqual(Post.objects.get(id=self.notes.id), self.notes)
        self.assertEqual(Post.objects.get(pk=self.notes.id).title, "Notes")
        self.assertEqual(Post.objects.get(title="Notes", views=20).id, self.notes.id)
        with self.assertRaisesRegex(Post.DoesNotExist, "no Post with id=0"):
            Post.objects.get(id=0)
        with self.assertRaises(orm.ObjectDoesNotExist):
            Post.objects.filter(views=1).get()
        with self.assertRaises(Post.MultipleObjectsReturned):
            Post.objects.get(author=self.ada)

    def test_a_query_is_asked_once_and_a_manager_each_time(self):
        query = Post.objects.filter(views__gte=0)
        with orm.count_queries() as queries:
            self.assertEqual((len(query), len(list(query)), bool(query)), (4, 4, True))
            self.assertIn(self.notes, query)
        self.assertEqual(queries.value, 1)
        with orm.count_queries() as queries:
            self.assertEqual(len(list(Post.objects)), len(list(Post.objects)))
        self.assertEqual(queries.value, 2)

    def test_values(self):
        rows = Post.objects.filter(author__name="Ada").order_by("id")
        self.assertEqual(
            list(rows.values("title", "author__name")),
            [
                {"title": "Engines", "author__name": "Ada"},
                {"title": "Notes", "author__name": "Ada"},
            ],
        )
        self.assertEqual(list(rows.values_list("views", "public")), [(10, True), (20, True)])
        self.assertEqual(list(rows.values_list("views", flat=True)), [10, 20])
        self.assertEqual(set(rows.values()[0]), {*vars(self.engines)} - {"_loaded_author"} | {"id"})
        self.assertEqual(list(rows.values(twice=orm.F("views") * 2))[1], {"twice": 40})

    def test_parts_of_moments(self):
        moment = datetime(2024, 2, 29, 13, 45, 6, tzinfo=timezone.utc)
        Post.objects.filter(title="Notes").update(created=moment)
        parts = {"year": 2024, "month": 2, "day": 29, "hour": 13, "minute": 45, "second": 6}
        for name, value in parts.items():
            self.assertIn("Notes", self.found(**{f"created__{name}": value, "author": self.ada}))
        self.assertEqual(self.found(created__date=date(2024, 2, 29)), ["Notes"])
        self.assertEqual(self.found(created__year__lt=2025), ["Notes"])
        born = Author.objects.filter(born__year=1815, born__month=12, born__day=10)
        self.assertEqual([one.name for one in born], ["Ada"])

    def test_json_paths(self):
        self.notes.meta = {"lang": "de", "tags": ["x", "y"], "deep": {"n": 3}, "draft": True}
        self.notes.save()
        self.assertEqual(self.found(meta__lang="de"), ["Notes"])
        self.assertEqual(self.found(meta__tags__1="y"), ["Notes"])
        self.assertEqual(self.found(meta__deep__n__gte=3), ["Notes"])
        self.assertEqual(self.found(meta__draft=True), ["Notes"])
        self.assertEqual(len(self.found(meta__lang__isnull=True)), 3)
        self.assertEqual(len(Post.objects.exclude(meta__lang="de")), 3)
        values = Post.objects.filter(meta__lang="de").values_list("meta__deep__n", flat=True)
        self.assertEqual(list(values), [3])

    def test_full_text(self):
        self.assertEqual(self.found_words("engines"), ["Engines", "Notes"])
        self.assertEqual(self.found_words("about engines"), ["Engines", "Notes"])
        self.assertEqual(self.found_words("about steam"), ["Engines"])
        self.assertEqual(self.found_words("eng", prefix=True), ["Engines", "Notes"])
        self.assertEqual(self.found_words("eng"), [])
        self.assertEqual(self.found_words("title:engines", raw=True), ["Engines"])
        for hostile in ('"', "a OR", "NEAR(", "*", "^x", "-", "title:", "'", ""):
            self.found_words(hostile)
        best = Post.objects.search("engines").order_by(orm.relevance)
        self.assertEqual(len(best), 2)
        self.notes.body = "about looms"
        self.notes.save()
        self.assertEqual(self.found_words("engines"), ["Engines"])
        self.assertEqual(self.found_words("looms"), ["Notes"])

    def found_words(self, words, **options):
        return sorted(self.titles(Post.objects.search(words, **options)))

    def test_subqueries(self):
        flagged = Comment.objects.filter(post=orm.OuterRef("pk"), flagged=True)
        self.assertEqual(self.found(orm.Exists(flagged)), ["Engines"])
        self.assertEqual(len(self.found(~orm.Exists(flagged))), 3)
        ada = Author.objects.filter(name="Ada")
        self.assertEqual(self.found(author__in=ada), ["Engines", "Notes"])
        self.assertEqual(self.found(author__name__in=ada.values("name")), ["Engines", "Notes"])
        newest = Post.objects.filter(author=orm.OuterRef("pk")).order_by("-id").values("title")[:1]
        rows = Author.objects.annotate(newest=orm.Subquery(newest)).order_by("name")
        self.assertEqual([one.newest for one in rows], ["Notes", "100% of_it", None])

    def test_case(self):
        rows = Post.objects.order_by("id").annotate(
            heat=orm.Case(
                orm.When(views__gte=20, then=orm.Value("hot")),
                orm.When(views__gt=0, then=orm.Value("warm")),
                default=orm.Value("cold"),
            )
        )
        self.assertEqual([post.heat for post in rows], ["warm", "hot", "warm", "cold"])
        self.assertEqual(self.titles(rows.filter(heat="cold")), ["100% of_it"])

    def test_functions(self):
        post = Post.objects.annotate(
            loud=orm.Upper("title"),
            both=orm.Concat("title", orm.Value(" by "), "author__name"),
            size=orm.Length("title"),
            city=orm.Coalesce("editor__city", orm.Value("nowhere")),
            text=orm.Cast("views", str),
        ).get(id=self.engines.id)
        self.assertEqual((post.loud, post.both, post.size), ("ENGINES", "Engines by Ada", 7))
        self.assertEqual((post.city, post.text), ("nowhere", "10"))
        day = Post.objects.annotate(day=orm.Day("created")).first().day
        self.assertIsInstance(day, date)

    def test_iterator_gives_all_rows_in_chunks(self):
        names = [post.title for post in Post.objects.order_by("id").iterator(chunk=3)]
        self.assertEqual(names, self.titles(self.posts))

    def test_raw_sql(self):
        posts = Post.objects.raw("SELECT *, views * 2 AS twice FROM post WHERE views > ?", (9,))
        self.assertEqual(
            sorted((post.title, post.twice) for post in posts), [("Engines", 20), ("Notes", 40)]
        )
        self.assertIs(posts[0].public, True)
        self.assertEqual(orm.select_sql("SELECT count(*) FROM post"), [(4,)])
        self.assertEqual(orm.execute_sql("UPDATE post SET views = ? WHERE views = ?", (1, 5)), 1)

    def test_a_name_that_is_not_there_is_an_error_that_names_those_that_are(self):
        with self.assertRaisesRegex(
            orm.InvalidQuery, "Post has no field 'titel'; it has id, .*title"
        ):
            self.found(titel="x")
        with self.assertRaisesRegex(orm.InvalidQuery, "'like' is neither a field nor a look-up"):
            self.found(title__like="x")
