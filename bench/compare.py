#!/usr/bin/env python3
"""Measures wasgi against its peers: `bench/compare.py [CASE...]`.

Everything is made in $BENCH_DIR (default ~/.cache/wasgi-bench); see README.md
next to this file for what is measured and why it is measured so.
"""

import argparse
import dataclasses
import os
import signal
import sys
from pathlib import Path

import cases
import load
import report
from errors import BenchError
from subjects import REPOSITORY, Settings, Subjects, step


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    """Parses the command line."""
    target = Path(os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target"))
    state = os.environ.get("BENCH_DIR", Path.home() / ".cache" / "wasgi-bench")
    parser = argparse.ArgumentParser(description="Measures wasgi against its peers.")
    parser.add_argument(
        "case", nargs="*", help=f"any of: {', '.join(cases.CASES)} (default: all of them)"
    )
    parser.add_argument("--seconds", type=_positive, default=5, help="of one round (default 5)")
    parser.add_argument("--rounds", type=_positive, default=5, help="per server (default 5)")
    parser.add_argument("--starts", type=_positive, default=20, help="cold starts (default 20)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there too")
    parser.add_argument("--strict", action="store_true", help="exit 1 where a bound is not met")
    parser.add_argument(
        "--runtime",
        type=Path,
        default=target / "release" / "runtime",
        help="the binary to measure (default: the release build)",
    )
    parser.add_argument(
        "--no-build", action="store_true", help="take the binary as it is, without cargo build"
    )
    parser.add_argument(
        "--python", default=sys.executable, help="the interpreter under gunicorn (default: this)"
    )
    parser.set_defaults(state=Path(state).expanduser().resolve())
    return parser.parse_args(argv)


def _positive(text: str) -> int:
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def main(options: argparse.Namespace) -> bool:
    """Runs the cases; tells whether all is well."""
    chosen = cases.named(options.case)
    load.require_wrk()
    subjects = Subjects(
        Settings(options.state, options.runtime.resolve(), not options.no_build, options.python)
    )
    effort = cases.Effort(options.seconds, options.rounds, options.starts)
    found: dict[str, object] = {"machine": report.machine(), "cases": {}}
    if os.getloadavg()[0] > 1.0:
        step("this machine is busy; ratios suffer less than figures, yet they do")
    well = True
    for name in chosen:
        records = []
        for outcome in cases.CASES[name](subjects, effort):
            print(f"\n{outcome.table}\n", flush=True)
            for verdict in outcome.verdicts:
                print(report.sentence(verdict), flush=True)
            if outcome.failed:
                well = False
                print(f"  VOID: {outcome.failed} requests failed", flush=True)
            if options.strict and any(v.word == "short" for v in outcome.verdicts):
                well = False
            verdicts = [{**dataclasses.asdict(v), "word": v.word} for v in outcome.verdicts]
            records.append({"title": outcome.table.title, **outcome.record, "verdicts": verdicts})
        found["cases"][name] = records
        # After each case, so that a later one's error costs none of the figures.
        found["versions"] = subjects.versions()
        if options.json:
            report.save(options.json, found)
    print(f"\n{found['machine']}\n{found['versions']}")
    return well


if __name__ == "__main__":
    # SIGTERM becomes an exception, so that no server outlives the benchmark.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        sys.exit(0 if main(arguments()) else 1)
    except BenchError as error:
        print(f"error: {error}\nhint: {error.hint}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        step("interrupted")
        sys.exit(130)
