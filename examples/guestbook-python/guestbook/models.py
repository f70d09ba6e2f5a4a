"""The tables: authors, their entries, and the tags of these.

This is the second version of the models. What came from the first is said where it
stands (`renamed_from`, `fill`) and in the steps at the end, so that a database of
the first version becomes one of this, with everything in it.
"""

from datetime import datetime

from wasgi import orm


class Author(orm.Model):
    """Somebody who signed."""

    # As it was first written; `Ada` and `ada` are the same author.
    name: str = orm.field(unique=True, collation="nocase")
    # New in version 2. A step below corrects the filling, which cannot look into
    # another table.
    joined: datetime = orm.field(default=orm.now, fill="0")


class Tag(orm.Model):
    """A word, in small letters, under which entries are found. New in version 2."""

    name: str = orm.field(unique=True)


class Entry(orm.Model):
    """What somebody wrote."""

    class Meta:
        # Each list of entries is the newest first: all, and an author's.
        ordering = ["-created", "-id"]
        indexes = [orm.Index("-created", "-id"), orm.Index("author", "-created", "-id")]
        full_text = ["message"]

    author: Author = orm.foreign_key(related_name="entries")
    # Version 1 called it `text`.
    message: str = orm.field(renamed_from="text")
    created: datetime = orm.field(default=orm.now)
    tags = orm.many_to_many(Tag, related_name="entries")


orm.step(
    "authors joined when they first signed",
    "UPDATE author SET joined = "
    "(SELECT min(created) FROM entry WHERE entry.author_id = author.id) "
    "WHERE EXISTS (SELECT 1 FROM entry WHERE entry.author_id = author.id)",
)
orm.step(
    "entries from before there were tags are tagged archive",
    "INSERT INTO tag (name) SELECT 'archive' WHERE EXISTS (SELECT 1 FROM entry)",
    "INSERT INTO entry_tags (entry_id, tag_id) SELECT entry.id, tag.id "
    "FROM entry JOIN tag ON tag.name = 'archive'",
)
