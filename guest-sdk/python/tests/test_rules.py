"""PEP 3333, rule by rule, for what is the adapter's part of it."""

import contextlib
import gc
import io
import sys
import tempfile
import unittest
import weakref
from wsgiref.validate import validator

from tests.fakes import Body, Input, Wire, serve, start
from wasgi import adapter
from wasgi._host import Err

PLAIN = [("Content-Type", "text/plain")]


def answering(body, headers=PLAIN, status="200 OK"):
    def app(environ, start_response):
        start_response(status, list(headers))
        return body

    return app


class Rules(unittest.TestCase):
    def failure(self, app, **request):
        with self.assertRaises(Err) as caught:
            serve(app, **request)
        return caught.exception.value

    def test_rule_1_the_application_is_called_with_positional_arguments(self):
        def app(a, b, /):
            b("200 OK", [])
            return [b"ok"]

        self.assertEqual(serve(app).body, b"ok")

    def test_rule_2_environ_is_a_dict_of_its_own_for_each_request(self):
        seen = []

        def app(environ, start_response):
            seen.append(environ)
            self.assertIs(type(environ), dict)
            self.assertNotIn("mine", environ)
            environ["mine"] = environ["wsgi.errors"] = 1
            start_response("200 OK", [])
            return [b""]

        serve(app)
        serve(app)
        self.assertIsNot(seen[0], seen[1])

    def test_rule_9_the_wsgi_keys_tell_the_truth(self):
        environ = {}

        def app(given, start_response):
            environ.update(given)
            start_response("200 OK", [])
            return [b""]

        serve(app, **{"wsgi.run_once": "1"})
        self.assertEqual(environ["wsgi.version"], (1, 0))
        self.assertEqual(environ["wsgi.url_scheme"], "http")
        self.assertIs(environ["wsgi.multithread"], False)
        self.assertIs(environ["wsgi.multiprocess"], True)
        self.assertIs(environ["wsgi.run_once"], True)
        serve(app)
        self.assertIs(environ["wsgi.run_once"], False)

    def read(self, body, action, **options):
        result = []

        def app(environ, start_response):
            result.append(action(environ["wsgi.input"]))
            start_response("200 OK", [])
            return [b""]

        serve(app, input=Input(body, **options))
        return result[0]

    def test_rule_11_input_is_a_buffered_reader_with_an_end(self):
        lines = b"one\ntwo\nthree"
        self.assertEqual(self.read(lines, lambda f: [f.read(5), f.read(), f.read(), f.read(1)]),
                         [b"one\nt", b"wo\nthree", b"", b""])
        self.assertEqual(self.read(lines, lambda f: [f.readline(2), f.readline(), f.readline()]),
                         [b"on", b"e\n", b"two\n"])
        self.assertEqual(self.read(lines, lambda f: f.readlines()), [b"one\n", b"two\n", b"three"])
        self.assertEqual(self.read(lines, list), [b"one\n", b"two\n", b"three"])
        self.assertIsInstance(self.read(b"", lambda f: f), io.BufferedReader)
        big = bytes(range(256)) * 4000
        self.assertEqual(self.read(big, lambda f: f.read(), most=70_000), big)
        self.assertEqual(self.read(big, lambda f: f.read(len(big)), most=70_000), big)

    def test_rule_11_a_body_that_cannot_be_read_is_an_os_error(self):
        for reason, kind in [
            ("DISCONNECTED", ConnectionResetError),
            ("TIMEOUT", TimeoutError),
            ("TOO_LARGE", OSError),
            ("MALFORMED", OSError),
        ]:
            with self.subTest(reason):
                failure = self.failure(
                    lambda environ, start_response: environ["wsgi.input"].read(),
                    input=Input(b"abc", fail=reason),
                )
                self.assertIn(kind.__name__, failure.summary)

    def test_rule_12_the_input_is_terminated_and_unread_costs_nothing(self):
        source = Input(b"body")

        def app(environ, start_response):
            self.assertIs(environ["wsgi.input_terminated"], True)
            start_response("200 OK", [])
            return [b""]

        serve(app, input=source)
        self.assertEqual(source.reads, 0)

    def test_rule_11_a_reader_that_was_read_or_kept_is_not_used_again(self):
        kept = []

        def app(action):
            def inner(environ, start_response):
                kept.append(id(environ["wsgi.input"]))
                action(environ["wsgi.input"])
                start_response("200 OK", [])
                return [b""]

            return inner

        held = []
        serve(app(lambda file: None))
        serve(app(held.append))
        self.assertEqual(kept[0], kept[1])
        serve(app(lambda file: file.read(1)), body=b"secret")
        self.assertEqual(self.read(b"own", lambda file: file.read()), b"own")
        self.assertNotEqual(kept[1], kept[2])
        with self.assertRaisesRegex(ValueError, "after its request had ended"):
            held[0].read()
        serve(app(lambda file: file.close()))
        serve(app(lambda file: file.detach()))
        self.assertEqual(self.read(b"own", lambda file: file.read()), b"own")

    def test_rule_11_input_can_be_read_while_the_response_is_sent(self):
        def app(environ, start_response):
            start_response("200 OK", [])
            yield environ["wsgi.input"].read(3)
            yield environ["wsgi.input"].read()

        self.assertEqual(serve(app, body=b"abcdef").body, b"abcdef")

    def test_rule_13_errors_takes_any_text(self):
        lines = []
        adapter.errors.sink = lines.append
        self.addCleanup(setattr, adapter.errors, "sink", None)

        def app(environ, start_response):
            errors = environ["wsgi.errors"]
            errors.write("a\udc80b\x00é")
            errors.writelines(["x", "y\n"])
            errors.flush()
            print("half", end="", file=errors)
            start_response("200 OK", [])
            return [b""]

        serve(app)
        self.assertEqual(lines, ["a\udc80b\x00éxy\n", "half"])
        adapter.errors.sink = None
        with open("/dev/null", "wb") as nothing:
            stream = adapter.LogStream(nothing.fileno())
            stream.write("\udc80\n")
        adapter.LogStream(9999).write("nobody listens\n")

    def test_rule_14_start_response_is_positional_and_returns_write(self):
        def app(environ, start_response):
            write = start_response("200 OK", PLAIN, None)
            write(b"one ")
            return [b"two"]

        self.assertEqual(serve(app).body, b"one two")

    def test_rule_15_and_16_what_the_host_refuses_is_a_value_error_that_names_it(self):
        self.assertIn("ValueError: status 'OK'", self.failure(answering([b""], status="OK")).summary)
        bad = answering([b""], headers=[("X", "a\r\nb")])
        self.assertIn("ValueError: header X", self.failure(bad).summary)

    def test_rule_16_types_are_checked_before_the_host_sees_them(self):
        for status, headers in [
            (b"200 OK", []),
            (200, []),
            ("200 OK", ()),
            ("200 OK", {}),
            ("200 OK", [["a", "b"]]),
            ("200 OK", [("a",)]),
            ("200 OK", [("a", 1)]),
            ("200 OK", [(b"a", "b")]),
        ]:
            with self.subTest(status=status, headers=headers):
                failure = self.failure(lambda e, start: start(status, headers))
                self.assertIn("TypeError", failure.summary)
        for status, headers in [("200 \u20ac", []), ("200 OK", [("X", "\u20ac")]), ("200 OK", [("X", "\udc80")])]:
            failure = self.failure(lambda e, start: start(status, headers))
            self.assertIn("ValueError", failure.summary)
        latin = serve(answering([b""], headers=[("X", "caf\xe9")]))
        self.assertEqual(latin.headers, [("X", "caf\xe9")])

    def test_rule_17_a_hop_by_hop_header_is_refused_inside_start_response(self):
        failure = self.failure(answering([b""], headers=[("Connection", "close")]))
        self.assertIn("AssertionError: hop-by-hop", failure.summary)

    def test_rule_18_a_second_start_response_without_exc_info_is_an_error(self):
        def app(environ, start_response):
            start_response("200 OK", PLAIN)
            start_response("500 No", PLAIN)

        failure = self.failure(app)
        self.assertIn("AssertionError: start_response was called a second time", failure.summary)
        self.assertNotIn("During handling", failure.detail)

    def test_rule_19_exc_info_replaces_headers_before_they_are_sent(self):
        def app(environ, start_response):
            start_response("200 OK", PLAIN)
            try:
                raise LookupError("late")
            except LookupError:
                start_response("500 Oops", [("X", "1")], sys.exc_info())
            return [b"sorry"]

        wire = serve(app)
        self.assertEqual((wire.status, wire.headers, wire.body), ("500 Oops", [("X", "1")], b"sorry"))

    def test_rule_19_exc_info_is_raised_again_after_they_are_sent(self):
        def app(environ, start_response):
            write = start_response("200 OK", PLAIN)
            write(b"begun")
            try:
                raise LookupError("late")
            except LookupError:
                start_response("500 Oops", PLAIN, sys.exc_info())

        failure = self.failure(app)
        self.assertEqual(failure.summary, "LookupError: late")

    def test_rule_19_no_reference_to_exc_info_is_kept(self):
        class Held(Exception):
            pass

        kept = []

        def app(environ, start_response):
            try:
                raise Held
            except Held as error:
                kept.append(weakref.ref(error))
                start_response("500 Oops", PLAIN, sys.exc_info())
            return [b""]

        serve(app)
        gc.collect()
        self.assertIsNone(kept[0]())

    def test_rule_20_nothing_is_sent_before_the_first_chunk_is_there(self):
        wire, body = start(answering(Body([b"", b"x"])))
        wire.take(body.next())
        self.assertFalse(wire.head_sent)
        wire.take(body.next())
        self.assertTrue(wire.head_sent)

    def test_rule_21_start_response_may_be_called_during_iteration(self):
        def app(environ, start_response):
            start_response("200 OK", [("Content-Length", "5")])
            yield b"hello"

        wire, body = start(app)
        self.assertIsNone(wire.status)
        self.assertEqual(body.next(), b"hello")
        self.assertEqual(wire.status, "200 OK")
        self.assertIsNone(body.next())

    def test_rule_22_write_goes_before_the_iterable(self):
        def app(environ, start_response):
            write = start_response("200 OK", [("Content-Length", "2")])
            write(b"ab")
            self.assertEqual(wire.sent, [b"ab"])
            return Body([b"cd", b""])

        wire = Wire()
        serve(app, wire=wire)
        self.assertEqual(wire.sent, [b"ab", b"cd"])

    def test_rule_22_write_refuses_what_it_cannot_send(self):
        def app(chunk):
            return lambda environ, start_response: start_response("200 OK", PLAIN)(chunk)

        self.assertIn("TypeError: write() takes bytes, not str", self.failure(app("x")).summary)
        wire = Wire()
        wire.gone = True
        self.assertIn("BrokenPipeError", self.failure(app(b"x"), wire=wire).summary)

    def test_rule_23_chunks_are_pulled_one_by_one(self):
        source = Body([b"a", b"b", b"c"])
        _, body = start(answering(source))
        self.assertEqual(source.pulled, 0)
        for count, chunk in enumerate([b"a", b"b", b"c"], 1):
            self.assertEqual(body.next(), chunk)
            self.assertEqual(source.pulled, count)
        self.assertIsNone(body.next())
        self.assertIsNone(body.next())
        self.assertEqual(source.pulled, 4)

    def test_rule_23_a_chunk_that_is_not_bytes_is_named(self):
        failure = self.failure(answering(Body([b"a", "b"])))
        self.assertEqual(failure.summary, "TypeError: chunk 1 of the response is str, not bytes")
        self.assertIn("chunk 0 of the response is NoneType", self.failure(answering([None])).summary)
        self.assertIn("return [body]", self.failure(answering(b"abc")).summary)
        self.assertIn("return [body]", self.failure(answering("abc")).summary)
        self.assertIn("TypeError", self.failure(answering(None)).summary)

    def test_rule_24_a_list_of_one_is_handed_over_whole(self):
        for body in ([b"x"], (b"x",)):
            _, answer = start(answering(body))
            self.assertEqual(answer, b"x")
        for body in ([], [b"x", b"y"], Body([b"x"])):
            _, answer = start(answering(body))
            self.assertNotIsInstance(answer, bytes)
            answer.close()

    def test_rule_24_a_declared_length_that_one_chunk_fills_is_whole_too(self):
        source = Body([b"hello", b""])
        _, answer = start(answering(source, [("content-length", "5")]))
        self.assertEqual((answer, source.pulled, source.closed), (b"hello", 1, 1))
        nothing = Body([])
        _, answer = start(answering(nothing, [("Content-Length", "0")]))
        self.assertEqual((answer, nothing.closed), (b"", 1))

    def test_rule_25_any_other_declared_length_is_the_hosts_to_judge(self):
        for length, chunks in [("5", [b"he", b"llo"]), ("1", [b"two"]), ("9", [b"x"]), ("5", [])]:
            source = Body(chunks)
            wire = serve(answering(source, [("Content-Length", length)]))
            self.assertEqual(wire.body, b"".join(chunks))
            self.assertEqual(source.closed, 1)

    def test_rule_26_close_is_called_once_on_success_error_and_disconnect(self):
        done = Body([b"a"])
        serve(answering(done))
        broken = Body([b"a"], fail=LookupError("mid"))
        self.assertEqual(self.failure(answering(broken)).summary, "LookupError: mid")
        left = Body([b"a", b"b"])
        _, body = start(answering(left))
        body.next()
        body.close()
        body.close()
        self.assertIsNone(body.next())
        wrong = Body(["text"])
        self.failure(answering(wrong, [("Content-Length", "4")]))
        self.assertEqual([source.closed for source in (done, broken, left, wrong)], [1, 1, 1, 1])

    def test_rule_26_what_was_abandoned_is_closed_before_the_next_request(self):
        left = Body([b"a", b"b"])
        start(answering(left))
        serve(answering([b"next"]))
        self.assertEqual(left.closed, 1)

    def test_rule_26_an_exception_in_close_is_logged_and_the_answer_stands(self):
        class Bad(Body):
            def close(self):
                raise LookupError("in close")

        lines = []
        adapter.errors.sink = lines.append
        self.addCleanup(setattr, adapter.errors, "sink", None)
        self.assertEqual(serve(answering(Bad([b"a"]))).body, b"a")
        self.assertEqual(serve(answering(Bad([b"a"]), [("Content-Length", "1")])).body, b"a")
        self.assertEqual("".join(lines).count("LookupError: in close"), 2)

    def test_rule_27_nothing_else_of_the_iterable_is_touched(self):
        class Strict:
            def __init__(self):
                self.iterated = 0

            def __iter__(self):
                self.iterated += 1
                yield b"a"
                yield b"b"

            def __len__(self):
                raise AssertionError("len() of something that is no list")

        strict = Strict()
        self.assertEqual(serve(answering(strict)).body, b"ab")
        self.assertEqual(strict.iterated, 1)

    def test_rule_31_file_wrapper_is_lazy_starts_where_the_file_stands_and_closes_it(self):
        file = tempfile.TemporaryFile()
        file.write(b"skipped" + b"x" * 10)
        file.seek(7)

        def app(environ, start_response):
            start_response("200 OK", [])
            return environ["wsgi.file_wrapper"](file, 4)

        _, body = start(app)
        self.assertEqual(file.tell(), 7)
        self.assertEqual([body.next() for _ in range(4)], [b"xxxx", b"xxxx", b"xx", None])
        self.assertTrue(file.closed)
        self.assertFalse(hasattr(adapter.FileWrapper(object()), "close"))

    def test_rule_32_any_exception_is_caught_with_its_traceback(self):
        def deep():
            return deep()

        def failing(action):
            def app(environ, start_response):
                action()

            return app

        for action, name in [
            (lambda: 1 / 0, "ZeroDivisionError"),
            (lambda: sys.exit(3), "SystemExit"),
            (deep, "RecursionError"),
            (contextlib.ExitStack().enter_context, "TypeError"),
        ]:
            failure = self.failure(failing(action))
            self.assertIn(name, failure.summary)
            self.assertIn("test_rules.py", failure.detail)
            self.assertNotIn("adapter.py", failure.detail)
        self.assertEqual(serve(answering([b"alive"])).body, b"alive")

    def test_rule_32_an_exception_that_cannot_be_told_is_named(self):
        class Nasty(Exception):
            def __str__(self):
                raise MemoryError

        def app(environ, start_response):
            raise Nasty

        self.assertIn("Nasty", self.failure(app).summary)

    def test_rule_32_a_module_missing_at_run_time_names_the_cure(self):
        def needing(name):
            def app(environ, start_response):
                raise ModuleNotFoundError(f"No module named {name!r}", name=name)

            return app

        self.assertIn("'requests' to requirements.txt", self.failure(needing("requests.api")).summary)
        self.assertIn("does not exist in this sandbox", self.failure(needing("_ssl")).summary)

    def test_rule_34_the_application_may_be_called_again_and_again(self):
        for number in range(50):
            wire = serve(answering(Body([b"a", str(number).encode()])))
            self.assertEqual(wire.body, b"a" + str(number).encode())

    def test_wsgirefs_validator_has_nothing_to_say(self):
        def inner(environ, start_response):
            size = int(environ.get("CONTENT_LENGTH") or 0)
            body = environ["wsgi.input"].read(size) or b"hello"
            environ["wsgi.errors"].write("")
            start_response("200 OK", [*PLAIN, ("Content-Length", str(len(body)))])
            return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

        app = validator(inner)
        self.assertEqual(serve(app).body, b"hello")
        self.assertEqual(serve(app, method="HEAD").body, b"")
        posted = serve(app, method="POST", body=b"x=1&y=2", CONTENT_LENGTH="7", CONTENT_TYPE="text/plain")
        self.assertEqual(posted.body, b"x=1&y=2")


if __name__ == "__main__":
    unittest.main()
