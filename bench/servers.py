"""Servers as processes: started on a free port, waited for, always ended."""

import dataclasses
import http.client
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import procfs
from errors import BenchError

HOST = "127.0.0.1"
# Starting may compile: Flask takes 8 s on an idle machine, more on a busy one.
START_LIMIT = 120.0
STOP_LIMIT = 10.0


@dataclasses.dataclass(frozen=True)
class Recipe:
    """How a server is started; `{address}` and `{port}` in `command` are filled in."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str] = dataclasses.field(default_factory=dict)
    folder: Path | None = None
    # The first request; answered with 200, it means that the server is ready.
    prepare: str = "/"
    # What is requested under load.
    path: str = "/"


def free_port() -> int:
    """Returns a port that nobody listens on.

    Not port 0: a cold start is measured by connecting from the first
    moment, before the server could say which port it took.
    """
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


class Server:
    """A running server; leaving the `with` block ends it and all its children."""

    def __init__(self, recipe: Recipe, logs: Path):
        self.recipe = recipe
        self.port = free_port()
        self.log = logs / f"{recipe.name.replace(' ', '-')}.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}{self.recipe.path}"

    @property
    def pid(self) -> int:
        if self._process is None:
            raise BenchError(f"{self.recipe.name} is not started", "start it first")
        return self._process.pid

    def __enter__(self) -> "Server":
        self.spawn()
        try:
            self.wait()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def spawn(self) -> float:
        """Starts the process; returns when, by `time.perf_counter`."""
        address = f"{HOST}:{self.port}"
        command = [
            part.replace("{address}", address).replace("{port}", str(self.port))
            for part in self.recipe.command
        ]
        # Logs are written as in service, to a file; both streams, for one peer
        # logs on one and another on the other.
        with self.log.open("wb") as log:
            started = time.perf_counter()
            try:
                self._process = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd=self.recipe.folder,
                    env={**os.environ, **self.recipe.environment},
                )
            except OSError as error:
                raise BenchError(
                    f"cannot start {self.recipe.name}: {error}",
                    f"look whether {command[0]} is there; delete it to have it made again",
                ) from error
        return started

    def wait(self, pause: float = 0.01, limit: float = START_LIMIT) -> float:
        """Waits for the first answer; returns when it was there."""
        deadline = time.perf_counter() + limit
        while True:
            status, _ = request(self.port, self.recipe.prepare)
            if status == 200:
                return time.perf_counter()
            if status is not None:
                raise self._failure(f"answers {status}")
            if self._process is not None and self._process.poll() is not None:
                raise self._failure(f"ended with {self._process.returncode}")
            if time.perf_counter() > deadline:
                raise self._failure(f"did not answer within {limit:.0f} s")
            time.sleep(pause)

    def get(self, path: str) -> str:
        """Returns the body of an answer that must be a 200."""
        status, body = request(self.port, path)
        if status != 200:
            raise self._failure(f"answers {path} with {status}: {body[:200]}")
        return body

    def stop(self) -> None:
        """Ends the process and what it started: SIGTERM, and SIGKILL when that is ignored."""
        if self._process is None:
            return
        family = procfs.pids(self._process.pid)
        self._process.terminate()
        try:
            self._process.wait(STOP_LIMIT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        # Children that outlived it have another parent now, and need no patience.
        alive = {stat.pid for stat in procfs.processes() if stat.pid in family}
        for pid in alive:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self._process = None

    def _failure(self, what: str) -> BenchError:
        tail = self.log.read_text(errors="replace").splitlines()[-5:]
        return BenchError(
            f"{self.recipe.name} {what}: {' | '.join(tail) or 'no word in its log'}",
            f"its whole log is {self.log}",
        )


def request(port: int, path: str) -> tuple[int | None, str]:
    """Returns status and body of an answer, or None where there is no answer."""
    connection = http.client.HTTPConnection(HOST, port, timeout=START_LIMIT)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read().decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        return None, str(error)
    finally:
        connection.close()
