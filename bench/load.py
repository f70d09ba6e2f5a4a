"""Load from `wrk`, and what it cost the server."""

import dataclasses
import json
import shutil
import subprocess
from pathlib import Path

import procfs
from errors import BenchError
from servers import Server

SCRIPT = Path(__file__).with_name("wrk.lua")


@dataclasses.dataclass(frozen=True)
class Round:
    """One measured run against one server."""

    requests: int
    requests_per_second: float
    # Processor time of the server's whole process tree, user and system.
    cpu_us: float
    p50_us: float
    p99_us: float
    # Answers that were no success, broken connections and timeouts. Must be 0.
    failed: int

    @property
    def spread(self) -> float:
        """p99 as a multiple of the median."""
        return self.p99_us / self.p50_us if self.p50_us else 0.0


def require_wrk() -> None:
    """Refuses to start without `wrk`."""
    if shutil.which("wrk") is None:
        raise BenchError(
            "there is no wrk on PATH", "install it: apt install wrk (or brew install wrk)"
        )


def run(server: Server, connections: int, seconds: int) -> Round:
    """Loads a server for some seconds from one thread of `wrk`."""
    before = procfs.cpu_seconds(server.pid)
    result = _wrk(server.url, connections, seconds)
    spent = procfs.cpu_seconds(server.pid) - before
    return to_round(result, spent)


def to_round(result: dict[str, int], cpu_seconds: float) -> Round:
    """Turns wrk's result and the processor time beside it into figures per request."""
    requests = result["requests"]
    if requests == 0:
        raise BenchError(
            "wrk completed no request", "look into the server's log, or take more --seconds"
        )
    return Round(
        requests=requests,
        requests_per_second=requests / (result["duration_us"] / 1e6),
        cpu_us=cpu_seconds * 1e6 / requests,
        p50_us=result["p50_us"],
        p99_us=result["p99_us"],
        failed=result["status_errors"] + result["socket_errors"] + result["timeouts"],
    )


def _wrk(url: str, connections: int, seconds: int) -> dict[str, int]:
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(SCRIPT), url]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=seconds + 30, check=True
        )
    except subprocess.TimeoutExpired as error:
        raise BenchError(f"wrk did not end: {' '.join(command)}", "look at the server") from error
    except subprocess.CalledProcessError as error:
        raise BenchError(f"wrk failed: {error.stderr.strip()}", "look at the server") from error
    return parse(done.stdout)


def parse(output: str) -> dict[str, int]:
    """Finds the line that wrk.lua wrote."""
    for line in output.splitlines():
        if line.startswith("RESULT "):
            return json.loads(line.removeprefix("RESULT "))
    raise BenchError("wrk said nothing of its result", f"look at {SCRIPT}")
