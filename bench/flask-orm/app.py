"""Flask on `wasgi.orm`: what peers/gunicorn/rows.py does with `sqlite3`, and peers/django
with Django's ORM.

`/` answers one row by its key as JSON, `/page` a page of 100 rows; `/time/page?n` reads 100 rows into objects n times
and answers the nanoseconds that one took.
"""

import time

from flask import Flask, jsonify, request
from wasgi import orm, render_template

app = Flask(__name__)

POSTS = 1000


class Post(orm.Model):
    title: str
    body: str
    views: int
    created: int


@app.get("/")
def row():
    post = Post.objects.get(id=7)
    return jsonify(
        id=post.id, title=post.title, body=post.body, views=post.views, created=post.created
    )


@app.get("/page")
def page():
    return render_template("page.html", posts=Post.objects.order_by("id")[:100])


@app.get("/fill")
def fill():
    Post.objects.all().delete()
    Post.objects.bulk_create(
        Post(
            id=id,
            title=f"Post number {id}",
            body="A body of some forty letters, no more.",
            views=id * 7,
            created=1_700_000_000_000_000 + id,
        )
        for id in range(1, POSTS + 1)
    )
    return str(POSTS)


@app.get("/time/page")
def objects():
    n = int(request.query_string)
    begun = time.perf_counter_ns()
    for _ in range(n):
        posts = list(Post.objects.order_by("id")[:100])
    assert posts[99].id == 100
    return f"{(time.perf_counter_ns() - begun) / n:.1f}"
