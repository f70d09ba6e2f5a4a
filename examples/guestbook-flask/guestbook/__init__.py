"""A guestbook: visitors sign, and see what they wrote."""

import os

from flask import Flask, render_template

from guestbook import entries, visitor


def create_app(config=None):
    """Makes the application; `config` overrides settings, for tests."""
    app = Flask(__name__)
    app.config.update(
        # All processes and restarts must share it, or sessions are lost.
        SECRET_KEY=os.environ.get("SECRET_KEY", "dev"),
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=16 * 1024,
    )
    app.config.update(config or {})
    app.register_blueprint(entries.blueprint)
    app.register_blueprint(visitor.blueprint)
    app.register_error_handler(404, not_found)
    return app


def not_found(error):
    """Shows a page instead of a bare 404."""
    return render_template("not_found.html"), 404
