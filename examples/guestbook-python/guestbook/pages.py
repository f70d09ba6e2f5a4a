"""The pages: from a request to a template and what it is given."""

from flask import Blueprint, abort, redirect, request, url_for
from wasgi import render_block, render_template
from wasgi.templates import count

from guestbook import book, form, visit
from guestbook.models import Author, Entry

PER_PAGE = 10

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def index():
    """Shows the book: all of it, or what was searched for, or a tag."""
    words, tag = request.args.get("q", "").strip(), request.args.get("tag", "")
    entries = Entry.objects.all()
    if words:
        return show(entries.search(words), query={"q": words})
    if tag:
        return show(entries.filter(tags__name=tag), query={"tag": tag})
    return show(entries)


@blueprint.post("/sign")
def sign():
    """Adds an entry, or says what is wrong with it."""
    typed = form.SignForm(request.form)
    problems = typed.check()
    if not any(problems.values()):
        book.sign(typed)
        return back()
    refused = form_of(typed, problems)
    if visit.part():
        # The rest of the page stays as it is.
        return render_template("sign.html", form=refused, **visit.context()), 422
    return show(Entry.objects.all(), filled=refused), 422


@blueprint.get("/sign")
def back():
    """Leads to the book, with See Other, so that reloading the page does not sign again."""
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
    page = list_of(entries, url_for("pages.author", number=number))
    if visit.part() == "entries":
        return render_template("entries.html", **page)
    return render_template("author.html", author=found, total=count(entries), **page)


def show(entries, query=None, filled=None):
    """Returns the page with the form and these entries, or the part that is asked for."""
    page = list_of(entries, url_for("pages.index"), query)
    if visit.part() == "entries":
        return render_template("entries.html", **page)
    page.update(form=filled or form_of(), total=count(entries))
    if visit.part() == "book":
        return render_block("index.html", "book", **page)
    return render_template("index.html", **page)


def list_of(entries, path, query=None):
    """Returns what `entries.html` shows, and the layout."""
    try:
        # One more than is shown says whether there is a next page.
        entries = book.shown(entries, request.args.get("page"), PER_PAGE + 1)
    except ValueError:
        abort(400, "There is no such page.")
    page = {"entries": entries, "per_page": PER_PAGE, "path": path, "query": query or {}}
    return {**page, **visit.context()}


def form_of(typed=None, problems=None):
    """Returns what `sign.html` shows."""
    typed = typed or form.SignForm({})
    return {
        "typed": typed.typed,
        "problems": problems or dict.fromkeys(typed.typed),
        "longest_name": form.LONGEST_NAME,
        "longest_message": form.LONGEST_MESSAGE,
    }
