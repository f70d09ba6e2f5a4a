"""Pages in the frameworks of `requirements.txt`, which have to be installed."""

import types

from tests.fakes import call, serve
from tests.test_templates_pages import HTML, Case
from wasgi import render_template, templates
from wasgi._native import Body_Page, Body_Whole
from wasgi.templates import Page
from wasgi.templates import _native as wit


class Flask(Case):
    def setUp(self):
        super().setUp()
        import flask

        self.flask = flask
        self.app = flask.Flask("app")
        self.app.secret_key = "x"

    def view(self, view, path="/", **options):
        self.app.add_url_rule(path, view.__name__, view, **options)

    def fast(self, expected=HTML, status="200 OK", **request):
        """Asserts that the host gets its page back, and with which headers."""
        wire, answer = call(self.app, **request)
        self.assertIsInstance(answer, Body_Page)
        self.assertIs(answer.value, self.host.pages[-1])
        self.assertEqual((self.host.reads, answer.value.closed), (0, 0))
        self.assertEqual((wire.status, sorted(wire.headers)), (status, sorted(expected)))

    def test_a_view_that_returns_a_page(self):
        self.view(lambda: render_template("a.html", x=1))
        self.fast()
        self.fast(method="HEAD")
        self.assertEqual(self.host.context, {"x": 1})

    def test_with_status_and_headers(self):
        def view():
            return render_template("a.html"), 404, {"X-Mine": "1"}

        self.view(view)
        self.fast([*HTML, ("X-Mine", "1")], "404 NOT FOUND")

    def test_as_a_response(self):
        def view():
            page = render_template("a.html")
            self.assertIsInstance(page, templates.Page)
            self.assertIsInstance(page, self.flask.Response)
            page.headers["X-Mine"] = "1"
            response = self.flask.make_response(page, 201)
            response.set_cookie("a", "b")
            return response

        self.view(view)
        self.fast([*HTML, ("X-Mine", "1"), ("Set-Cookie", "a=b; Path=/")], "201 CREATED")

    def test_the_session_and_functions_after_the_request(self):
        @self.app.after_request
        def after(response):
            response.headers["X-After"] = "1"
            return response

        def view():
            self.flask.session["user"] = "Ada"
            return render_template("a.html")

        self.view(view)
        wire, answer = call(self.app)
        self.assertIsInstance(answer, Body_Page)
        names = [name for name, _ in wire.headers]
        self.assertEqual(sorted(names), ["Content-Type", "Set-Cookie", "Vary", "X-After"])

    def test_the_content_type_is_the_templates(self):
        self.view(lambda: render_template("feed.xml"))
        self.fast([("Content-Type", "application/xml; charset=utf-8")])

    def test_a_response_class_of_the_applications_own(self):
        class Mine(self.flask.Response):
            default_mimetype = "application/xhtml+xml"

        self.app.response_class = Mine
        self.view(lambda: render_template("a.html"))
        self.fast([("Content-Type", "application/xhtml+xml; charset=utf-8")])

    def test_a_response_class_that_changes_bodies_gets_them(self):
        class Upper(self.flask.Response):
            def iter_encoded(self):
                return (piece.upper() for piece in super().iter_encoded())

        self.app.response_class = Upper
        self.view(lambda: render_template("a.html"))
        self.assertEqual(serve(self.app).body, b"<P>PAGE</P>")

    def test_who_reads_the_body_gets_it(self):
        def view():
            page = render_template("a.html")
            page.set_etag("x")
            return page

        @self.app.after_request
        def after(response):
            data = response.get_data()
            response.set_data(data.upper())
            return response

        self.view(view)
        wire, answer = call(self.app)
        self.assertEqual(answer, Body_Whole(b"<P>PAGE</P>"))
        self.assertIn(("Content-Length", "11"), wire.headers)
        self.assertEqual(self.host.pages[0].closed, 1)

    def test_what_is_called_on_close_is_called(self):
        closed = []

        @self.app.after_request
        def after(response):
            response.call_on_close(lambda: closed.append(1))
            return response

        self.view(lambda: render_template("a.html"))
        wire = serve(self.app)
        self.assertEqual((wire.body, closed, self.host.pages[0].closed), (b"<p>page</p>", [1], 1))

    def test_a_status_without_a_body_closes_the_page(self):
        self.view(lambda: (render_template("a.html"), 204))
        wire = serve(self.app)
        self.assertEqual((wire.body, self.host.reads, self.host.pages[0].closed), (b"", 0, 1))

    def test_a_page_in_a_response_of_ones_own(self):
        def view():
            return self.flask.Response(render_template("a.html"), mimetype="text/plain")

        self.view(view)
        wire = serve(self.app)
        self.assertEqual(wire.body, b"<p>page</p>")
        self.assertEqual(wire.headers, [("Content-Type", "text/plain; charset=utf-8")])
        self.assertEqual(self.host.pages[0].closed, 1)

    def test_a_page_as_a_text_or_within_another(self):
        def view():
            self.assertEqual(render_template("mail.txt").text(), "<p>page</p>")
            self.assertEqual(b"".join(render_template("mail.txt")), b"<p>page</p>")
            self.assertEqual(render_template("mail.txt").read(4), b"<p>p"[:4])
            return render_template("a.html", inner=render_template("b.html"))

        self.view(view)
        self.assertEqual(serve(self.app).body, b"<p>page</p>")
        self.assertEqual(self.host.context["inner"].text, "<p>page</p>")

    def test_the_test_client_of_flask(self):
        self.view(lambda: render_template("a.html"))
        response = self.app.test_client().get("/")
        self.assertEqual((response.status_code, response.text), (200, "<p>page</p>"))

    def test_what_flask_has_as_values(self):
        def view():
            self.flask.session["user"] = "Ada"
            self.flask.flash("hello", "good")
            return render_template(
                "a.html",
                session=self.flask.session,
                arguments=self.flask.request.args,
                messages=self.flask.get_flashed_messages(with_categories=True),
            )

        self.view(view)
        serve(self.app, QUERY_STRING="a=1&a=2")
        self.assertEqual(
            self.host.context,
            {"session": {"user": "Ada"}, "arguments": {"a": "1"}, "messages": [["good", "hello"]]},
        )

    def test_an_error_is_flasks_to_handle(self):
        @self.app.errorhandler(templates.TemplateNotFound)
        def not_found(error):
            return f"none: {error.template}", 500

        self.view(lambda: render_template("a.html"))
        self.host.refusals = [wit.Error_UnknownTemplate("there is no a.html")]
        wire = serve(self.app)
        self.assertEqual((wire.status[:3], wire.body), ("500", b"none: a.html"))

    def test_outside_of_a_request_it_is_a_plain_page(self):
        with self.app.app_context():
            self.assertIs(type(render_template("a.html")), Page)


