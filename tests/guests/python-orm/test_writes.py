"""Inserts, updates, deletes, one by one and many at once."""

from models import Account, Author, Case, Everything, Post, Tag
from wasgi import orm


class Writes(Case):
    def test_save_inserts_then_updates(self):
        tag = Tag(name="a")
        self.assertIsNone(tag.id)
        tag.save()
        self.assertIsNotNone(tag.id)
        tag.name = "b"
        tag.save()
        self.assertEqual(list(Tag.objects.values_list("name", flat=True)), ["b"])
        self.assertEqual(Tag.objects.get(), tag)

    def test_a_key_of_ones_own(self):
        tag = Tag.objects.create(id=42, name="a")
        self.assertEqual(Tag.objects.get(pk=42), tag)
        self.assertEqual(Tag.objects.create(name="b").id, 43)

    def test_update_fields(self):
        self.blog()
        stale = Post.objects.get(id=self.notes.id)
        Post.objects.filter(id=self.notes.id).update(views=99)
        stale.title = "Other"
        stale.save(update_fields=["title"])
        row = Post.objects.get(id=self.notes.id)
        self.assertEqual((row.title, row.views), ("Other", 99))

    def test_a_row_that_is_gone_cannot_be_saved_or_deleted(self):
        tag = Tag.objects.create(name="a")
        Tag.objects.all().delete()
        with self.assertRaises(Tag.DoesNotExist):
            tag.save()
        with self.assertRaises(Tag.DoesNotExist):
            tag.delete()

    def test_a_deleted_row_can_be_saved_again(self):
        tag = Tag.objects.create(name="a")
        tag.delete()
        self.assertFalse(Tag.objects.exists())
        tag.save()
        self.assertEqual(Tag.objects.get().id, tag.id)

    def test_versions(self):
        Account.objects.create(owner="Ada", balance=5)
        one, other = Account.objects.get(owner="Ada"), Account.objects.get(owner="ADA")
        one.balance = 6
        one.save()
        self.assertEqual(one.version, 2)
        one.save()
        other.balance = 7
        with self.assertRaises(orm.Stale):
            other.save()
        with self.assertRaises(orm.Stale):
            other.delete()
        other.refresh()
        self.assertEqual((other.balance, other.version), (6, 3))
        Account.objects.update(balance=orm.F("balance") + 1)
        with self.assertRaises(orm.Stale):
            other.save()
        other.refresh()
        other.delete()

    def test_update_of_a_query(self):
        self.blog()
        self.assertEqual(Post.objects.filter(author=self.ada).update(views=orm.F("views") + 1), 2)
        self.assertEqual(Post.objects.get(id=self.notes.id).views, 21)
        self.assertEqual(Post.objects.filter(author__name="Bob").update(public=False, body="x"), 2)
        self.assertEqual(Post.objects.filter(public=False, body="x").count(), 2)
        top = Post.objects.order_by("-views")[:1]
        self.assertEqual(top.update(title="Top"), 1)
        self.assertEqual(Post.objects.get(title="Top").id, self.notes.id)
        self.assertEqual(
            Post.objects.filter(id=self.notes.id).update(editor=None, author=self.bob), 1
        )
        newest = Post.objects.filter(author=orm.OuterRef("pk")).order_by("-id").values("title")[:1]
        Author.objects.filter(name="Bob").update(city=orm.Subquery(newest))
        self.assertEqual(Author.objects.get(name="Bob").city, "100% of_it")
        cased = orm.Case(orm.When(views__gt=9, then=orm.Value("many")), default=orm.Value("few"))
        Post.objects.update(body=cased)
        self.assertEqual(Post.objects.filter(body="many").count(), 2)

    def test_delete_of_a_query(self):
        self.blog()
        self.assertEqual(Post.objects.filter(comments__flagged=True).delete(), 1)
        self.assertEqual(Post.objects.order_by("id")[:1].delete(), 1)
        self.assertEqual(Post.objects.exclude(editor=None).count(), 0)
        self.assertEqual(Post.objects.all().delete(), 2)

    def test_get_or_create(self):
        made, new = Author.objects.get_or_create(name="Ada", defaults={"city": "London"})
        self.assertEqual((made.city, new), ("London", True))
        same, new = Author.objects.get_or_create(name="Ada", defaults={"city": "Paris"})
        self.assertEqual((same, same.city, new), (made, "London", False))

    def test_update_or_create(self):
        made, new = Author.objects.update_or_create(name="Ada", defaults={"city": "London"})
        self.assertTrue(new)
        same, new = Author.objects.update_or_create(name="Ada", defaults={"city": "Paris"})
        self.assertEqual((same, new), (made, False))
        self.assertEqual(Author.objects.get(name="Ada").city, "Paris")

    def test_upsert(self):
        made = Author.objects.upsert(unique=["name"], name="Ada", city="London")
        with orm.count_queries() as queries:
            same = Author.objects.upsert(unique=["name"], name="Ada", city="Paris")
        self.assertEqual(queries.value, 1)
        self.assertEqual((same.id, same.city), (made.id, "Paris"))
        self.assertEqual(same.created, made.created)
        same.city = "Rome"
        same.save()
        self.assertEqual(Author.objects.get().city, "Rome")

    def test_bulk_create(self):
        with orm.count_queries() as queries:
            tags = Tag.objects.bulk_create(Tag(name=f"tag {n}") for n in range(2000))
        self.assertEqual(queries.value, 1)
        self.assertEqual(Tag.objects.count(), 2000)
        self.assertEqual(Tag.objects.get(id=tags[0].id).name, "tag 0")
        self.assertEqual(Tag.objects.get(id=tags[-1].id).name, "tag 1999")
        tags[5].name = "changed"
        tags[5].save()
        self.assertEqual(Tag.objects.count(), 2000)
        keys = Everything.objects.bulk_create([Everything(), Everything()])
        self.assertEqual(Everything.objects.filter(key__in=[one.key for one in keys]).count(), 2)

    def test_keys_of_a_bulk_are_those_of_rows_with_full_text(self):
        self.blog()
        for post in self.posts:
            self.assertEqual(Post.objects.get(id=post.id).title, post.title)

    def test_bulk_create_all_or_nothing_and_conflicts(self):
        Tag.objects.create(name="a")
        with self.assertRaises(orm.UniqueViolation):
            Tag.objects.bulk_create([Tag(name="b"), Tag(name="a")])
        self.assertEqual(Tag.objects.count(), 1)
        Tag.objects.bulk_create([Tag(name="b"), Tag(name="a")], ignore_conflicts=True)
        self.assertEqual(Tag.objects.count(), 2)
        Author.objects.create(name="Ada", city="London")
        Author.objects.bulk_create(
            [Author(name="Ada", city="Paris"), Author(name="Bob", city="Rome")],
            update_conflicts=True,
            update_fields=["city"],
            unique_fields=["name"],
        )
        cities = Author.objects.order_by("name").values_list("city", flat=True)
        self.assertEqual(list(cities), ["Paris", "Rome"])

    def test_bulk_update(self):
        self.blog()
        for post in self.posts:
            post.views += 1
        self.assertEqual(Post.objects.bulk_update(self.posts, ["views"]), 4)
        views = Post.objects.order_by("id").values_list("views", flat=True)
        self.assertEqual(list(views), [11, 21, 6, 1])

    def test_what_makes_no_sense_is_refused(self):
        with self.assertRaisesRegex(TypeError, "no field 'colour'; it has id, name"):
            Tag(colour="red")
        with self.assertRaisesRegex(TypeError, "bulk_create of Tag"):
            Tag.objects.bulk_create([Author(name="x")])
        with self.assertRaisesRegex(orm.InvalidQuery, "not saved"):
            Tag(name="x").delete()
        with self.assertRaisesRegex(orm.InvalidQuery, "not saved"):
            list(Post.objects.filter(author=Author(name="x")))
