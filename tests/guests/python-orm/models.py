"""A blog, with everything that a model can have; and a base for tests that empties it."""

from __future__ import annotations

import unittest
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from wasgi import orm


class Stamped(orm.Model):
    class Meta:
        abstract = True

    created: datetime = orm.field(default=orm.now)


class Tag(orm.Model):
    name: str = orm.field(unique=True)


class Author(Stamped):
    name: str = orm.field(unique=True, max_length=20)
    city: str | None = None
    born: date | None = None
    posts: orm.Related[Post] = orm.reverse()


class Profile(orm.Model):
    author: Author = orm.one_to_one(related_name="profile")
    about: str = ""


class Post(Stamped):
    class Meta:
        full_text = ["title", "body"]
        indexes = [orm.Index("-created", "id")]
        checks = [orm.Check("views_not_negative", "views >= 0")]

    author: Author = orm.foreign_key(related_name="posts")
    editor: Author | None = orm.foreign_key(related_name="edited", on_delete=orm.SET_NULL)
    tags = orm.many_to_many(Tag, related_name="posts")
    title: str
    body: str = ""
    views: int = 0
    public: bool = True
    meta: orm.Json = orm.field(default=dict)


class Comment(orm.Model):
    class Meta:
        ordering = ["id"]

    post: Post = orm.foreign_key(related_name="comments")
    parent: Comment | None = orm.foreign_key(related_name="replies")
    text: str
    flagged: bool = False


class Account(orm.Model):
    owner: str = orm.field(unique=True, collation="nocase")
    balance: int = 0
    version: int = orm.version()


class Everything(orm.Model):
    """A column of each type, and a key that is no integer."""

    class Meta:
        table = "all_types"

    key: UUID = orm.field(primary_key=True, default=uuid4)
    yes: bool = True
    number: int = 7
    real: float = 1.5
    words: str = "default"
    raw: bytes = b"\x00\xff"
    price: Decimal = Decimal("12.50")
    other: UUID | None = None
    moment: datetime = orm.field(default=orm.now)
    day: date = orm.field(default=orm.now)
    data: orm.Json = orm.field(default=list)
    nothing: int | None = None
    renamed: str = orm.field(default="", column="stored_as")


class Case(unittest.TestCase):
    """A test with an empty database."""

    def setUp(self) -> None:
        for model in (Comment, Post, Profile, Author, Tag, Account, Everything):
            model.objects.all().delete()

    def blog(self) -> None:
        """Fills it: two authors, four posts, some comments and tags."""
        self.ada = Author.objects.create(name="Ada", city="London", born=date(1815, 12, 10))
        self.bob = Author.objects.create(name="Bob", city="Paris")
        self.eve = Author.objects.create(name="Eve")
        self.red, self.blue = Tag.objects.bulk_create([Tag(name="red"), Tag(name="blue")])
        self.posts = Post.objects.bulk_create(
            [
                Post(author=self.ada, title="Engines", body="about steam", views=10),
                Post(
                    author=self.ada, title="Notes", body="about engines", views=20, editor=self.bob
                ),
                Post(author=self.bob, title="Rivers", body="water", views=5, public=False),
                Post(author=self.bob, title="100% of_it", body="", views=0),
            ]
        )
        self.engines, self.notes, self.rivers, self.all_of_it = self.posts
        self.engines.tags.add(self.red, self.blue)
        self.rivers.tags.add(self.red)
        first = Comment.objects.create(post=self.engines, text="good")
        Comment.objects.create(post=self.engines, text="bad", flagged=True, parent=first)
        Comment.objects.create(post=self.rivers, text="wet")

    def titles(self, query) -> list[str]:
        return [post.title for post in query]
