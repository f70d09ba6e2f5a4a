"""A guestbook: visitors sign, and everybody reads, searches and turns pages."""

from flask import Flask
from wasgi import render_template

from guestbook import pages, visit


def create_app():
    """Makes the application."""
    # Templates and static files are the server's.
    app = Flask(__name__, template_folder=None, static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=32 * 1024)
    app.register_blueprint(pages.blueprint)
    app.after_request(vary)
    for status in (400, 404, 405, 413):
        app.register_error_handler(status, error_page)
    return app


def vary(response):
    """Has a browser keep each by itself of what the same address answers."""
    response.vary.update(("X-Partial", "Accept-Language"))
    return response


def error_page(error):
    """Shows a page instead of a bare line."""
    page = render_template(
        "error.html", reason=error.name, message=error.description, **visit.context()
    )
    return page, error.code
