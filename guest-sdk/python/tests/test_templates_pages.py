"""Pages: as an iterable, a file and a text; through the adapter."""

import unittest
from wsgiref.validate import validator

from tests.fakes import Body, call, serve
from tests.template_fakes import Host
from wasgi import render_block, render_string, render_template, render_text, templates
from wasgi._host import Err, HostNotAvailable, state
from wasgi._native import Body_Chunks, Body_Page, Body_Whole
from wasgi.templates import Page
from wasgi.templates import _native as wit

HTML = [("Content-Type", "text/html; charset=utf-8")]


class Case(unittest.TestCase):
    def setUp(self):
        self.host = Host()
        self.addCleanup(self.host.close)

    def report(self, message="`x` is not there"):
        text = f"{message}\n --> a.html:3:7"
        return wit.Report(message, "a.html", 3, 7, "{{ x }}", ["b.html:1", "c.html"], text)


class Pages(Case):
    def test_what_is_rendered(self):
        render_template("a.html", x=1)
        render_block("a.html", "rows", x=1)
        render_text("{{ x }}", x=1)
        self.assertEqual(render_string("a.html", x=1), "<p>page</p>")
        sources = [wit.Source_Template("a.html"), wit.Source_Block(("a.html", "rows"))]
        sources += [wit.Source_Text("{{ x }}"), wit.Source_Template("a.html")]
        hows = ["page", "page", "page", "render"]
        self.assertEqual(self.host.asked, [(*one, {"x": 1}, []) for one in zip(hows, sources)])

    def test_it_is_an_iterable_of_bytes_once(self):
        self.host.pieces = [b"a", b"", b"b"]
        page = render_template("a.html")
        self.assertIs(type(page), Page)
        self.assertEqual(list(page), [b"a", b"b"])
        self.assertEqual(list(page), [])
        page.close()
        self.assertEqual(self.host.pages[0].closed, 1)

    def test_it_is_a_file(self):
        self.host.pieces = [b"abc", b"defg", b"h"]
        page = render_template("a.html")
        self.assertEqual(
            [page.read(2), page.read(3), next(page), page.read(0)], [b"ab", b"cde", b"fg", b""]
        )
        self.assertEqual([page.read(), page.read(), page.read(5)], [b"h", b"", b""])
        self.assertEqual(render_template("a.html").read(), b"abcdefgh")
        self.assertEqual(render_template("a.html").read(100), b"abcdefgh")

    def test_it_is_a_text_once(self):
        self.host.pieces = ["ä".encode()[:1], "ä".encode()[1:]]
        page = render_template("a.html")
        self.assertEqual(page.text(), "ä")
        with self.assertRaisesRegex(ValueError, "was read already; keep what text"):
            page.text()

    def test_after_close_there_is_nothing(self):
        page = render_template("a.html")
        next(page)
        page.close()
        page.close()
        self.assertEqual(self.host.pages[0].closed, 1)
        with self.assertRaisesRegex(ValueError, "this page is closed"):
            next(page)

    def test_content_types_follow_what_is_escaped(self):
        for name, kind in {
            "a.html": "text/html; charset=utf-8",
            "b/a.htm": "text/html; charset=utf-8",
            "feed.xml": "application/xml; charset=utf-8",
            "a.json": "application/json",
            "a.txt": "text/plain; charset=utf-8",
            "a.html.tera": "text/plain; charset=utf-8",
            "a": "text/plain; charset=utf-8",
        }.items():
            self.assertEqual(render_template(name).content_type, kind)
            self.assertEqual(render_block(name, "b").content_type, kind)
        self.assertEqual(render_text("x").content_type, "text/html; charset=utf-8")


