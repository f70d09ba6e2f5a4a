"""A guestbook: visitors sign, and everybody reads, searches and turns pages."""

from flask import Flask, render_template

from guestbook import pages


def create_app():
    """Makes the application."""
    app = Flask(__name__)
    app.config.update(MAX_CONTENT_LENGTH=32 * 1024)
    app.add_template_filter(day)
    app.register_blueprint(pages.blueprint)
    for status in (400, 404, 405, 413):
        app.register_error_handler(status, error_page)
    return app


def error_page(error):
    """Shows a page instead of a bare line."""
    return render_template("error.html", error=error), error.code


def day(moment):
    """Writes a moment as people do: 1 Mar 2026."""
    return f"{moment.day} {moment:%b %Y}"
