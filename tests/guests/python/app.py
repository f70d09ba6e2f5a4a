"""One application with one behaviour per path: what the host's tests call.

`../README.md` lists the paths. Bare PEP 3333: only `/config` and `/secret`
import the SDK.
"""

from wsgiref.validate import validator

import body
import misbehave
import sandbox
import start

BEHAVIOURS = {**body.BEHAVIOURS, **start.BEHAVIOURS, **misbehave.BEHAVIOURS, **sandbox.BEHAVIOURS}


def dispatch(environ, start_response):
    path = environ["PATH_INFO"]
    behaviour = BEHAVIOURS.get("/environ" if path.startswith("/environ/") else path)
    if behaviour is None:
        start_response("404 Not Found", [("Content-Type", "text/plain")])
        return [b"no such behaviour\n"]
    return behaviour(environ, start_response)


# Checks both sides of the interface and raises AssertionError for what is wrong.
validated = validator(dispatch)


def app(environ, start_response):
    if environ["PATH_INFO"].startswith("/valid/"):
        environ["SCRIPT_NAME"] += "/valid"
        environ["PATH_INFO"] = environ["PATH_INFO"].removeprefix("/valid")
        return validated(environ, start_response)
    return dispatch(environ, start_response)
