"""Queries as values: rows that never pass through here."""

from models import Author, Case, Comment, Post, Tag
from wasgi import orm, render_text, templates


class Queries(Case):
    def test_rows(self):
        source = "{% for p in v %}{{ p.title }} {{ p.views }},{% endfor %}"
        with orm.count_queries() as queries:
            self.shows(
                source, "Engines 10,&lt;Notes&gt; 20,Rivers 5,", v=Post.objects.order_by("id")
            )
        self.assertEqual(queries.value, 1)
        self.shows(source, "&lt;Notes&gt; 20,Engines 10,", v=Post.objects.order_by("-views")[:2])
        self.shows(source, "Rivers 5,", v=Post.objects.filter(title__startswith="R"))
        self.shows("{{ v | length }}", "0", v=Post.objects.none())
        self.shows("{{ v | length }}", "3", v=Post.objects)

    def test_a_shape_that_was_seen_before(self):
        for views, title in (
            (10, "Engines"),
            (20, "&lt;Notes&gt;"),
            (5, "Rivers"),
            (10, "Engines"),
        ):
            self.shows("{{ v[0].title }}", title, v=Post.objects.filter(views=views))

    def test_joined_rows(self):
        self.shows(
            "{% for p in v %}{{ p.author.name }}/{% if p.editor %}{{ p.editor.name }}{% endif %},{% endfor %}",
            "Ada/,Ada/Bob,Bob/,",
            v=Post.objects.select_related("author", "editor").order_by("id"),
        )

    def test_prefetched_rows(self):
        source = (
            "{% for a in v %}{{ a.name }}:{% for p in a.posts %}{{ p.title }}("
            "{% for t in p.tags %}{{ t.name }} {% endfor %}{{ p.comments | length }}){% endfor %};{% endfor %}"
        )
        query = Author.objects.order_by("id").prefetch_related(
            orm.Prefetch("posts", Post.objects.order_by("id")),
            orm.Prefetch("posts__tags", Tag.objects.order_by("name")),
            "posts__comments",
        )
        expected = "Ada:Engines(blue red 2)&lt;Notes&gt;(0);Bob:Rivers(0);"
        with orm.count_queries() as queries:
            self.shows(source, expected, v=query)
        self.assertEqual(queries.value, 1)
        # The same of rows that are here.
        self.shows(source, expected, v=list(query))
        self.shows(
            "{% for c in v %}{{ c.text }} {{ c.post.author.name }} {{ c.post.tags | length }},{% endfor %}",
            "good Ada 2,bad Ada 2,",
            v=Comment.objects.select_related("post").prefetch_related("post__author", "post__tags"),
        )

    def test_computed_values_and_values(self):
        self.shows(
            "{% for a in v %}{{ a.name }} {{ a.n }},{% endfor %}",
            "Ada 2,Bob 1,",
            v=Author.objects.annotate(n=orm.Count("posts")).order_by("id"),
        )
        self.shows(
            "{% for r in v %}{{ r.author__name }} {{ r.total }},{% endfor %}",
            "Ada 30,Bob 5,",
            v=Post.objects.values("author__name")
            .annotate(total=orm.Sum("views"))
            .order_by("author__name"),
        )
        self.shows(
            "{{ v }}",
            "[5, 10, 20]",
            v=Post.objects.order_by("views").values_list("views", flat=True),
        )

    def test_parts(self):
        posts = Post.objects.order_by("-views")
        self.shows("{{ v.title }}", "&lt;Notes&gt;", v=templates.first(posts))
        self.shows("[{{ v }}]", "[]", v=templates.first(posts.filter(views=-1)))
        self.shows(
            "{{ v }}",
            "Rivers",
            v=templates.value(posts.filter(views=5).values_list("title", flat=True)),
        )
        self.shows(
            "{{ v }} {{ w }}", "3 1", v=templates.count(posts), w=templates.count(posts[2:9])
        )
        self.shows(
            "{% if v %}yes{% endif %}{% if not w %}no{% endif %}",
            "yesno",
            v=templates.exists(posts),
            w=templates.exists(posts[3:4]),
        )
        source = "{{ v.number }}/{{ v.total }} {% for p in v['items'] %}{{ p.views }},{% endfor %}{{ v.has_previous }} {{ v.has_next }}"
        self.shows(source, "1/3 20,10,false true", v=templates.page(posts, 1, size=2, total=True))
        self.shows(source, "2/3 5,true false", v=templates.page(posts, 2, size=2, total=True))
        self.shows(
            "{% for r in v %}{{ r.n }} {{ r.title }},{% endfor %}",
            "20 &lt;Notes&gt;,",
            v=templates.sql("SELECT views AS n, title FROM post WHERE views > ?", (10,)),
        )

    def test_within_a_transaction(self):
        with orm.atomic():
            Tag.objects.create(name="green")
            self.shows("{{ v }}", "3", v=templates.count(Tag.objects))
        with orm.atomic(read=True):
            self.shows("{{ v | length }}", "3", v=Tag.objects)

    def test_beside_what_the_host_refuses_at_first(self):
        self.shows("{{ v | length }} {{ w[0][0] }}", "2 5", v=Tag.objects, w=[{5}])

    def test_errors_are_the_orms(self):
        with self.assertRaises(orm.UnknownTable):
            render_text("", v=templates.sql("SELECT 1 FROM nowhere"))
        with self.assertRaises(orm.Quota):
            render_text("", v=templates.sql(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 100000) "
                "SELECT printf('%.*c', 1000, 'x') FROM n"))  # fmt: skip

    def test_many_of_them(self):
        for _ in range(1_000):
            self.shows("{{ v | length }}", "2", v=Tag.objects.all())
