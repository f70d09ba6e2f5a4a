"""The two ends of the snapshot: what a build notes, and what an instance does on waking.

Each case is a project in a temporary folder, built and woken in a process of
its own, because both change the interpreter.
"""

import json
import os
import subprocess
import sys
import tempfile
import textwrap
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Builds as in a component, then starts "instances": forks, as the snapshot is copied.
DRIVER = """
import json, os, sys, random
from wasgi import _build, _wake, adapter, _host
from tests.fakes import serve, Wire, Input, environ
try:
    _build.run()
except _build.Failed:
    sys.exit()
answers = []
for granted in json.loads(sys.argv[1]):
    read, write = os.pipe()
    if os.fork() == 0:
        os.environ.clear()
        os.environ.update(granted)
        sent = []
        for _ in range(2):
            wire = Wire()
            try:
                answer = adapter.Application().call(environ(), Input(), wire).value
                while not isinstance(answer, bytes):
                    chunk = answer.next()
                    if chunk is None:
                        break
                    wire.take(chunk)
                else:
                    wire.take(answer)
                sent.append(wire.body.decode())
            except _host.Err as error:
                sent.append(error.value.summary)
        os.write(write, json.dumps(sent).encode())
        os._exit(0)
    os.close(write)
    answers.append(json.loads(os.read(read, 1 << 20)))
with open(os.environ.get("OUT") or sys.argv[2], "w") as file:
    json.dump(answers, file)
"""