class Django(Case):
    def serve(self, respond):
        import django
        from django.conf import settings
        from django.core.handlers.wsgi import WSGIHandler
        from django.urls import path

        urls = types.ModuleType("urls")
        urls.urlpatterns = [path("", lambda request: respond(render_template("a.html")))]
        if not settings.configured:
            settings.configure(ALLOWED_HOSTS=["*"], MIDDLEWARE=[])
            django.setup(set_prefix=False)
        settings.ROOT_URLCONF = urls
        return call(WSGIHandler(), HTTP_HOST="localhost")

    def test_its_responses_take_a_page(self):
        from django.http import FileResponse, HttpResponse, StreamingHttpResponse

        wire, answer = self.serve(HttpResponse)
        self.assertEqual(list(iter(answer.value.next, None)), [b"<p>page</p>"])
        wire, answer = self.serve(StreamingHttpResponse)
        self.assertEqual(list(iter(answer.value.next, None)), [b"<p>", b"page", b"</p>"])
        self.assertEqual([page.closed for page in self.host.pages], [1, 1])
        reads = self.host.reads
        wire, answer = self.serve(lambda page: FileResponse(page, content_type=page.content_type))
        self.assertIs(answer.value, self.host.pages[-1])
        self.assertEqual((self.host.reads, answer.value.closed), (reads, 0))
        self.assertIn(HTML[0], wire.headers)
