"""What the kernel knows of a process tree: CPU time and memory, from /proc.

Processor time is the benchmark's robust figure: the load generator shares the
cores with the server, so requests per second say as much about it as about the
server. `perf` and cgroups would say the same, but need rights.
"""

import dataclasses
import os
import threading
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclasses.dataclass(frozen=True)
class Stat:
    """The fields of /proc/PID/stat that are of use here (proc_pid_stat(5))."""

    pid: int
    parent: int
    # Own threads, and children that ended and were waited for.
    ticks: int


def parse_stat(text: str) -> Stat:
    """Parses /proc/PID/stat; the command's name may hold spaces and parentheses."""
    pid = int(text[: text.index("(")])
    fields = text[text.rindex(")") + 2 :].split()
    # Of the fields after the name, 1 is the parent, 11 to 14 are utime, stime,
    # cutime and cstime.
    return Stat(pid, int(fields[1]), sum(int(field) for field in fields[11:15]))


def processes() -> list[Stat]:
    """Returns every process that is there."""
    found = []
    for entry in os.scandir("/proc"):
        if entry.name.isdecimal():
            try:
                found.append(parse_stat(Path(entry.path, "stat").read_text()))
            except (FileNotFoundError, ProcessLookupError):
                continue  # ended meanwhile
    return found


def tree(root: int, found: list[Stat]) -> list[Stat]:
    """Returns a process and all below it."""
    members, wanted = [], {root}
    # A child may stand before its parent where pids wrapped around.
    while True:
        new = [s for s in found if s.pid in wanted or s.parent in wanted]
        if len(new) == len(members):
            return members
        members, wanted = new, {s.pid for s in new} | {root}


def cpu_seconds(root: int) -> float:
    """Returns the processor time, user and system, of a process tree so far."""
    return sum(s.ticks for s in tree(root, processes())) / TICKS_PER_SECOND


def pids(root: int) -> list[int]:
    """Returns the ids of a process and all below it."""
    return [s.pid for s in tree(root, processes())]


def memory(pid: int) -> dict[str, int]:
    """Returns the memory figures of /proc/PID/status in bytes: VmRSS, VmHWM, ..."""
    figures = {}
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        name, _, value = line.partition(":")
        if value.endswith(" kB"):
            figures[name] = int(value.split()[0]) * 1024
    return figures


def forget_peak(pid: int) -> None:
    """Sets VmHWM back to VmRSS (proc_pid_clear_refs(5)), for a peak per phase."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


class RssSampler:
    """Samples VmRSS while a `with` block runs: the curve under VmHWM's peak."""

    def __init__(self, pid: int, interval: float = 0.05):
        self.samples: list[int] = []
        self._pid = pid
        self._interval = interval
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        while not self._stop.wait(self._interval):
            try:
                self.samples.append(memory(self._pid)["VmRSS"])
            except (FileNotFoundError, ProcessLookupError, KeyError):
                return  # the server is gone; whoever talks to it will say so

    def __enter__(self) -> "RssSampler":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
