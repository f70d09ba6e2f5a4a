"""A host of templates that renders nothing: it keeps what it was asked for, as it came.

`decode` reads a context's bytes as `wit/templates.wit` has them, with no help of
`marshal`, so that what the SDK writes is compared with the contract and not with itself.
"""

import struct

from wasgi import _host
from wasgi._host import Err
from wasgi.templates import _native as wit


class Safe:
    """Text that is safe as it is."""

    def __init__(self, text):
        self.text = text

    def __eq__(self, other):
        return isinstance(other, Safe) and self.text == other.text

    def __repr__(self):
        return f"Safe({self.text!r})"


class Query:
    """The rows of a query, by its number."""

    def __init__(self, number):
        self.number = number

    def __eq__(self, other):
        return isinstance(other, Query) and self.number == other.number

    def __repr__(self):
        return f"Query({self.number})"


class Refused(Exception):
    """These bytes are no context."""


def decode(packed):
    """Returns the context in these bytes, all of them."""
    reader = _Reader(packed)
    context = reader.value(0)
    if not isinstance(context, dict) or reader.rest:
        raise Refused("one dict, and nothing after it")
    return context


class _Reader:
    def __init__(self, data):
        self.rest = data

    def take(self, count):
        if count > len(self.rest):
            raise Refused("truncated")
        data, self.rest = self.rest[:count], self.rest[count:]
        return data

    def number(self, form="<i"):
        return struct.unpack(form, self.take(struct.calcsize(form)))[0]

    def text(self, count):
        try:
            return self.take(count).decode("utf-8")
        except UnicodeDecodeError:
            raise Refused("a text is not UTF-8") from None

    def value(self, depth):
        if depth > 64:
            raise Refused("more than 64 deep")
        tag = self.take(1)
        if tag in b"NTF":
            return {b"N": None, b"T": True, b"F": False}[tag]
        if tag == b"i":
            return self.number()
        if tag == b"l":
            count = self.number()
            digits = [self.number("<H") for _ in range(abs(count))]
            value = sum(digit << (15 * at) for at, digit in enumerate(digits))
            return -value if count < 0 else value
        if tag == b"g":
            return self.number("<d")
        if tag == b"z":
            return self.text(self.number("B"))
        if tag == b"u":
            return self.text(self.number())
        if tag == b"s":
            return self.take(self.number())
        if tag in b"([":
            return [self.value(depth + 1) for _ in range(self.number())]
        if tag == b")":
            return [self.value(depth + 1) for _ in range(self.number("B"))]
        if tag == b"{":
            return self.dict(depth)
        if tag == b">" and self.number() == 1:
            member = self.value(depth)
            if type(member) is str:
                return Safe(member)
            if type(member) is int:
                return Query(member)
        raise Refused(f"no value begins with {tag!r}")

    def dict(self, depth):
        found = {}
        while not self.rest.startswith(b"0"):
            key = self.value(depth + 1)
            if type(key) is not str:
                raise Refused("the keys of a dict are texts")
            found[key] = self.value(depth + 1)
        self.take(1)
        return found


class Page:
    """A page of the host; writes down what becomes of it."""

    def __init__(self, host):
        self.host, self.pieces, self.closed = host, list(host.pieces), 0

    def read(self):
        self.host.reads += 1
        piece = self.pieces.pop(0) if self.pieces else None
        if isinstance(piece, Exception):
            raise piece
        return piece

    def __exit__(self, *exc_info):
        self.closed += 1


class Host:
    """Lent in place of the real one until `close`."""

    def __init__(self):
        # What was asked for: how, the source, the context decoded, the queries' rows.
        self.asked = []
        # What every page consists of; an error in place of a piece is raised.
        self.pieces = [b"<p>", b"page", b"</p>"]
        self.pages, self.reads = [], 0
        # Errors of the next renderings.
        self.refusals = []
        self._before = _host.use("templates", self)

    def close(self):
        _host.use("templates", self._before)

    def _ask(self, how, source, packed, queries):
        if self.refusals:
            raise Err(self.refusals.pop(0))
        try:
            context = decode(packed)
        except Refused as error:
            raise Err(wit.Error_Invalid(str(error))) from None
        self.asked.append((how, source, context, list(queries)))

    def render(self, source, context, queries):
        self._ask("render", source, context, queries)
        return b"".join(self.pieces).decode()

    def render_page(self, source, context, queries):
        self._ask("page", source, context, queries)
        self.pages.append(Page(self))
        return self.pages[-1]

    @property
    def context(self):
        """The last context."""
        return self.asked[-1][2]

    @property
    def queries(self):
        """The rows that the last context had."""
        return self.asked[-1][3]
