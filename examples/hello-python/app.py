"""The smallest web application there is: one function, as PEP 3333 defines it."""


def app(environ, start_response):
    """Greets whoever is named in the path."""
    name = environ["PATH_INFO"].strip("/").encode("latin-1").decode("utf-8", "replace") or "world"
    body = f"Hello, {name}!\n".encode()
    start_response(
        "200 OK",
        [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", str(len(body))),
        ],
    )
    return [body]
