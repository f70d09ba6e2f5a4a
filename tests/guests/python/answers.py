"""How a behaviour answers, and what it reads from the query string."""

import json
from urllib.parse import parse_qs


def parameter(environ, name, default=""):
    values = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True).get(name)
    return values[0] if values else default


def number(environ, name, default):
    return int(parameter(environ, name, default))


def text(start_response, what):
    data = str(what).encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(data)))])
    return [data]


def as_json(start_response, value):
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(value).encode()]


def outcome(start_response, attempt):
    """Answers with what a call came to, or with `error: type: message`."""
    try:
        return text(start_response, attempt())
    except Exception as error:
        return text(start_response, f"error: {type(error).__name__}: {error}")
