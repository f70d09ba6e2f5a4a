"""What is asked of the database, and what is written to it."""

from datetime import datetime

from wasgi import orm

from guestbook.models import Author, Entry, Tag


def shown(entries, token, limit):
    """Returns the entries after a place, or the first, for a template: they are read when
    it is rendered.

    However many there are, that is one query: authors and tags come with the entries.
    """
    entries = entries.select_related("author").prefetch_related(
        orm.Prefetch("tags", Tag.objects.order_by("name"))
    )
    return entries.after(place(token))[:limit]


def place(token):
    """Reads what `entries.html` writes into the link to the next page: what entries are
    ordered by, as `2026-03-01T12:00:00Z~7`. Raises ValueError for anything else.
    """
    if token is None:
        return None
    created, number = token.split("~")
    created, number = datetime.fromisoformat(created), int(number)
    if created.tzinfo is None or abs(number) >= 1 << 63:
        raise ValueError("no entry is there")
    return created, number


def sign(form):
    """Writes an entry, and its author and tags where they are new."""
    with orm.atomic():
        author, _ = Author.objects.get_or_create(name=form.name)
        entry = Entry.objects.create(author=author, message=form.message)
        entry.tags.add(*(Tag.objects.get_or_create(name=name)[0] for name in form.tags))
    return entry
