"""The visitor: remembered by name, until they leave."""

from flask import Blueprint, flash, redirect, session, url_for

blueprint = Blueprint("visitor", __name__)


@blueprint.app_context_processor
def visitor():
    """Gives every template the visitor's name."""
    return {"visitor": session.get("name", "")}


@blueprint.post("/leave")
def leave():
    """Forgets the visitor."""
    session.clear()
    flash("Goodbye!", "success")
    return redirect(url_for("entries.index"))
