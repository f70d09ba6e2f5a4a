"""A small blog, and a base for tests that fills it."""

from __future__ import annotations

import unittest
from datetime import date, datetime, timezone
from decimal import Decimal
from uuid import UUID

from wasgi import orm, render_text


class Tag(orm.Model):
    name: str = orm.field(unique=True)


class Author(orm.Model):
    name: str = orm.field(unique=True)
    city: str | None = None


class Post(orm.Model):
    author: Author = orm.foreign_key(related_name="posts")
    editor: Author | None = orm.foreign_key(related_name="edited")
    tags = orm.many_to_many(Tag, related_name="posts")
    title: str
    views: int = 0


class Comment(orm.Model):
    class Meta:
        ordering = ["id"]

    post: Post = orm.foreign_key(related_name="comments")
    text: str


class Everything(orm.Model):
    """A column of each type."""

    yes: bool
    number: int
    real: float
    words: str
    price: Decimal
    key: UUID
    moment: datetime
    day: date
    data: orm.Json
    nothing: int | None = None


def everything() -> Everything:
    """Returns a row that is not saved yet."""
    return Everything(
        yes=True,
        number=-(2**40),
        real=1.5,
        words="<ä>",
        price=Decimal("12.50"),
        key=UUID("00112233-4455-6677-8899-aabbccddeeff"),
        moment=datetime(2024, 2, 29, 12, 34, 56, 500_000, timezone.utc),
        day=date(2024, 2, 29),
        data={"list": [1, None, "x"], "deep": {"er": True}},
    )


class Case(unittest.TestCase):
    """A test with two authors, three posts, two comments and two tags."""

    maxDiff = None

    def setUp(self) -> None:
        for model in (Comment, Post, Author, Tag, Everything):
            model.objects.all().delete()
        ada = Author.objects.create(name="Ada", city="London")
        bob = Author.objects.create(name="Bob")
        red, blue = Tag.objects.bulk_create([Tag(name="red"), Tag(name="blue")])
        first = Post.objects.create(author=ada, title="Engines", views=10)
        Post.objects.create(author=ada, editor=bob, title="<Notes>", views=20)
        Post.objects.create(author=bob, title="Rivers", views=5)
        first.tags.add(red, blue)
        Comment.objects.bulk_create(
            [Comment(post=first, text="good"), Comment(post=first, text="bad")]
        )

    def shows(self, source: str, expected: str, **context: object) -> None:
        """Asserts what a text of a template becomes."""
        self.assertEqual(render_text(source, **context).text(), expected)
