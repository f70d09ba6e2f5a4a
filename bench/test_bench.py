"""Tests of the benchmark's own arithmetic: `python3 -m unittest` in this folder.

A wrong figure looks like any other, so what can be wrong without being seen is
tested: parsing, ratios, bounds, and that servers end.
"""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import bodies
import cases
import compare
import load
import measure
import procfs
import report
from errors import BenchError
from load import Round
from measure import Bound
from servers import Recipe, Server

# A server that answers everything 200, and takes uploads.
ANSWERING = """
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        size = int(self.path.partition("=")[2] or 0)
        self.answer(bytes(size))
    def do_POST(self):
        self.answer(str(len(self.rfile.read(int(self.headers["content-length"])))).encode())
    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_): pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


def a_round(cpu_us: float = 10.0, p50_us: float = 100.0, failed: int = 0) -> Round:
    return Round(1000, 500.0, cpu_us, p50_us, p99_us=300.0, failed=failed)


def recipe(code: str, *arguments: str) -> Recipe:
    return Recipe("a test's server", (sys.executable, "-c", code, *arguments))


class Arithmetic(unittest.TestCase):
    def test_a_process_name_with_spaces_and_parentheses_does_not_shift_the_fields(self):
        stat = procfs.parse_stat("7 (a (b) c) S 3 7 7 0 -1 4194304 9 9 9 9 100 20 3 4 20 0 1 0 5")
        self.assertEqual(stat, procfs.Stat(pid=7, parent=3, ticks=127))

    def test_a_tree_holds_grandchildren_listed_before_their_parents(self):
        found = [procfs.Stat(2, 9, 1), procfs.Stat(9, 5, 1), procfs.Stat(5, 1, 1)]
        found.append(procfs.Stat(6, 1, 1))
        self.assertEqual({s.pid for s in procfs.tree(5, found)}, {2, 9, 5})

    def test_cpu_time_of_a_child_counts(self):
        before = procfs.cpu_seconds(os.getpid())
        subprocess.run([sys.executable, "-c", "sum(range(6_000_000))"], check=True)
        self.assertGreater(procfs.cpu_seconds(os.getpid()), before + 0.02)

    def test_cpu_time_is_divided_among_requests_and_every_failure_is_counted(self):
        result = {"requests": 1000, "duration_us": 2_000_000, "p50_us": 5, "p99_us": 9}
        errors = {"status_errors": 1, "socket_errors": 2, "timeouts": 4}
        one = load.to_round({**result, **errors}, cpu_seconds=0.03)
        self.assertEqual((one.cpu_us, one.requests_per_second, one.failed), (30.0, 500.0, 7))

    def test_a_run_without_a_completed_request_is_an_error(self):
        with self.assertRaises(BenchError):
            load.to_round({"requests": 0}, 1.0)

    def test_the_line_of_wrk_lua_is_found_among_wrks_own(self):
        self.assertEqual(load.parse('Running 1s\nRESULT {"requests": 3}\n'), {"requests": 3})

    def test_a_ratio_is_taken_pair_by_pair_and_not_of_medians(self):
        # The machine slows down five times in the third round; ours is twice the peer in each.
        peer = [a_round(10), a_round(11), a_round(50)]
        ours = [a_round(20), a_round(22), a_round(100)]
        self.assertEqual(measure.ratio(ours, peer, "cpu_us"), 2.0)

    def test_a_bound_that_is_met_exactly_is_ok_and_above_it_is_short(self):
        measured = {"ours": [a_round(10)], "peer": [a_round(10)]}
        words = [
            measure.verdicts(measured, "ours", [Bound("cpu_us", limit, "peer")])[0].word
            for limit in (1.0, 0.99)
        ]
        self.assertEqual(words, ["ok", "short"])

    def test_a_bound_on_our_own_figure_needs_no_peer(self):
        measured = {"ours": [a_round(p50_us=100)], "peer": [a_round()]}
        verdict, reported = measure.verdicts(measured, "ours", [Bound("spread", 3.0)])
        self.assertEqual((verdict.measured, verdict.word), (3.0, "ok"))
        self.assertEqual((reported.peer, reported.word), ("peer", ""))

    def test_one_failure_in_one_round_is_not_hidden_by_the_median(self):
        self.assertEqual(measure.medians([a_round(), a_round(failed=1), a_round()])["failed"], 1)

    def test_a_row_of_the_wrong_length_is_refused(self):
        with self.assertRaises(ValueError):
            report.Table("t", ["a", "b"]).row("1")

    def test_columns_stand_below_each_other(self):
        table = report.Table("title", ["server", "n"])
        table.row("x", "1,000")
        self.assertEqual(str(table), "title\n\nserver |     n\n-------+------\nx      | 1,000")


class CommandLine(unittest.TestCase):
    def test_no_case_means_all(self):
        self.assertEqual(cases.named([]), list(cases.CASES))

    def test_an_unknown_case_names_the_known_ones(self):
        with self.assertRaises(BenchError) as caught:
            cases.named(["warm"])
        self.assertIn("rust-fresh", caught.exception.hint)

    def test_the_state_folder_comes_from_the_environment(self):
        os.environ["BENCH_DIR"] = "/somewhere/else"
        self.addCleanup(os.environ.pop, "BENCH_DIR")
        self.assertEqual(compare.arguments([]).state, Path("/somewhere/else"))


class Processes(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.logs = Path(folder.name)

    def test_a_server_is_up_inside_the_block_and_gone_after_it(self):
        with Server(recipe(ANSWERING, "{port}"), self.logs) as server:
            pid = server.pid
            self.assertIn(pid, procfs.pids(os.getpid()))
        self.assertNotIn(pid, {s.pid for s in procfs.processes()})

    def test_a_server_that_ends_at_once_is_an_error_with_its_last_words(self):
        with self.assertRaises(BenchError) as caught:
            with Server(recipe("raise SystemExit('no luck today')"), self.logs):
                self.fail("it cannot have started")
        self.assertIn("no luck today", str(caught.exception))

    def test_a_server_that_answers_with_an_error_is_not_waited_for(self):
        failing = ANSWERING.replace("send_response(200)", "send_response(500)")
        with self.assertRaises(BenchError) as caught, Server(recipe(failing, "{port}"), self.logs):
            self.fail("it does not work")
        self.assertIn("answers 500", str(caught.exception))

    def test_a_program_that_is_missing_is_an_error_with_a_cure(self):
        with self.assertRaises(BenchError), Server(Recipe("x", ("/nowhere/x",)), self.logs):
            self.fail("it cannot have started")

    def test_a_child_that_outlives_its_server_is_ended_too(self):
        orphan = "import subprocess, sys; subprocess.Popen(['sleep', '60']);" + ANSWERING
        with Server(recipe(orphan, "{port}"), self.logs) as server:
            family = set(procfs.pids(server.pid))
        self.assertEqual(len(family), 2)
        left = {s.pid for s in procfs.processes()} & family
        # A zombie waits for init, and is no longer a program.
        self.assertFalse([pid for pid in left if "State:\tZ" not in _status(pid)])

    def test_a_body_goes_up_and_down_and_is_counted(self):
        with Server(recipe(ANSWERING, "{port}"), self.logs) as server:
            for transfer in (bodies.upload, bodies.download):
                seen = bodies.watched(server, (3 << 20) + 5, transfer)
                self.assertGreater(seen.megabytes_per_second, 0)
                self.assertGreaterEqual(seen.rss_peak, seen.rss_after)


def _status(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return "State:\tZ"


if __name__ == "__main__":
    unittest.main()
