"""What renders, and what a page can do."""

from models import Author, Case, Post
from wasgi import render_block, render_string, render_template


def posts():
    return Post.objects.select_related("author").order_by("id")


ROWS = "<li>Engines by Ada</li>\n<li>&lt;Notes&gt; by Ada</li>\n<li>Rivers by Bob</li>\n"


class Pages(Case):
    def test_a_template_with_a_layout_and_a_part(self):
        text = render_string("posts.html", posts=posts())
        self.assertIn("<title>Posts</title>", text)
        self.assertIn(f"<ul>{ROWS}</ul>", text)
        self.assertEqual(render_template("posts.html", posts=posts()).text(), text)

    def test_a_block(self):
        self.assertEqual(render_block("posts.html", "rows", posts=posts()).text(), ROWS)

    def test_pieces_and_files(self):
        author = Author.objects.get(name="Ada")
        Post.objects.bulk_create(Post(author=author, title=f"post {n}" * 10) for n in range(2_000))
        text = render_string("posts.html", posts=posts()).encode()
        pieces = list(render_template("posts.html", posts=posts()))
        self.assertGreater(len(pieces), 2)
        self.assertEqual(b"".join(pieces), text)
        page = render_template("posts.html", posts=posts())
        self.assertEqual(page.read(5) + next(page) + page.read(), text)
        page = render_template("posts.html", posts=posts())
        next(page)
        page.close()
        with self.assertRaisesRegex(ValueError, "closed"):
            next(page)

    def test_two_pages_at_a_time(self):
        one = render_template("late.html", numbers=range(5_000))
        other = render_template("posts.html", posts=posts())
        self.assertTrue(next(one).startswith(b"<p>0</p>"))
        self.assertIn(ROWS.encode(), b"".join(other))
        self.assertTrue(next(one))
        one.close()
