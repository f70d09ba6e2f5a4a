"""Errors, with what they name."""

from models import Case
from wasgi import render_block, render_string, render_template, render_text, templates


class Errors(Case):
    def error(self, kind, action):
        with self.assertRaises(kind) as caught:
            action()
        self.assertIs(type(caught.exception), kind)
        return caught.exception

    def test_names_that_are_not_there(self):
        error = self.error(templates.TemplateNotFound, lambda: render_template("postz.html"))
        self.assertEqual(error.template, "postz.html")
        self.assertIn("postz.html", str(error))
        for name in ("../app.py", "/etc/passwd", "", "parts", "app.py"):
            self.error(templates.TemplateNotFound, lambda name=name: render_string(name))
        error = self.error(templates.BlockNotFound, lambda: render_block("posts.html", "nowhere"))
        self.assertIn("nowhere", str(error))

    def test_a_template_that_is_none(self):
        # One in a file would be refused before the application starts.
        error = self.error(
            templates.TemplateSyntaxError, lambda: render_text("<p>first</p>\n{% if %}\n")
        )
        self.assertEqual((error.template, error.line, error.source_line), ("", 2, "{% if %}"))
        self.assertIn("{% if %}", str(error))

    def test_what_cannot_be_rendered(self):
        error = self.error(
            templates.TemplateRenderingError, lambda: render_template("undefined.html")
        )
        self.assertEqual((error.template, error.line), ("undefined.html", 2))
        self.assertEqual(error.source_line, "<p>{{ nowhere }}</p>")
        self.assertIn("nowhere", error.message)
        self.assertIn(error.message, str(error))

    def test_in_the_middle_of_a_page(self):
        page = render_template("late.html", numbers=range(10_000))
        self.assertTrue(next(page).startswith(b"<p>0</p>"))
        error = self.error(templates.TemplateRenderingError, page.read)
        self.assertEqual(error.template, "late.html")
        self.error(ValueError, page.read)

    def test_a_bound_of_the_output(self):
        # 80 MB.
        self.error(templates.TemplateQuota, lambda: render_string("big.html", v=range(200)))

    def test_an_error_leaves_the_instance_usable(self):
        for _ in range(5):
            self.error(templates.TemplateRenderingError, lambda: render_text("{{ nowhere }}"))
        self.shows("{{ v }}", "1", v=1)
