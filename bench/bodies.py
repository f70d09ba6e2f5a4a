"""Large bodies: do they stream through, or does the host keep them?

A peak alone proves little where the start already takes much, so each transfer
is told as its own peak (VmHWM, set back before it) beside the memory before it
and the highest sample during it.
"""

import dataclasses
import http.client
import time
from collections.abc import Callable

import procfs
from errors import BenchError
from servers import HOST, Server

BLOCK = 1 << 20
# Of silence, not of the whole transfer.
SILENCE_LIMIT = 60


@dataclasses.dataclass(frozen=True)
class Transfer:
    """One body, and the server's memory meanwhile; all in bytes but the rate."""

    megabytes_per_second: float
    rss_before: int
    rss_sampled_peak: int
    rss_peak: int
    rss_after: int

    @property
    def growth(self) -> int:
        """What the transfer added to resident memory at its highest."""
        return self.rss_peak - self.rss_before


def watched(server: Server, size: int, transfer: Callable[[Server, int], None]) -> Transfer:
    """Transfers a body and watches the server's memory."""
    procfs.forget_peak(server.pid)
    before = procfs.memory(server.pid)["VmRSS"]
    started = time.perf_counter()
    with procfs.RssSampler(server.pid) as sampler:
        transfer(server, size)
    seconds = time.perf_counter() - started
    after = procfs.memory(server.pid)
    return Transfer(
        megabytes_per_second=size / 1e6 / seconds,
        rss_before=before,
        rss_sampled_peak=max(sampler.samples, default=before),
        rss_peak=after["VmHWM"],
        rss_after=after["VmRSS"],
    )


def upload(server: Server, size: int) -> None:
    """Sends a body to /upload, which answers the number of bytes it read."""
    block = bytes(BLOCK)

    def blocks():
        left = size
        while left > 0:
            yield block[:left] if left < BLOCK else block
            left -= BLOCK

    headers = {"Content-Length": str(size), "Content-Type": "application/octet-stream"}
    answer = _exchange(server, "POST", "/upload", blocks(), headers)
    try:
        counted = answer.read()
    finally:
        answer.close()
    if counted.strip() != str(size).encode():
        raise _wrong(server, f"counted {counted[:80]!r} of {size} bytes")


def download(server: Server, size: int) -> None:
    """Takes a body from /download and counts it."""
    answer = _exchange(server, "GET", f"/download?bytes={size}")
    buffer = bytearray(BLOCK)
    taken = 0
    try:
        while count := answer.readinto(buffer):
            taken += count
    finally:
        answer.close()
    if taken != size:
        raise _wrong(server, f"sent {taken} of {size} bytes")


def first_byte(server: Server, path: str) -> tuple[float, float, int]:
    """Takes a body; returns when its first byte was there, when its last, and its size.

    Times are in milliseconds from before the connection is made.
    """
    started = time.perf_counter()
    answer = _exchange(server, "GET", path)
    taken = len(answer.read(1))
    first = time.perf_counter()
    taken += len(answer.read())
    answer.close()
    return (first - started) * 1e3, (time.perf_counter() - started) * 1e3, taken


def _exchange(server: Server, method: str, path: str, body=None, headers=None):
    connection = http.client.HTTPConnection(HOST, server.port, timeout=SILENCE_LIMIT)
    connection.request(method, path, body=body, headers={"Connection": "close", **(headers or {})})
    answer = connection.getresponse()
    if answer.status != 200:
        raise _wrong(server, f"answered {answer.status} to {method} {path}")
    return answer


def _wrong(server: Server, what: str) -> BenchError:
    return BenchError(f"{server.recipe.name} {what}", f"its log is {server.log}")
