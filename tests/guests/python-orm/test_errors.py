"""Typed errors, with what they name."""

from models import Account, Author, Case, Comment, Post, Tag
from wasgi import dbapi, orm


class Errors(Case):
    def test_unique(self):
        Tag.objects.create(name="a")
        with self.assertRaises(orm.UniqueViolation) as caught:
            Tag.objects.create(name="a")
        self.assertEqual((caught.exception.table, caught.exception.columns), ("tag", ["name"]))
        self.assertIsInstance(caught.exception, orm.IntegrityError)
        self.assertIsInstance(caught.exception, dbapi.IntegrityError)
        Account.objects.create(owner="Ada")
        with self.assertRaises(orm.UniqueViolation):
            Account.objects.create(owner="ADA")

    def test_foreign_key(self):
        with self.assertRaises(orm.ForeignKeyViolation):
            Comment.objects.create(post_id=12345, text="x")

    def test_not_null(self):
        with self.assertRaises(orm.NotNullViolation) as caught:
            Tag.objects.create()
        self.assertEqual((caught.exception.table, caught.exception.columns), ("tag", ["name"]))

    def test_check(self):
        author = Author.objects.create(name="Ada")
        with self.assertRaises(orm.CheckViolation) as caught:
            Post.objects.create(author=author, title="x", views=-1)
        self.assertIn("views_not_negative", caught.exception.constraint)
        with self.assertRaises(orm.CheckViolation):
            Author.objects.create(name="x" * 21)

    def test_sql(self):
        with self.assertRaises(orm.SqlSyntaxError):
            orm.select_sql("SELEKT 1")
        with self.assertRaises(orm.UnknownTable):
            orm.select_sql("SELECT 1 FROM nowhere")
        with self.assertRaises(orm.UnknownColumn):
            orm.select_sql("SELECT colour FROM tag")

    def test_an_error_leaves_the_instance_usable(self):
        for _ in range(3):
            with self.assertRaises(orm.Error):
                orm.select_sql("SELECT 1 FROM nowhere")
        self.assertEqual(Tag.objects.create(name="a").name, "a")
