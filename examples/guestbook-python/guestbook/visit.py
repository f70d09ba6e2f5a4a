"""What a request says to every page: where the app is mounted, in which language the
visitor reads dates, and which part of the page is asked for."""

from flask import request, url_for

# The ways of writing English that dates are shown in; the first where no other is
# asked for.
LANGUAGES = ("en-GB", "en-US", "en-AU", "en-CA", "en-IE", "en-NZ")


def context():
    """Returns what the layout shows of it."""
    return {"root": url_for("pages.index").rstrip("/"), "lang": language()}


def language():
    """Returns the first language that is both listed and known.

    Browsers list what is preferred first.
    """
    for listed in request.headers.get("Accept-Language", "").split(","):
        name = listed.split(";")[0].strip()
        if name in LANGUAGES:
            return name
    return LANGUAGES[0]


def part():
    """Returns how much of a page is asked for: a script of ours updates a part of it.

    That is `book`, the heading and the entries, or `entries`, to add them to others,
    or nothing: the whole.
    """
    asked = request.headers.get("X-Partial")
    return asked if asked in ("book", "entries") else None
