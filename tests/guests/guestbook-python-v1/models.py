"""The models of the first version."""

from datetime import datetime

from wasgi import orm


class Author(orm.Model):
    name: str = orm.field(unique=True, collation="nocase")


class Entry(orm.Model):
    class Meta:
        ordering = ["-created", "-id"]
        indexes = [orm.Index("-created", "-id"), orm.Index("author", "-created", "-id")]
        full_text = ["text"]

    author: Author = orm.foreign_key(related_name="entries")
    text: str
    created: datetime = orm.field(default=orm.now)
