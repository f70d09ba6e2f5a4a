"""What flask-orm does, on native CPython with `sqlite3`: one row by its key as JSON,
and a page of 100 rows."""

import functools
import os
import sqlite3

from flask import Flask, jsonify, render_template

app = Flask(__name__, template_folder=os.path.join(os.path.dirname(__file__), "../../orm-rust/templates"))

DATABASE = os.environ["DATABASE"]
POSTS = 1000


def open_database() -> sqlite3.Connection:
    """Opens the file with the settings that wasgi's host has."""
    connection = sqlite3.connect(DATABASE)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.row_factory = sqlite3.Row
    return connection


@functools.cache
def database() -> sqlite3.Connection:
    """Returns the worker's connection: one for all its requests, which is the quickest."""
    return open_database()


@app.get("/")
def row():
    sql = "SELECT id, title, body, views, created FROM post WHERE id = ?"
    found = database().execute(sql, (7,)).fetchone()
    return jsonify(dict(found) if found else None)


@app.get("/page")
def page():
    sql = "SELECT id, title, body, views, created FROM post ORDER BY id LIMIT 100"
    return render_template("page.html", posts=database().execute(sql).fetchall())


def fill():
    """Makes the table; once, before gunicorn's workers start (`--preload`)."""
    connection = open_database()
    with connection:
        connection.execute("DROP TABLE IF EXISTS post")
        connection.execute(
            "CREATE TABLE post (id INTEGER PRIMARY KEY, title TEXT NOT NULL, "
            "body TEXT NOT NULL, views INTEGER NOT NULL, created INTEGER NOT NULL) STRICT"
        )
        connection.executemany(
            "INSERT INTO post VALUES (?, ?, ?, ?, ?)",
            (
                (
                    id,
                    f"Post number {id}",
                    "A body of some forty letters, no more.",
                    id * 7,
                    1_700_000_000_000_000 + id,
                )
                for id in range(1, POSTS + 1)
            ),
        )
    connection.close()


fill()
