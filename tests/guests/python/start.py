"""`start_response`: each rule kept, bent, or broken."""

import gc
import sys
import weakref

from answers import parameter, text

TEXT = ("Content-Type", "text/plain")

BAD_HEADERS = {
    "newline": ("X-Bad", "a\r\nX-Injected: yes"),
    "nul": ("X-Bad", "a\0b"),
    "tab": ("X-Bad", "a\tb"),
    "wide": ("X-Bad", "\u20ac"),
    "empty-name": ("", "x"),
    "colon": ("X-Bad:", "x"),
    "space": ("X Bad", "x"),
    "name": ("X-B\xe4d", "x"),
    "name-newline": ("X-Bad\r\n", "x"),
    "length": ("Content-Length", "many"),
    "bytes": (b"X-Bad", b"x"),
    "number": ("X-Bad", 7),
    "triple": ("X-Bad", "x", "y"),
}


def refused(environ, start_response, *arguments):
    """Makes a call that should raise, and reports what it raised: in the body after
    a call with `exc_info`, or with `raise` in the query as the application's error."""
    try:
        start_response(*arguments)
    except Exception as error:
        if "raise" in environ["QUERY_STRING"]:
            raise
        start_response("200 OK", [TEXT], sys.exc_info())
        return [f"{type(error).__name__}: {error}".encode()]
    return [b"not refused"]


def bad_header(environ, start_response):
    bad = BAD_HEADERS[parameter(environ, "kind", "name")]
    return refused(environ, start_response, "200 OK", [TEXT, bad])


def bad_headers_type(environ, start_response):
    headers = {"Content-Type": "text/plain"} if parameter(environ, "kind") == "dict" else (TEXT,)
    return refused(environ, start_response, "200 OK", headers)


def bad_status(environ, start_response):
    kind = parameter(environ, "kind")
    status = {"number": 200, "bytes": b"200 OK"}.get(kind, parameter(environ, "status"))
    return refused(environ, start_response, status, [TEXT])


def hop_by_hop(environ, start_response):
    name = parameter(environ, "name", "Connection")
    return refused(environ, start_response, "200 OK", [TEXT, (name, "close")])


def no_start_response(environ, start_response):
    return [b"nobody asked"]


def twice(environ, start_response):
    start_response("200 OK", [TEXT])
    start_response("200 OK", [TEXT])
    return [b"not refused"]


def twice_after_refusal(environ, start_response):
    try:
        start_response("200", [TEXT])
    except Exception:
        pass
    start_response("200 OK", [TEXT])
    return [b"not refused"]


def exc_info_before(environ, start_response):
    start_response("200 OK", [TEXT, ("X-First", "1")])
    try:
        raise RuntimeError("changed my mind")
    except RuntimeError:
        start_response("503 Service Unavailable", [TEXT, ("X-Second", "2")], sys.exc_info())
    return [b"replaced"]


def exc_info_after(environ, start_response):
    start_response("200 OK", [TEXT])
    yield b"sent\n"
    try:
        raise RuntimeError("too late")
    except RuntimeError:
        start_response("500 Oops", [TEXT], sys.exc_info())
    yield b"not refused"


class Watched(Exception):
    """An exception that can be watched by a weak reference."""


last = None


def exc_info_kept(environ, start_response):
    """Answers whether the exception of the previous call is still referred to."""
    global last
    gc.collect()
    kept = last is not None and last() is not None
    try:
        raise Watched
    except Watched as error:
        last = weakref.ref(error)
        start_response("200 OK", [TEXT], sys.exc_info())
    return [b"kept" if kept else b"gone"]


def write(environ, start_response):
    write = start_response("200 OK", [TEXT])
    write(b"written 1\n")
    write(b"written 2\n")
    return [b"returned 1\n", b"returned 2\n"]


def write_only(environ, start_response):
    write = start_response("200 OK", [TEXT])
    for n in range(3):
        write(f"{n}\n".encode())
    return []


def late_start(environ, start_response):
    start_response("200 OK", [TEXT, ("X-Late", "yes")])
    yield b"late\n"


def empty_chunks_first(environ, start_response):
    start_response("200 OK", [TEXT])
    return [b"", b"", b"body", b""]


def text_chunk(environ, start_response):
    start_response("200 OK", [TEXT])
    return ["not bytes"]


def not_iterable(environ, start_response):
    start_response("200 OK", [TEXT])
    return None


def of_length(length):
    def behaviour(environ, start_response):
        start_response("200 OK", [TEXT, ("Content-Length", length)])
        return iter([b"hello", b" ", b"world"])

    return behaviour


def with_body(status):
    def behaviour(environ, start_response):
        headers = [] if status[:3] in ("204", "304") else [TEXT]
        start_response(status, headers)
        return [b"a body"]

    return behaviour


def change_environ(environ, start_response):
    environ["x.y"] = object()
    del environ["REQUEST_METHOD"]
    return text(start_response, type(environ) is dict)


def headers_changed_later(environ, start_response):
    """A list that changes after the call must not change what was said."""
    headers = [TEXT]
    start_response("200 OK", headers)
    headers.append(("X-Later", "yes"))
    yield b"body"


BEHAVIOURS = {
    "/bad-header": bad_header,
    "/bad-headers-type": bad_headers_type,
    "/bad-status": bad_status,
    "/hop-by-hop": hop_by_hop,
    "/no-start-response": no_start_response,
    "/twice": twice,
    "/twice-after-refusal": twice_after_refusal,
    "/exc-info-before": exc_info_before,
    "/exc-info-after": exc_info_after,
    "/exc-info-kept": exc_info_kept,
    "/write": write,
    "/write-only": write_only,
    "/late-start": late_start,
    "/empty-chunks-first": empty_chunks_first,
    "/text-chunk": text_chunk,
    "/not-iterable": not_iterable,
    "/more-than-length": of_length("7"),
    "/less-than-length": of_length("20"),
    "/head": of_length("11"),
    "/204-with-body": with_body("204 No Content"),
    "/304": with_body("304 Not Modified"),
    "/change-environ": change_environ,
    "/headers-changed-later": headers_changed_later,
}
