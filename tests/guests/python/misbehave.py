"""What costs the host time, memory or nerves, and must cost one request only."""

import os
import sys
import time

from answers import number, text

TEXT = ("Content-Type", "text/plain")


def loop(environ, start_response):
    while True:
        pass


def sleep(environ, start_response):
    milliseconds = number(environ, "ms", 100)
    time.sleep(milliseconds / 1000)
    return text(start_response, f"slept {milliseconds} ms\n")


def memory(environ, start_response):
    taken = []
    for _ in range(number(environ, "mib", 1 << 20)):
        taken.append(bytearray(b"x") * (1 << 20))
    return text(start_response, f"{len(taken)} MiB\n")


def recursion(environ, start_response):
    def deeper(depth):
        return deeper(depth + 1) + 1

    deeper(0)


def recursion_caught(environ, start_response):
    try:
        recursion(environ, start_response)
    except RecursionError as error:
        return text(start_response, type(error).__name__)


def exception(environ, start_response):
    raise RuntimeError("an exception on purpose: é")


def exception_after_start(environ, start_response):
    start_response("200 OK", [TEXT])
    raise RuntimeError("an exception after start_response")


def error_after(environ, start_response):
    start_response("200 OK", [TEXT])
    yield b"the first chunk\n"
    raise RuntimeError("an exception after the first chunk")


def loop_after(environ, start_response):
    start_response("200 OK", [TEXT])
    yield b"the first chunk\n"
    while True:
        pass


def exception_with_cause(environ, start_response):
    try:
        int("seven")
    except ValueError as error:
        raise RuntimeError("counting the chunks") from error


def sys_exit(environ, start_response):
    sys.exit(3)


def os_exit(environ, start_response):
    os._exit(3)


def abort(environ, start_response):
    os.abort()


def keyboard_interrupt(environ, start_response):
    raise KeyboardInterrupt


def missing_module(environ, start_response):
    import a_module_that_nobody_has  # noqa: F401


BEHAVIOURS = {
    "/loop": loop,
    "/sleep": sleep,
    "/memory": memory,
    "/recursion": recursion,
    "/recursion-caught": recursion_caught,
    "/exception": exception,
    "/error": exception,
    "/exception-with-cause": exception_with_cause,
    "/exception-after-start": exception_after_start,
    "/error-after": error_after,
    "/loop-after": loop_after,
    "/sys-exit": sys_exit,
    "/exit": os_exit,
    "/trap": abort,
    "/keyboard-interrupt": keyboard_interrupt,
    "/missing-module": missing_module,
}
