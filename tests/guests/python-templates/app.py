"""Tests of `wasgi.templates` that need the host: an application that runs them.

`/` names the modules, one per line. `/run?MODULE` or `/run?MODULE.Class.test` runs
tests and answers with unittest's report, 200 if all passed and 500 if not. The other
paths answer with pages, as a server sees them; those below `/flask` do so in Flask.
"""

import importlib
import io
import unittest

import flask_app
import models
from wasgi import orm, render_block, render_template, render_text, templates

MODULES = ["test_errors", "test_pages", "test_queries", "test_values"]

for name in MODULES:
    importlib.import_module(name)


def text(start_response, answer, status="200 OK"):
    start_response(status, [("Content-Type", "text/plain; charset=utf-8")])
    return [f"{answer}\n".encode()]


def html(start_response, page):
    start_response("200 OK", [("Content-Type", page.content_type)])
    return page


def run(environ, start_response):
    suite = unittest.defaultTestLoader.loadTestsFromName(environ["QUERY_STRING"])
    report = io.StringIO()
    result = unittest.TextTestRunner(stream=report, verbosity=2).run(suite)
    passed = result.wasSuccessful() and result.testsRun > 0
    return text(start_response, report.getvalue(), "200 OK" if passed else "500 Failed")


def fill(environ, start_response):
    """Makes `?n` posts of one author, and no others."""
    models.Post.objects.all().delete()
    author, _ = models.Author.objects.get_or_create(name="Ada")
    models.Post.objects.bulk_create(
        models.Post(author=author, title=f"post {n}") for n in range(int(environ["QUERY_STRING"]))
    )
    return text(start_response, models.Post.objects.count())


def posts():
    return models.Post.objects.select_related("author").order_by("id")


def page(environ, start_response):
    return html(start_response, render_template("posts.html", posts=posts()))


def block(environ, start_response):
    return html(start_response, render_block("posts.html", "rows", posts=posts()))


def wrapped(environ, start_response):
    """Through a generator: the application sees the pieces."""
    whole = page(environ, start_response)
    try:
        for piece in whole:
            yield piece.replace(b"<li>", b"<LI>")
    finally:
        whole.close()


def begun(environ, start_response):
    """After its first byte was read."""
    whole = page(environ, start_response)
    whole.read(1)
    return whole


def given_up(environ, start_response):
    """Pages that nobody takes, many of them."""
    for _ in range(2_000):
        render_template("posts.html", posts=posts())
    return text(start_response, "given up")


def late(environ, start_response):
    """An error after 64 KiB."""
    return html(start_response, render_template("late.html", numbers=range(10_000)))


def broken(environ, start_response):
    return html(start_response, render_text("<p>first</p>\n{% if %}\n"))


def in_transaction(environ, start_response):
    """A page of what is taken back before it is sent."""
    try:
        with orm.atomic():
            models.Tag.objects.create(name="taken back")
            whole = render_template("value.html", v=templates.count(models.Tag.objects))
            raise LookupError
    except LookupError:
        return html(start_response, whole)


PATHS = {
    "/run": run,
    "/fill": fill,
    "/page": page,
    "/block": block,
    "/wrapped": wrapped,
    "/begun": begun,
    "/given-up": given_up,
    "/late": late,
    "/broken": broken,
    "/in-transaction": in_transaction,
}


def app(environ, start_response):
    path = environ["PATH_INFO"]
    if path.startswith("/flask/"):
        return flask_app.app(environ, start_response)
    handler = PATHS.get(path)
    if handler is None:
        return text(start_response, "\n".join(MODULES))
    return handler(environ, start_response)
