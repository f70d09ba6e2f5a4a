"""The cases: who is measured against whom, under which load and which bounds.

The bounds are the project's promises (bench/README.md); a case that is short of
one says so and is no error of the benchmark.
"""

import dataclasses
import statistics
from collections.abc import Callable, Sequence

import bodies
import cold
import measure
import operations
from errors import BenchError
from measure import Bound, Verdict
from report import Table
from servers import Recipe, Server
from subjects import BENCH, Subjects

OURS = "wasgi"
REUSE = "wasmtime serve, reuse 128"
FRESH = "wasmtime serve, fresh"
NATIVE = "hyper without an app"
GUNICORN = "gunicorn sync, 2 workers"
SQLITE = "hyper and rusqlite"
SQLITE3 = "gunicorn sync, 2 workers, sqlite3"
DJANGO = "Django's ORM, native CPython"

CONNECTIONS = 32
BODY_BYTES = 1 << 30


@dataclasses.dataclass(frozen=True)
class Effort:
    """How long to measure."""

    seconds: int
    rounds: int
    starts: int


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What a case found: for people, and for programs."""

    table: Table
    verdicts: list[Verdict]
    record: dict
    # Requests that failed; any makes the figures void.
    failed: int = 0


def _ours(subjects: Subjects, app, *options: str, name: str = OURS) -> Recipe:
    argv = (str(subjects.runtime()), "run", str(app), "--listen", "{address}", *options)
    return Recipe(name, argv, subjects.our_environment())


def _wasmtime(subjects: Subjects, name: str, reuse: int) -> Recipe:
    argv = (str(subjects.wasmtime()), "serve", "-Scli", "--allow-precompiled")
    argv += ("--max-instance-reuse-count", str(reuse), "--addr", "{address}")
    return Recipe(name, (*argv, str(subjects.wasi_http_hello())))


def _native(subjects: Subjects) -> Recipe:
    return Recipe(NATIVE, (str(subjects.native_hello()), "{address}"))


def _gunicorn(subjects: Subjects) -> Recipe:
    argv = (str(subjects.gunicorn()), "--workers", "2", "--worker-class", "sync")
    argv += ("--bind", "{address}", "app:app")
    return Recipe(GUNICORN, argv, folder=subjects.flask_project())


def _orm_rust(subjects: Subjects, *options: str) -> Recipe:
    database = ("--db", str(subjects.database("orm-rust")))
    return dataclasses.replace(
        _ours(subjects, subjects.orm_rust(), *database, *options), prepare="/fill"
    )


def _orm_flask(subjects: Subjects, *options: str) -> Recipe:
    database = ("--db", str(subjects.database("orm-flask")))
    return dataclasses.replace(
        _ours(subjects, subjects.orm_flask(), *database, *options), prepare="/fill"
    )


def _native_sqlite(subjects: Subjects) -> Recipe:
    database = subjects.database("native-sqlite")
    return Recipe(SQLITE, (str(subjects.native_sqlite()), "{address}", str(database)))


def _gunicorn_with_database(subjects: Subjects, name: str, peer: str, app: str) -> Recipe:
    argv = (str(subjects.gunicorn()), "--workers", "2", "--worker-class", "sync", "--preload")
    argv += ("--timeout", "120", "--bind", "{address}", "--chdir", str(BENCH / "peers" / peer), app)
    return Recipe(name, argv, {"DATABASE": str(subjects.database(peer))})


def _throughput(
    title: str,
    subjects: Subjects,
    effort: Effort,
    recipes: Sequence[Recipe],
    bounds: Sequence[Bound],
    connections: int = CONNECTIONS,
) -> Outcome:
    logs = subjects.settings.logs
    measured = measure.in_turn(recipes, logs, connections, effort.seconds, effort.rounds)
    table = Table(
        f"{title} (wrk -t1 -c{connections}, {effort.rounds} rounds of {effort.seconds} s, medians)",
        ["server", "requests/s", "CPU us/request", "least"]
        + ["p50 us", "p99 us", "p99/p50", "failed"],
    )
    medians = {name: measure.medians(rounds) for name, rounds in measured.items()}
    for name, m in medians.items():
        table.row(
            name,
            f"{m['requests_per_second']:,.0f}",
            f"{m['cpu_us']:.1f}",
            f"{m['least_cpu_us']:.1f}",
            f"{m['p50_us']:,.0f}",
            f"{m['p99_us']:,.0f}",
            f"{m['spread']:.1f}",
            f"{m['failed']}",
        )
    rounds = {name: [dataclasses.asdict(r) for r in each] for name, each in measured.items()}
    return Outcome(
        table,
        measure.verdicts(measured, OURS, bounds),
        {"connections": connections, "medians": medians, "rounds": rounds},
        failed=sum(int(m["failed"]) for m in medians.values()),
    )


def rust_reuse(subjects: Subjects, effort: Effort) -> list[Outcome]:
    """Rust hello, instances used again: the host's own cost per request."""
    recipes = [
        _ours(subjects, subjects.hello_rust()),
        _wasmtime(subjects, REUSE, 128),
        _native(subjects),
    ]
    bounds = [Bound("cpu_us", 0.75, REUSE)]
    return [_throughput("Rust hello, reused instances", subjects, effort, recipes, bounds)]


