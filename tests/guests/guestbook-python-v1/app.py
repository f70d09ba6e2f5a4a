"""The first version of `examples/guestbook-python`: the form that signs, and the
entries as lines. A test signs here, and reads with the second version.

Bare PEP 3333: this is about the models.
"""

from urllib.parse import parse_qs

from models import Author, Entry
from wasgi import orm


def app(environ, start_response):
    route = (environ["REQUEST_METHOD"], environ["PATH_INFO"])
    if route == ("GET", "/"):
        entries = Entry.objects.select_related("author")
        return text(start_response, [f"{one.author.name}: {one.text}\n" for one in entries])
    if route == ("POST", "/sign"):
        sign(parse_qs(environ["wsgi.input"].read().decode()))
        start_response("303 See Other", [("Location", "/")])
        return []
    return text(start_response, ["There is no such page.\n"], "404 Not Found")


def sign(form):
    with orm.atomic():
        author, _ = Author.objects.get_or_create(name=form["name"][0])
        Entry.objects.create(author=author, text=form["message"][0])


def text(start_response, lines, status="200 OK"):
    start_response(status, [("Content-Type", "text/plain; charset=utf-8")])
    return ["".join(lines).encode()]
