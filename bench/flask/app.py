"""Flask's hello: the same file is served by wasgi and by gunicorn."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def hello():
    return "Hello from wasgi!\n", {"Content-Type": "text/plain"}