def rust_fresh(subjects: Subjects, effort: Effort) -> list[Outcome]:
    """Rust hello, an instance per request: the cost of isolation."""
    recipes = [
        _ours(subjects, subjects.hello_rust(), "--reuse", "1"),
        _wasmtime(subjects, FRESH, 1),
    ]
    bounds = [Bound("cpu_us", 0.85, FRESH)]
    return [_throughput("Rust hello, fresh instances", subjects, effort, recipes, bounds)]


def flask(subjects: Subjects, effort: Effort) -> list[Outcome]:
    """Flask hello under load, and its evenness with one connection."""
    recipes = [_ours(subjects, subjects.hello_flask()), _gunicorn(subjects)]
    bound, spread = Bound("cpu_us", 1.0, GUNICORN), Bound("spread", 3.0)
    return [
        _throughput("Flask hello", subjects, effort, recipes, [bound]),
        _throughput("Flask hello, one connection", subjects, effort, recipes, [spread], 1),
    ]


def row_rust(subjects: Subjects, effort: Effort) -> list[Outcome]:
    """One row by key as JSON, in Rust."""
    recipes = [_orm_rust(subjects), _native_sqlite(subjects)]
    bounds = [Bound("cpu_us", 2.5, SQLITE)]
    return [_throughput("One row as JSON, Rust", subjects, effort, recipes, bounds)]


def row_flask(subjects: Subjects, effort: Effort) -> list[Outcome]:
    """One row by key as JSON, in Flask."""
    gunicorn = _gunicorn_with_database(subjects, SQLITE3, "gunicorn", "rows:app")
    recipes = [_orm_flask(subjects), gunicorn]
    bounds = [Bound("cpu_us", 1.0, SQLITE3)]
    return [_throughput("One row as JSON, Flask", subjects, effort, recipes, bounds)]


def page_rust(subjects: Subjects, effort: Effort) -> list[Outcome]:
    """100 rows from the database to HTML, and a trivial page, in Rust."""
    found = []
    for path, title, bounds in (
        ("/page", "A page of 100 rows, Rust", [Bound("cpu_us", 2.0, SQLITE)]),
        ("/trivial", "A trivial page, Rust", []),
    ):
        recipes = [_orm_rust(subjects), _native_sqlite(subjects)]
        recipes = [dataclasses.replace(recipe, path=path) for recipe in recipes]
        found.append(_throughput(title, subjects, effort, recipes, bounds))
    return found


def page_long(subjects: Subjects, effort: Effort) -> list[Outcome]:
    """A page of 10,000 rows: its first byte, and the host's memory while it streams."""
    table = Table(
        f"A page of 10,000 rows, Rust ({effort.starts} requests)",
        ["KiB", "first byte ms", "last byte ms", "RSS before MiB", "growth MiB"],
    )
    with Server(_orm_rust(subjects), subjects.settings.logs) as server:
        server.get("/time/insert?10000")
        # The first one compiles the templates and makes the memory.
        bodies.first_byte(server, "/long")
        taken = [bodies.first_byte(server, "/long") for _ in range(effort.starts)]
        first, last = (statistics.median(one[place] for one in taken) for place in (0, 1))
        size = taken[0][2]
        seen = bodies.watched(server, size, lambda server, _: bodies.first_byte(server, "/long"))
    mib = [f"{amount / (1 << 20):.1f}" for amount in (seen.rss_before, seen.growth)]
    table.row(f"{size / 1024:,.0f}", f"{first:.1f}", f"{last:.1f}", *mib)
    record = {"milliseconds": [one[:2] for one in taken], **dataclasses.asdict(seen)}
    return [Outcome(table, [Verdict("first byte, ms", None, first, 5.0)], record)]


def page_flask(subjects: Subjects, effort: Effort) -> list[Outcome]:
    """100 rows from the database to HTML, in Flask."""
    gunicorn = _gunicorn_with_database(subjects, SQLITE3, "gunicorn", "rows:app")
    recipes = [_orm_flask(subjects), gunicorn]
    recipes = [dataclasses.replace(recipe, path="/page") for recipe in recipes]
    bounds = [Bound("cpu_us", 0.33, SQLITE3)]
    return [_throughput("A page of 100 rows, Flask", subjects, effort, recipes, bounds)]