class Errors(Case):
    def error(self, refusal, action=lambda: render_template("a.html")):
        self.host.refusals = [refusal, refusal]
        with self.assertRaises(templates.TemplateError) as caught:
            action()
        self.assertIsNone(caught.exception.__cause__)
        return caught.exception

    def test_a_report_is_there_in_parts_and_as_text(self):
        for made, kind in (
            (wit.Error_Syntax, templates.TemplateSyntaxError),
            (wit.Error_Rendering, templates.TemplateRenderingError),
        ):
            error = self.error(made(self.report()))
            self.assertIs(type(error), kind)
            self.assertEqual(str(error), "`x` is not there\n --> a.html:3:7")
            self.assertEqual(
                (error.message, error.template, error.line, error.column, error.source_line),
                ("`x` is not there", "a.html", 3, 7, "{{ x }}"),
            )
            self.assertEqual(error.chain, ["b.html:1", "c.html"])

    def test_others(self):
        for refusal, kind, message in (
            (wit.Error_UnknownTemplate("no a.html"), templates.TemplateNotFound, "no a.html"),
            (wit.Error_UnknownBlock("no block"), templates.BlockNotFound, "no block"),
            (wit.Error_Quota("output: 64 MiB"), templates.TemplateQuota, "output: 64 MiB"),
            (wit.Error_Timeout(), templates.TemplateTimeout, "took longer"),
            (wit.Error_Invalid("odd"), templates.InvalidContext, "odd"),
            (wit.Error_NoTemplates(), templates.TemplateNotFound, "folder `templates`"),
        ):
            error = self.error(refusal)
            self.assertIs(type(error), kind)
            self.assertIn(message, str(error))
            self.assertEqual((error.template, error.line, error.chain), ("a.html", 0, []))
            self.assertEqual(error.message, str(error))

    def test_of_all_that_renders(self):
        for action in (
            lambda: render_block("a.html", "b"),
            lambda: render_text("x"),
            lambda: render_string("a.html"),
        ):
            error = self.error(wit.Error_Rendering(self.report()), action)
            self.assertIs(type(error), templates.TemplateRenderingError)

    def test_in_the_middle_of_a_page(self):
        self.host.pieces = [b"a", Err(wit.Error_Rendering(self.report()))]
        page = render_template("a.html")
        self.assertEqual(next(page), b"a")
        with self.assertRaises(templates.TemplateRenderingError):
            next(page)
        self.assertEqual(self.host.pages[0].closed, 1)

    def test_one_that_nobody_handles_is_a_line_and_a_story(self):
        def app(environ, start_response):
            return render_template("a.html")

        self.host.refusals = [wit.Error_Rendering(self.report())]
        with self.assertRaises(Err) as caught:
            serve(app)
        failure = caught.exception.value
        summary = "TemplateRenderingError: `x` is not there (a.html:3:7)"
        self.assertEqual(failure.summary, summary)
        self.assertIn("`x` is not there\n --> a.html:3:7", failure.detail)
        self.assertIn("test_templates_pages.py", failure.detail)

    def test_without_a_host(self):
        self.host.close()
        with self.assertRaisesRegex(HostNotAvailable, "wasgi.templates is lent by the wasgi host"):
            render_template("a.html")
        state.building = True
        self.addCleanup(setattr, state, "asked", False)
        self.addCleanup(setattr, state, "building", False)
        with self.assertRaisesRegex(HostNotAvailable, "while the application is being built"):
            render_template("a.html")


class Adapter(Case):
    def answer(self, app, **request):
        wire, answer = call(app, **request)
        return answer

    def test_a_page_goes_back_to_the_host_unread(self):
        def app(environ, start_response):
            start_response("200 OK", HTML)
            return render_template("a.html")

        for method in ("GET", "HEAD"):
            answer = self.answer(app, method=method)
            self.assertIsInstance(answer, Body_Page)
            self.assertIs(answer.value, self.host.pages[-1])
        self.assertEqual((self.host.reads, self.host.pages[-1].closed), (0, 0))
        self.assertEqual(serve(app).body, b"<p>page</p>")

    def test_it_is_of_no_use_to_the_application_then(self):
        pages = []

        def app(environ, start_response):
            start_response("200 OK", HTML)
            pages.append(render_template("a.html"))
            return pages[0]

        self.answer(app)
        pages[0].close()
        self.assertEqual(self.host.pages[0].closed, 0)
        for action in (pages[0].text, pages[0].read, lambda: next(pages[0])):
            with self.assertRaisesRegex(ValueError, "this page was sent already"):
                action()

    def test_one_that_was_begun_is_pulled(self):
        def app(environ, start_response):
            start_response("200 OK", HTML)
            page = render_template("a.html")
            page.read(1)
            return page

        wire, answer = call(app)
        self.assertIsInstance(answer, Body_Chunks)
        self.assertEqual(serve(app).body, b"p>page</p>")
        self.assertEqual(self.host.pages[-1].closed, 1)

    def test_one_that_is_wrapped_is_pulled_and_closed(self):
        def app(environ, start_response):
            start_response("200 OK", HTML)
            return render_template("a.html")

        def upper(environ, start_response):
            page = app(environ, start_response)
            try:
                yield from map(bytes.upper, page)
            finally:
                page.close()

        self.assertEqual(serve(upper).body, b"<P>PAGE</P>")
        self.assertEqual(serve(validator(app)).body, b"<p>page</p>")
        wire, answer = call(upper)
        self.assertEqual(answer.value.next(), b"<P>")
        answer.value.close()
        self.assertEqual(self.host.pages[-1].closed, 1)

    def test_as_one_of_several_chunks_or_joined(self):
        def app(environ, start_response):
            start_response("200 OK", HTML)
            return [b"".join(render_template("a.html"))]

        self.assertEqual(self.answer(app), Body_Whole(b"<p>page</p>"))

    def test_in_a_file_wrapper(self):
        closed = []

        def app(environ, start_response):
            start_response("200 OK", HTML)
            page = render_template("a.html")
            # As Django does.
            page.close = lambda: closed.append(page)
            return environ["wsgi.file_wrapper"](page, 4096)

        answer = self.answer(app)
        self.assertIs(answer.value, self.host.pages[0])
        self.assertEqual((len(closed), self.host.pages[0].closed, self.host.reads), (1, 0, 0))

    def test_another_file_in_a_file_wrapper_is_as_ever(self):
        def app(environ, start_response):
            start_response("200 OK", HTML)
            return environ["wsgi.file_wrapper"](open(__file__, "rb"))

        with open(__file__, "rb") as file:
            self.assertEqual(serve(app).body, file.read())
        self.assertEqual(serve(lambda e, s: s("200 OK", HTML) and Body([b"x"])).body, b"x")
