"""The pages: from a request to what is shown."""

from flask import Blueprint, abort, redirect, render_template, request, url_for

from guestbook import book, form
from guestbook.models import Author, Entry

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def index():
    """Shows the book: all of it, or what was searched for, or a tag."""
    words, tag = request.args.get("q", "").strip(), request.args.get("tag", "")
    entries = Entry.objects.all()
    if words:
        entries, tag = entries.search(words), ""
    elif tag:
        entries = entries.filter(tags__name=tag)
    return show(entries, words=words, tag=tag)


@blueprint.post("/sign")
def sign():
    """Adds an entry, or says what is wrong with it."""
    typed = form.SignForm(request.form)
    problems = typed.check()
    if problems:
        return show(Entry.objects.all(), typed=typed.typed, problems=problems), 422
    book.sign(typed)
    # See Other, so that reloading the page does not sign again.
    return redirect(url_for("pages.index"), 303)


# A number that is larger than any key is a page that is not there.
@blueprint.get("/authors/<int(max=9223372036854775807):number>")
def author(number):
    """Shows an author, and what they wrote."""
    try:
        found = Author.objects.get(id=number)
    except Author.DoesNotExist:
        abort(404, f"There is no author {number}.")
    entries = Entry.objects.filter(author=found)
    return render_template("author.html", author=found, page=page_of(entries), words="")


def show(entries, words="", tag="", typed=None, problems=None):
    """Returns the page with the form and these entries."""
    return render_template(
        "index.html",
        page=page_of(entries),
        words=words,
        tag=tag,
        typed=typed or {},
        problems=problems or {},
        longest_name=form.LONGEST_NAME,
        longest_message=form.LONGEST_MESSAGE,
    )


def page_of(entries):
    """Returns the page that was asked for."""
    try:
        return book.Page(entries, request.args.get("page"))
    except ValueError:
        abort(400, "There is no such page.")
