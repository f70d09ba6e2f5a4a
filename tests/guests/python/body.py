"""Bodies, in and out."""

import io

from answers import number, parameter, text

BLOCK = 64 * 1024

closed = 0


class Closing:
    """An iterable that counts its `close()` and has nothing else to touch."""

    def __init__(self, chunks):
        self.chunks = iter(chunks)

    def __iter__(self):
        return self

    def __next__(self):
        return next(self.chunks)

    def close(self):
        global closed
        closed += 1


def hello(environ, start_response):
    return text(start_response, "Hello from wasgi!\n")


def echo(environ, start_response):
    start_response("200 OK", [("Content-Type", "application/octet-stream")])
    return iter(lambda: environ["wsgi.input"].read(BLOCK), b"")


def upload(environ, start_response):
    total = 0
    while block := environ["wsgi.input"].read(BLOCK):
        total += len(block)
    return text(start_response, total)


def read_all(environ, start_response):
    data = environ["wsgi.input"].read(number(environ, "size", -1))
    again = environ["wsgi.input"].read(1) if "twice" in environ["QUERY_STRING"] else b""
    return text(start_response, f"{len(data)} {len(again)}")


def readline(environ, start_response):
    size = number(environ, "size", -1)
    lines = iter(lambda: environ["wsgi.input"].readline(size), b"")
    return text(start_response, "|".join(line.decode() for line in lines))


def readlines(environ, start_response):
    lines = environ["wsgi.input"].readlines(number(environ, "hint", -1))
    return text(start_response, "|".join(line.decode() for line in lines))


def iterate(environ, start_response):
    return text(start_response, "|".join(line.decode() for line in environ["wsgi.input"]))


def ignore_input(environ, start_response):
    return text(start_response, "not read\n")


def download(environ, start_response):
    left, block = number(environ, "bytes", 1 << 20), number(environ, "block", BLOCK)
    start_response("200 OK", [("Content-Type", "application/octet-stream")])
    while left > 0:
        yield b"x" * min(left, block)
        left -= block


def chunks(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{n}\n".encode() for n in range(1, number(environ, "n", 3) + 1)]


def endless(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return Closing(iter(lambda: b"x" * 1024, b""))


def close(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])

    def lines():
        yield b"1\n"
        if "error" in environ["QUERY_STRING"]:
            raise RuntimeError("the second chunk failed")
        yield b"2\n"
        yield b"3\n"

    return Closing(lines())


def closed_so_far(environ, start_response):
    return text(start_response, closed)


def generator(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    try:
        yield b"first\n"
        yield b"second\n"
    finally:
        # A generator's close() runs this also where the client went away.
        global closed
        closed += 1


def file_wrapper(environ, start_response):
    file = io.BytesIO(b"f" * 200_000)
    file.seek(number(environ, "skip", 0))
    wrapper = environ.get("wsgi.file_wrapper")
    start_response("200 OK", [("Content-Type", "application/octet-stream")])
    if parameter(environ, "kind") == "open":
        file = open(__file__, "rb")
    return wrapper(file, 8192) if wrapper else [file.read()]


BEHAVIOURS = {
    "/": hello,
    "/echo": echo,
    "/upload": upload,
    "/read": read_all,
    "/readline": readline,
    "/readlines": readlines,
    "/lines": iterate,
    "/ignore-input": ignore_input,
    "/download": download,
    "/chunks": chunks,
    "/endless": endless,
    "/close": close,
    "/closed": closed_so_far,
    "/generator": generator,
    "/file-wrapper": file_wrapper,
}
