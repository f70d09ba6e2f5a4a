"""Relations: loaded with their rows, or refused; and their methods."""

from models import Author, Case, Comment, Post, Profile, Tag
from wasgi import orm


class Relations(Case):
    def setUp(self):
        super().setUp()
        self.blog()

    def test_what_was_not_loaded_is_refused_with_the_cure(self):
        post = Post.objects.get(id=self.notes.id)
        with orm.count_queries() as queries:
            with self.assertRaisesRegex(orm.NotLoaded, r"select_related\('author'\)"):
                post.author
            with self.assertRaisesRegex(orm.NotLoaded, r"prefetch_related\('comments'\)"):
                list(post.comments)
            self.assertEqual(post.author_id, self.ada.id)
        self.assertEqual(queries.value, 0)
        self.assertIsNone(Post.objects.get(id=self.engines.id).editor)

    def test_fetch(self):
        post = Post.objects.get(id=self.notes.id).fetch("author", "comments", "tags")
        self.assertEqual((post.author.name, list(post.comments), list(post.tags)), ("Ada", [], []))
        posts = list(Post.objects.order_by("id"))
        with orm.count_queries() as queries:
            orm.fetch(posts, "author__profile", "comments__replies", "editor")
        self.assertEqual(queries.value, 5)
        self.assertEqual([post.author.name for post in posts], ["Ada", "Ada", "Bob", "Bob"])
        self.assertEqual([len(post.comments) for post in posts], [2, 0, 1, 0])
        self.assertEqual([one.text for one in posts[0].comments[0].replies], ["bad"])
        self.assertIsNone(posts[0].author.profile)

    def test_select_related(self):
        with orm.count_queries() as queries:
            posts = list(Post.objects.select_related("author", "editor").order_by("id"))
            self.assertEqual([post.author.name for post in posts], ["Ada", "Ada", "Bob", "Bob"])
            self.assertEqual([post.editor and post.editor.name for post in posts][1], "Bob")
            self.assertIsNone(posts[0].editor)
        self.assertEqual(queries.value, 1)
        comment = Comment.objects.select_related("post__author", "parent").get(text="bad")
        self.assertEqual((comment.post.author.name, comment.parent.text), ("Ada", "good"))
        self.assertIsNone(Comment.objects.select_related("parent").get(text="wet").parent)

    def test_prefetch_related(self):
        with orm.count_queries() as queries:
            authors = list(
                Author.objects.order_by("id").prefetch_related(
                    "posts__comments__parent", "posts__tags"
                )
            )
            counts = [[len(post.comments) for post in one.posts] for one in authors]
            self.assertEqual(counts, [[2, 0], [1, 0], []])
            tags = sorted(tag.name for tag in authors[0].posts[0].tags)
            self.assertEqual(tags, ["blue", "red"])
            self.assertEqual(authors[0].posts[0].comments[1].parent.text, "good")
            # The way back is loaded, too.
            self.assertIs(authors[0].posts[0].author, authors[0])
            self.assertEqual(authors[0].posts.count(), 2)
            self.assertEqual(len(authors[0].posts.all()), 2)
        self.assertEqual(queries.value, 1)

    def test_prefetch_of_one_row_and_through_joined_relations(self):
        posts = list(Post.objects.order_by("id").prefetch_related("author", "editor"))
        self.assertEqual([post.author.name for post in posts], ["Ada", "Ada", "Bob", "Bob"])
        self.assertEqual(posts[1].editor.name, "Bob")
        self.assertIsNone(posts[0].editor)
        posts = list(
            Post.objects.order_by("id").select_related("editor").prefetch_related("editor__posts")
        )
        self.assertEqual(
            sorted(one.title for one in posts[1].editor.posts), ["100% of_it", "Rivers"]
        )
        self.assertIsNone(posts[0].editor)

    def test_prefetch_with_a_query(self):
        some = (
            Comment.objects.filter(flagged=False).order_by("-id").annotate(size=orm.Length("text"))
        )
        posts = Post.objects.filter(views__gt=0).prefetch_related(orm.Prefetch("comments", some))
        found = {post.title: [(one.text, one.size) for one in post.comments] for post in posts}
        self.assertEqual(found, {"Engines": [("good", 4)], "Notes": [], "Rivers": [("wet", 3)]})

    def test_reverse_one_to_one(self):
        Profile.objects.create(author=self.ada, about="countess")
        authors = list(Author.objects.select_related("profile").order_by("id"))
        self.assertEqual(
            [one.profile and one.profile.about for one in authors], ["countess", None, None]
        )
        authors = list(Author.objects.prefetch_related("profile").order_by("id"))
        self.assertEqual(
            [one.profile and one.profile.about for one in authors], ["countess", None, None]
        )
        self.assertEqual(Author.objects.get(profile__about="countess"), self.ada)
        with self.assertRaises(orm.NotLoaded):
            Author.objects.get(id=self.ada.id).profile

    def test_a_changed_key_forgets_what_was_loaded(self):
        post = Post.objects.select_related("author").get(id=self.notes.id)
        post.author_id = self.bob.id
        with self.assertRaises(orm.NotLoaded):
            post.author
        post.author = self.bob
        self.assertEqual((post.author_id, post.author), (self.bob.id, self.bob))
        post.save()
        self.assertEqual(Post.objects.get(id=self.notes.id).author_id, self.bob.id)
        post.editor = None
        self.assertIsNone(post.editor_id)
        with self.assertRaisesRegex(TypeError, "Author or None, not Tag"):
            post.author = self.red

    def test_many_to_many_methods(self):
        post = self.notes
        post.tags.add(self.red)
        post.tags.add(self.red, self.blue.id)
        self.assertEqual(post.tags.count(), 2)
        post.tags.remove(self.red)
        self.assertEqual([tag.name for tag in post.tags.all()], ["blue"])
        green = post.tags.create(name="green")
        self.assertEqual(list(post.tags.order_by("name")), [self.blue, green])
        self.assertEqual([one.title for one in green.posts.all()], ["Notes"])
        post.tags.set([self.red])
        self.assertEqual(list(post.tags.all()), [self.red])
        self.assertEqual(post.tags.filter(name="blue").exists(), False)
        post.tags.clear()
        self.assertFalse(post.tags.exists())
        self.assertEqual(Tag.objects.count(), 3)

    def test_methods_of_rows_that_refer_to_this(self):
        made = self.eve.posts.create(title="New")
        self.assertEqual(made.author_id, self.eve.id)
        self.eve.posts.add(self.rivers)
        self.assertEqual(self.eve.posts.count(), 2)
        self.bob.edited.remove(self.notes)
        self.assertEqual(self.bob.edited.count(), 0)
        with self.assertRaisesRegex(orm.InvalidQuery, "cannot be None"):
            self.eve.posts.remove(self.rivers)
        with self.assertRaisesRegex(orm.InvalidQuery, "not saved yet"):
            Author(name="x").posts.all()

    def test_deletes_follow_the_references(self):
        self.bob.delete()
        self.assertEqual(Post.objects.count(), 2)
        self.assertEqual(Comment.objects.count(), 2)
        self.assertIsNone(Post.objects.get(id=self.notes.id).editor_id)

    def test_only(self):
        post = Post.objects.only("title").get(id=self.notes.id)
        self.assertEqual((post.id, post.title), (self.notes.id, "Notes"))
        with self.assertRaisesRegex(orm.NotLoaded, "only"):
            post.views
        post.title = "Other"
        post.save()
        post.refresh()
        self.assertEqual((post.title, post.views), ("Other", 20))