class Snapshot(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name).resolve()

    def build(self, files, instances=(), entry="app:app", warmup=("/",)):
        """Builds a project; returns the report and what each instance answered, twice."""
        project, exchange = self.folder / "project", self.folder / "exchange"
        packages = self.folder / "packages"
        for base in (project, exchange, packages):
            base.mkdir()
        for name, text in files.items():
            path = (packages if name.startswith("@") else project) / name.lstrip("@")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text))
        order = {
            "entry": entry,
            "warmup": list(warmup),
            "project": str(project),
            "packages": [str(project), str(packages)],
        }
        (exchange / "wasgi-build.json").write_text(json.dumps(order))
        path = [ROOT / "src", ROOT, project, packages, exchange]
        done = subprocess.run(
            [sys.executable, "-c", DRIVER, json.dumps(list(instances)), str(self.folder / "out")],
            env={"PYTHONPATH": os.pathsep.join(map(str, path)), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            cwd=self.folder,
            check=False,
        )
        report = exchange / "report.json"
        self.assertTrue(report.exists(), done.stderr)
        report = json.loads(report.read_text())
        if "error" in report:
            return report, None
        self.assertEqual(done.returncode, 0, done.stderr)
        return report, json.loads((self.folder / "out").read_text())

    APP = """
        import os, random
        {top}
        def app(environ, start_response):
            start_response("200 OK", [])
            return [str({value}).encode()]
    """

    def app(self, top, value):
        return textwrap.dedent(self.APP).format(top=top, value=value)

    MODELS = """
        import os
        from wasgi import orm
        from wasgi._models import Models
        class Entry(orm.Model):
            class Meta:
                table = os.environ.get("TABLE", "entry")
            text: str
            first: "orm.Json" = None
        def app(environ, start_response):
            start_response("200 OK", [])
            models = Models().get().models
            entry = Entry(text="x")
            return [f"{[model.table for model in models]} {entry.text}".encode()]
    """

    def test_models_are_declared_again_where_their_module_is(self):
        _, answers = self.build({"app.py": self.MODELS}, [{}, {"TABLE": "other"}])
        self.assertEqual(answers, [["['entry'] x"] * 2, ["['other'] x"] * 2])

    def test_a_model_that_makes_no_sense_fails_the_build(self):
        source = self.MODELS.replace("text: str", "text: complex")
        report, _ = self.build({"app.py": source})
        self.assertIn("Entry.text: no column type", report["error"]["message"])

    def test_a_query_at_import_is_repeated_when_an_instance_starts(self):
        source = self.MODELS.replace("def app", "COUNT = Entry.objects.count()\n        def app", 1)
        report, answers = self.build({"app.py": source}, [{}])
        self.assertIn("it needs the host at import", " ".join(report["notes"]))
        # Here there is none, either; but it was asked.
        self.assertIn("HostNotAvailable", answers[0][0])

    def test_a_variable_read_at_import_is_the_operators(self):
        source = self.app('GREETING = os.environ.get("GREETING", "none")', "GREETING")
        report, answers = self.build({"app.py": source}, [{}, {"GREETING": "hi"}, {"OTHER": "x"}])
        self.assertEqual(answers, [["none"] * 2, ["hi"] * 2, ["none"] * 2])
        self.assertEqual(report["variables"], ["GREETING"])
        self.assertEqual(report["warmup"], [{"path": "/", "status": "200 OK"}])

    def test_every_way_to_read_a_variable_counts(self):
        for number, expression in enumerate([
            'os.getenv("V")',
            '"V" in os.environ',
            'dict(os.environ).get("V")',
            'os.environ.copy().get("V")',
            'len(os.environ)',
            'os.environb.get(b"V") if False else os.environ.get("V")',
        ]):
            with self.subTest(expression):
                self.folder = self.folder / str(number)
                self.folder.mkdir()
                source = self.app(f"VALUE = {expression}", "VALUE")
                _, ((one, _), (two, _)) = self.build({"app.py": source}, [{}, {"V": "1"}])
                self.assertNotEqual(one, two)

    def test_only_the_projects_modules_are_executed_again(self):
        files = {
            "app.py": "import lib, settings\n" + self.app("", 'f"{lib.NUMBER} {settings.V}"'),
            "settings.py": 'import os\nV = os.environ.get("V")\n',
            "@lib.py": "import time\nNUMBER = time.perf_counter_ns()\n",
        }
        _, ((one, _), (two, _)) = self.build(files, [{}, {"V": "1"}])
        self.assertEqual(one.split()[0], two.split()[0])
        self.assertEqual([one.split()[1], two.split()[1]], ["None", "1"])

    def test_a_package_that_reads_a_variable_is_executed_again_too(self):
        files = {
            "app.py": "import lib\n" + self.app("", "lib.V"),
            "@lib.py": 'import os\nV = os.environ.get("V")\n',
        }
        _, answers = self.build(files, [{}, {"V": "1"}])
        self.assertEqual([one for one, _ in answers], ["None", "1"])

    def test_a_variable_that_must_be_there_lets_the_import_wait(self):
        source = self.app('KEY = os.environ["KEY"]', "KEY")
        report, answers = self.build({"app.py": source}, [{"KEY": "k"}, {}])
        self.assertIn("needs the environment variable KEY", report["notes"][0])
        self.assertEqual(answers[0], ["k", "k"])
        self.assertIn("KeyError: 'KEY'", answers[1][0])
        self.assertEqual(answers[1][0], answers[1][1])

    def test_a_check_of_ones_own_lets_the_import_wait_too(self):
        top = 'KEY = os.environ.get("KEY")\nif not KEY: raise RuntimeError("set KEY, please")'
        _, answers = self.build({"app.py": self.app(top, "KEY")}, [{"KEY": "k"}])
        self.assertEqual(answers, [["k", "k"]])

    def test_an_import_that_needs_the_host_waits(self):
        source = self.app("from wasgi import config\nG = config.get('g')", "G")
        report, answers = self.build({"app.py": source}, [{}])
        self.assertIn("needs the host", report["notes"][0])
        self.assertIn("HostNotAvailable", answers[0][0])

    def test_random_numbers_differ_between_instances(self):
        source = self.app(
            "OWN = random.Random()\nSEEDED = random.Random(7)",
            'f"{random.random()} {OWN.random()} {SEEDED.random()}"',
        )
        _, ((one, _), (two, _)) = self.build({"app.py": source}, [{}, {}], warmup=())
        one, two = one.split(), two.split()
        self.assertNotEqual(one[0], two[0])
        self.assertNotEqual(one[1], two[1])
        self.assertEqual(one[2], two[2])

    def test_a_log_is_not_set_up_twice(self):
        top = 'import logging\nlogging.getLogger().addHandler(logging.NullHandler())\nV = os.environ.get("V")'
        _, answers = self.build({"app.py": self.app(top, "len(logging.root.handlers)")}, [{"V": "1"}])
        self.assertEqual(answers, [["1", "1"]])

    def test_the_working_directory_is_the_projects(self):
        source = self.app('TEXT = open("data.txt").read()', "TEXT")
        _, answers = self.build({"app.py": source, "data.txt": "here"}, [{}])
        self.assertEqual(answers, [["here", "here"]])

    def test_a_module_missing_at_run_time_names_the_cure_to_whoever_catches_it(self):
        source = """
            import importlib.util
            def app(environ, start_response):
                start_response("200 OK", [])
                found = importlib.util.find_spec("nosuch")
                try:
                    import nosuch.deep
                except ImportError as error:
                    return [f"{found} {error.name} {error}".encode()]
        """
        _, answers = self.build({"app.py": source}, [{}])
        self.assertEqual(answers[0][0][:45], "None nosuch No module named 'nosuch'; add the")

    def test_weakref_finalize_is_the_standard_librarys_at_run_time(self):
        source = self.app("import weakref", "weakref.finalize.__module__")
        _, answers = self.build({"app.py": source}, [{}])
        self.assertEqual(answers, [["weakref", "weakref"]])

    def test_a_failed_warm_up_is_reported_and_is_no_failure(self):
        source = self.app("", "1 / 0")
        report, _ = self.build({"app.py": source}, warmup=["/boom"])
        self.assertEqual(report["warmup"][0]["error"], "ZeroDivisionError: division by zero")

    PAGES = """
        import sys
        from wasgi import orm, render_template
        class Tag(orm.Model):
            name: str
        def app(environ, start_response):
            start_response("200 OK", [])
            if environ["PATH_INFO"] == "/page":
                return render_template("a.html", tags=Tag.objects.all())
            return [str("wasgi.templates.queries" in sys.modules).encode()]
    """

    def test_a_page_in_a_warm_up_fails_there_and_imports_nothing_anew(self):
        report, answers = self.build({"app.py": self.PAGES}, [{}], warmup=("/page",))
        self.assertIn("there is no host", report["warmup"][0]["error"])
        self.assertEqual((report["notes"], answers), ([], [["True", "True"]]))

    def test_what_the_first_page_needs_is_imported_by_the_build(self):
        _, answers = self.build({"app.py": self.PAGES}, [{}])
        self.assertEqual(answers, [["True", "True"]])

    def test_a_page_at_import_lets_the_import_wait(self):
        top = "from wasgi import render_string; page = render_string('a.html')"
        report, answers = self.build({"app.py": self.app(top, "1")}, [{}])
        self.assertIn("it needs the host at import", report["notes"][0])
        self.assertIn("wasgi.templates is lent by the wasgi host", answers[0][0])

    def test_output_of_the_build_is_reported(self):
        report, _ = self.build({"app.py": self.app('print("hello"); print("x" * 300_000)', "1")})
        self.assertEqual(report["output"][0], "hello\n")
        self.assertLess(len("".join(report["output"])), 300_000)

    def failure(self, files, entry="app:app"):
        report, _ = self.build(files, entry=entry)
        return report["error"]

    def test_a_missing_entry_module_names_the_modules_there_are(self):
        error = self.failure({"web.py": "", "shop/__init__.py": ""}, "app:app")
        self.assertEqual(error["kind"], "missing-module")
        self.assertEqual(error["candidates"], ["shop", "web"])

    def test_a_missing_callable_names_what_could_be_meant(self):
        source = "import os\nclass A: pass\ndef create_app(): pass\ndef other(): pass\n"
        error = self.failure({"app.py": source}, "app:nosuch")
        self.assertEqual(error["message"], "module 'app' has no 'nosuch'")
        self.assertEqual(error["candidates"], ["create_app", "other"])

    def test_what_cannot_be_called_is_told(self):
        error = self.failure({"app.py": "app = 1"})
        self.assertEqual(error["message"], "'app:app' is a int, which cannot be called")
        self.folder = self.folder / "two"
        self.folder.mkdir()
        error = self.failure({"app.py": "def make(): pass"}, "app:make()")
        self.assertIn("returned a NoneType", error["message"])

    def test_a_factory_and_a_dotted_callable_are_found(self):
        source = "class site:\n    class inner: pass\ndef make():\n    return lambda e, s: (s('200 OK', []), [b'made'])[1]\nsite.inner.make = make"
        _, answers = self.build({"app.py": source}, [{}], entry="app:site.inner.make()")
        self.assertEqual(answers, [["made", "made"]])

    def test_a_syntax_error_shows_the_line(self):
        error = self.failure({"app.py": "def f(:\n    pass\n"})
        self.assertEqual(error["kind"], "syntax")
        self.assertIn("def f(:", error["traceback"])
        self.assertNotIn("importlib", error["traceback"])
        self.assertNotIn("_entry_point.py", error["traceback"])

    def test_a_missing_import_names_the_cure(self):
        error = self.failure({"app.py": "import nosuch.deep"})
        self.assertEqual(error["kind"], "missing-import")
        self.assertEqual(error["message"], "ModuleNotFoundError: No module named 'nosuch'")
        self.assertIn("requirements.txt", error["cure"])

    def test_an_exception_at_import_shows_the_projects_frames(self):
        error = self.failure({"app.py": "import helper", "helper.py": "def go():\n    1 / 0\ngo()"})
        self.assertEqual(error["kind"], "import")
        frames = [line for line in error["traceback"].splitlines() if line.startswith("  File")]
        self.assertEqual(len(frames), 3, error["traceback"])


if __name__ == "__main__":
    unittest.main()
