"""The host's side of PEP 3333, small: records what the application does.

It refuses what the real host refuses, with errors that look like the generated
ones, so that the adapter's answers to refusals can be seen.
"""

import re

from wasgi._host import Err
from wasgi._native import Body_Page
from wasgi.adapter import SEPARATOR, Application


class StartError_AlreadyCalled:
    pass


class StartError_HeadersSent:
    pass


class _WithValue:
    def __init__(self, value):
        self.value = value


class StartError_InvalidStatus(_WithValue):
    pass


class StartError_InvalidHeader(_WithValue):
    pass


class StartError_HopByHop(_WithValue):
    pass


class Reason:
    """An enum's member, as far as the adapter looks at one."""

    def __init__(self, name):
        self.name = name


class Input:
    """A request body; hands out at most `most` bytes at a time."""

    def __init__(self, body=b"", most=7, fail=None):
        self.body, self.most, self.fail, self.reads = body, most, fail, 0

    def read(self, size):
        self.reads += 1
        if self.fail and not self.body:
            raise Err(Reason(self.fail))
        size = min(size, self.most)
        data, self.body = self.body[:size], self.body[size:]
        return data


class Wire:
    """The client's end: head and body as they arrive, and what was refused."""

    def __init__(self):
        self.status = self.headers = None
        self.sent = []
        self.head_sent = False
        self.gone = False

    def call(self, status, headers, exc_info):
        if self.status is not None and not exc_info:
            raise Err(StartError_AlreadyCalled())
        if self.head_sent:
            raise Err(StartError_HeadersSent())
        if not re.fullmatch(r"[1-9][0-9]{2} [^\x00-\x1f]*[^\x00-\x20]", status):
            raise Err(StartError_InvalidStatus(f"status {status!r} is not `NNN reason`"))
        for name, value in headers:
            if name.lower() == "connection":
                raise Err(StartError_HopByHop(name))
            if re.search(r"[\x00-\x1f]", name + value):
                raise Err(StartError_InvalidHeader(f"header {name} has a control character"))
        self.status, self.headers = status, list(headers)

    def write(self, chunk):
        if self.gone:
            raise Err(Reason("DISCONNECTED"))
        if self.status is None:
            raise Err(Reason("NOT_STARTED"))
        self.head_sent = True
        self.sent.append(chunk)

    def take(self, chunk):
        """Takes a chunk of the iterable; an empty one sends nothing."""
        if chunk:
            self.write(chunk)

    @property
    def body(self):
        return b"".join(self.sent)


def environ(method="GET", path="/", **more):
    """Returns what the host hands over, before the adapter adds to it."""
    values = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.run_once": "0",
        **more,
    }
    return SEPARATOR.join(part for item in values.items() for part in item)


def call(app, *, body=b"", input=None, method="GET", wire=None, **more):
    """Calls an application; returns the wire and the adapter's answer."""
    Application.callable = staticmethod(app)
    wire = wire or Wire()
    return wire, Application().call(environ(method, **more), input or Input(body), wire)


def start(app, **request):
    """Calls an application; returns the wire and what is in the adapter's answer."""
    wire, answer = call(app, **request)
    return wire, answer.value


def serve(app, **request):
    """Serves one request to its end; an app-error is raised as `Err`."""
    wire, answer = call(app, **request)
    body = answer.value
    if isinstance(body, bytes):
        wire.take(body)
        return wire
    pull = body.read if isinstance(answer, Body_Page) else body.next
    while True:
        chunk = pull()
        if chunk is None:
            return wire
        wire.take(chunk)


class Body:
    """An iterable that counts what is done with it."""

    def __init__(self, chunks, fail=None):
        self.chunks, self.fail = list(chunks), fail
        self.closed = self.pulled = 0

    def __iter__(self):
        return self

    def __next__(self):
        self.pulled += 1
        if self.chunks:
            return self.chunks.pop(0)
        if self.fail:
            raise self.fail
        raise StopIteration

    def close(self):
        self.closed += 1
