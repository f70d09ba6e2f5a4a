"""What is asked of the database, and what is written to it."""

from datetime import datetime, timedelta, timezone

from wasgi import orm

from guestbook.models import Author, Entry, Tag

PER_PAGE = 10
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


class Page:
    """Some entries, how many there are on all pages, and how to go on.

    However many entries are on it, that is two queries: authors and tags come with
    the entries.
    """

    def __init__(self, entries, token=None):
        shown = entries.select_related("author").prefetch_related(
            orm.Prefetch("tags", Tag.objects.order_by("name"))
        )
        # One more than is shown says whether there is a next page.
        rows = list(shown.after(read_token(token))[: PER_PAGE + 1])
        self.entries = rows[:PER_PAGE]
        self.next = write_token(rows[PER_PAGE - 1]) if len(rows) > PER_PAGE else None
        self.total = entries.count()


def write_token(entry):
    """Names the entry after which a page begins, by what entries are ordered by."""
    return f"{(entry.created - EPOCH) // timedelta(microseconds=1)}-{entry.id}"


def read_token(token):
    """Returns what was written; raises ValueError for anything else."""
    if token is None:
        return None
    micros, number = (int(part) for part in token.split("-"))
    if number >= 1 << 63:
        raise ValueError("no entry has such a number")
    try:
        return EPOCH + timedelta(microseconds=micros), number
    except OverflowError as error:
        raise ValueError("no entry is as young as that") from error


def sign(form):
    """Writes an entry, and its author and tags where they are new."""
    with orm.atomic():
        author, _ = Author.objects.get_or_create(name=form.name)
        entry = Entry.objects.create(author=author, message=form.message)
        entry.tags.add(*(Tag.objects.get_or_create(name=name)[0] for name in form.tags))
    return entry
