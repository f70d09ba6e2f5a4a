"""What an application sees of the world outside, and what the host lends."""

import hashlib
import os
import pathlib
import random
import socket
import sys
import threading
import time

from answers import as_json, number, outcome, parameter, text

served = 0


def environ_as_json(environ, start_response):
    return as_json(start_response, {k: v for k, v in environ.items() if isinstance(v, str)})


def environ_values(environ, start_response):
    values = {k: repr(v) for k, v in environ.items() if k.startswith("wsgi.")}
    return as_json(start_response, values)


def environment(environ, start_response):
    return as_json(start_response, dict(os.environ))


def counter(environ, start_response):
    global served
    served += 1
    return text(start_response, served)


def random_number(environ, start_response):
    return text(start_response, f"{random.random()} {os.urandom(8).hex()}")


def hash_seed(environ, start_response):
    return text(start_response, hash("a text whose hash depends on the seed"))


def now(environ, start_response):
    return text(start_response, int(time.time()))


def lines(environ, stream):
    for n in range(1, number(environ, "n", 2) + 1):
        stream.write(f"line {n} {parameter(environ, 'text')}\n")
    if "partial" in environ["QUERY_STRING"]:
        stream.write("no newline")
    stream.flush()


def stdout(environ, start_response):
    lines(environ, sys.stdout)
    return text(start_response, "printed\n")


def stderr(environ, start_response):
    lines(environ, sys.stderr)
    return text(start_response, "printed\n")


def errors(environ, start_response):
    stream = environ["wsgi.errors"]
    lines(environ, stream)
    stream.writelines(["euro \u20ac\n", "lone surrogate \udcff\n"])
    stream.flush()
    return text(start_response, "printed\n")


def file(environ, start_response):
    path = parameter(environ, "path")
    return outcome(start_response, lambda: open(path, encoding="utf-8").read())


def read_file(environ, start_response):
    """Reads a file of the project by a relative and by an absolute path."""
    here = pathlib.Path(__file__).parent
    relative = os.path.relpath(here / "data.txt")
    return outcome(
        start_response,
        lambda: open(relative).read() + (here / "data.txt").read_text(),
    )


def write_file(environ, start_response):
    path = parameter(environ, "path")
    return outcome(start_response, lambda: open(path, "w").write("written by a guest"))


def directory(environ, start_response):
    path = parameter(environ, "path", ".")
    return outcome(start_response, lambda: "\n".join(sorted(os.listdir(path))))


def connect(environ, start_response):
    host, _, port = parameter(environ, "address", "127.0.0.1:80").rpartition(":")
    return outcome(start_response, lambda: socket.create_connection((host, int(port)), 1))


def thread(environ, start_response):
    return outcome(start_response, lambda: threading.Thread(target=print).start())


def late_import(environ, start_response):
    """Imports a module of the project and one of the standard library, for the
    first time while a request is served."""
    import encodings.idna

    import late_module

    ascii_name = encodings.idna.ToASCII("bücher").decode()
    return text(start_response, f"{late_module.GREETING} {ascii_name}")


def key(environ, derive):
    length = number(environ, "length", 32)
    password, salt = (parameter(environ, name).encode() for name in ("password", "salt"))
    return derive(password, salt, length).hex()


def scrypt(environ, start_response):
    n, r, p = (number(environ, name, default) for name, default in (("n", 16), ("r", 1), ("p", 1)))
    maxmem = number(environ, "maxmem", 0)

    def derive(password, salt, length):
        return hashlib.scrypt(password, salt=salt, n=n, r=r, p=p, maxmem=maxmem, dklen=length)

    return outcome(start_response, lambda: key(environ, derive))


def pbkdf2(environ, start_response):
    digest = parameter(environ, "digest", "sha256")
    iterations = number(environ, "iterations", 1)

    def derive(password, salt, length):
        return hashlib.pbkdf2_hmac(digest, password, salt, iterations, length)

    return outcome(start_response, lambda: key(environ, derive))


def config(environ, start_response):
    from wasgi import config

    name = parameter(environ, "name")
    if name:
        return text(start_response, config.get(name, "none"))
    return as_json(start_response, dict(config.all()))


def secret(environ, start_response):
    from wasgi import config

    secret = config.secret(parameter(environ, "name"))
    return text(start_response, f"{secret!r} {secret.reveal()}" if secret else "none")


BEHAVIOURS = {
    "/environ": environ_as_json,
    "/environ-values": environ_values,
    "/env": environment,
    "/counter": counter,
    "/random": random_number,
    "/hash-seed": hash_seed,
    "/time": now,
    "/stdout": stdout,
    "/stderr": stderr,
    "/errors": errors,
    "/file": file,
    "/read-file": read_file,
    "/write-file": write_file,
    "/dir": directory,
    "/socket": connect,
    "/thread": thread,
    "/late-import": late_import,
    "/config": config,
    "/secret": secret,
    "/scrypt": scrypt,
    "/pbkdf2": pbkdf2,
    "/crypto/scrypt": scrypt,
    "/crypto/pbkdf2": pbkdf2,
}