def orm(subjects: Subjects, effort: Effort) -> list[Outcome]:
    """The ORM without HTTP: reads, and a bulk insert, timed where they are called."""
    rust = [_orm_rust(subjects, "--instances", "1"), _native_sqlite(subjects)]
    operations_rust = {
        "point read": "/time/point?20000",
        "100 rows x 5": "/time/page?2000",
        "bulk insert, a row": "/time/insert?10000",
    }
    bounds_rust = {"point read": 1.5, "100 rows x 5": 1.3, "bulk insert, a row": 1.5}
    django = _gunicorn_with_database(subjects, DJANGO, "django", "app:app")
    python = [_orm_flask(subjects, "--instances", "1"), django]
    into_objects = {"100 rows x 5 into objects": "/time/page?200"}
    found = []
    for title, recipes, paths, limits in (
        ("The ORM from Rust", rust, operations_rust, bounds_rust),
        ("The ORM from Python", python, into_objects, {"100 rows x 5 into objects": 1.0}),
    ):
        logs = subjects.settings.logs
        measured = operations.in_turn(recipes, logs, paths, effort.rounds)
        found.append(
            Outcome(
                operations.table(title, measured, effort.rounds),
                operations.verdicts(measured, OURS, recipes[1].name, limits),
                {"nanoseconds": measured},
            )
        )
    return found


def cold_start(subjects: Subjects, effort: Effort) -> list[Outcome]:
    """Process start to first answer, compiled and cached."""
    rust, python = f"{OURS}, Rust hello", f"{OURS}, Flask hello"
    recipes = [
        _ours(subjects, subjects.hello_rust(), name=rust),
        _ours(subjects, subjects.hello_flask(), name=python),
        _wasmtime(subjects, "wasmtime serve, Rust hello", 128),
        _gunicorn(subjects),
    ]
    started = cold.in_turn(recipes, subjects.settings.logs, effort.starts)
    table = Table(
        f"Cold start, process start to first answer ({effort.starts} starts)",
        ["server", "median ms", "min ms", "max ms"],
    )
    for name, starts in started.items():
        table.row(name, *(f"{v:.1f}" for v in (starts.median_ms, starts.min_ms, starts.max_ms)))
    limits = {rust: 25.0, python: 60.0}
    found = [Verdict(f"{n}, ms", None, started[n].median_ms, limit) for n, limit in limits.items()]
    return [Outcome(table, found, {"ms": {name: s.samples for name, s in started.items()}})]


def body(subjects: Subjects, effort: Effort) -> list[Outcome]:
    """A body of 1 GiB each way, and the host's memory."""
    del effort  # bounded by the body's size
    recipe = _ours(subjects, subjects.test_guest(), "--request-body", "2GiB")
    table = Table(
        "1 GiB through the server (resident memory in MiB)",
        ["transfer", "MB/s", "before", "sampled peak", "peak", "after", "growth"],
    )
    record = {}
    # A start that compiles leaves the compiler's memory in the process.
    with Server(recipe, subjects.settings.logs):
        pass
    with Server(recipe, subjects.settings.logs) as server:
        for name, transfer in (("upload", bodies.upload), ("download", bodies.download)):
            # The first block warms what the first request of its kind makes.
            transfer(server, bodies.BLOCK)
            seen = bodies.watched(server, BODY_BYTES, transfer)
            sizes = (seen.rss_before, seen.rss_sampled_peak, seen.rss_peak, seen.rss_after)
            mib = [f"{size / (1 << 20):.1f}" for size in (*sizes, seen.growth)]
            table.row(name, f"{seen.megabytes_per_second:,.0f}", *mib)
            record[name] = dataclasses.asdict(seen)
    return [Outcome(table, [], record)]


CASES: dict[str, Callable[[Subjects, Effort], list[Outcome]]] = {
    "rust-reuse": rust_reuse,
    "rust-fresh": rust_fresh,
    "flask": flask,
    "row-rust": row_rust,
    "row-flask": row_flask,
    "page-rust": page_rust,
    "page-long": page_long,
    "page-flask": page_flask,
    "orm": orm,
    "cold": cold_start,
    "body": body,
}


def named(names: Sequence[str]) -> list[str]:
    """Returns the cases asked for, all where none is, and refuses unknown ones."""
    for name in names:
        if name not in CASES:
            raise BenchError(f"there is no case {name}", f"choose among {', '.join(CASES)}")
    return list(names) or list(CASES)
