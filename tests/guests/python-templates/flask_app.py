"""The same in Flask: what views return."""

import flask
from models import Post

from wasgi import render_block, render_template

app = flask.Flask(__name__)
app.secret_key = "of a test"

# Whether the page that was returned last went to the host as it is.
went = {}


@app.after_request
def after(response):
    response.headers["X-After"] = "1"
    went["page"] = getattr(response, "response", None)
    return response


def posts():
    return Post.objects.select_related("author").order_by("id")


@app.get("/flask/page")
def page():
    return render_template("posts.html", posts=posts())


@app.get("/flask/went")
def was_passed_on():
    """Whether no byte of the page before passed through here."""
    try:
        went["page"].text()
    except ValueError as error:
        return str(error)
    return "it can be read"


@app.get("/flask/block")
def block():
    return render_block("posts.html", "rows", posts=posts()), 202, {"X-Mine": "1"}


@app.get("/flask/session")
def session():
    flask.session["n"] = flask.session.get("n", 0) + 1
    response = flask.make_response(render_template("value.html", v=flask.session["n"]))
    response.set_cookie("mine", "1")
    return response


@app.get("/flask/changed")
def changed():
    page = render_template("value.html", v="small")
    page.set_data(page.get_data().upper())
    return page


@app.get("/flask/missing")
def missing():
    return render_template("missing.html")
