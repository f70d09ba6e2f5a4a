"""Tests of `wasgi.orm` and `wasgi.dbapi` that need the host: an application that runs them.

`/` names the modules, one per line. `/run?MODULE` or `/run?MODULE.Class.test` runs
tests and answers with unittest's report, 200 if all passed and 500 if not. The other
paths are what takes two requests to see.
"""

import importlib
import io
import unittest

import models
from wasgi import orm

MODULES = [
    "test_aggregates",
    "test_dbapi",
    "test_errors",
    "test_fields",
    "test_pages",
    "test_queries",
    "test_relations",
    "test_transactions",
    "test_writes",
]

for name in MODULES:
    importlib.import_module(name)

# Kept over requests, as an application should not.
kept = []


def text(start_response, answer, status="200 OK"):
    start_response(status, [("Content-Type", "text/plain; charset=utf-8")])
    return [f"{answer}\n".encode()]


def run(environ, start_response):
    suite = unittest.defaultTestLoader.loadTestsFromName(environ["QUERY_STRING"])
    report = io.StringIO()
    result = unittest.TextTestRunner(stream=report, verbosity=2).run(suite)
    passed = result.wasSuccessful() and result.testsRun > 0
    return text(start_response, report.getvalue(), "200 OK" if passed else "500 Failed")


def leave_open(environ, start_response):
    """Ends the request in the middle of a transaction."""
    block = orm.atomic()
    kept.append(block)
    block.__enter__()
    models.Tag.objects.create(name="left open")
    return text(start_response, "left open")


def count_left_open(environ, start_response):
    return text(start_response, models.Tag.objects.filter(name="left open").count())


def write_after(environ, start_response):
    with orm.atomic():
        tag, new = models.Tag.objects.get_or_create(name="written after")
    return text(start_response, new)


PATHS = {
    "/run": run,
    "/leave-open": leave_open,
    "/left-open": count_left_open,
    "/write-after": write_after,
}


def app(environ, start_response):
    handler = PATHS.get(environ["PATH_INFO"])
    if handler is None:
        return text(start_response, "\n".join(MODULES))
    return handler(environ, start_response)
