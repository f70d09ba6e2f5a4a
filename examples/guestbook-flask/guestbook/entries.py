"""The entries: read, sign, clear.

They are kept in the visitor's own signed session cookie. A cookie holds about
4 kB, so there are few of them and they are short.
"""

from datetime import datetime, timezone

from flask import Blueprint, flash, redirect, render_template, request, session, url_for

blueprint = Blueprint("entries", __name__)

KEPT = 20
LONGEST_NAME = 40
LONGEST_TEXT = 140
# Of all entries together, so that the cookie stays below what browsers take.
MOST_TEXT = 1500


@blueprint.get("/")
def index():
    """Shows the book, newest entry first."""
    return render_template(
        "index.html",
        entries=session.get("entries", []),
        longest_name=LONGEST_NAME,
        longest_text=LONGEST_TEXT,
    )


@blueprint.post("/sign")
def sign():
    """Adds an entry, or says what is missing."""
    name = " ".join(request.form.get("name", "").split())
    text = " ".join(request.form.get("text", "").split())
    if not name or not text:
        flash("Please fill in both your name and a message.", "error")
        return redirect(url_for("entries.index"))
    if len(name) > LONGEST_NAME or len(text) > LONGEST_TEXT:
        flash(f"A message has at most {LONGEST_TEXT} characters.", "error")
        return redirect(url_for("entries.index"))
    when = datetime.now(timezone.utc).strftime("%d %b %Y, %H:%M UTC")
    entry = {"name": name, "text": text, "when": when}
    session["entries"] = bounded([entry, *session.get("entries", [])])
    session["name"] = name
    flash(f"Thank you for signing, {name}!", "success")
    return redirect(url_for("entries.index"))


@blueprint.post("/clear")
def clear():
    """Forgets all entries."""
    session.pop("entries", None)
    flash("The book is empty again.", "success")
    return redirect(url_for("entries.index"))


def bounded(entries):
    """Returns the newest entries that fit into the cookie."""
    kept, size = [], 0
    for entry in entries[:KEPT]:
        # What the cookie holds is ASCII: other characters are escaped there.
        size += sum(len(ascii(entry[key])) for key in ("name", "text"))
        if kept and size > MOST_TEXT:
            break
        kept.append(entry)
    return kept
