"""`atomic()`, nested and not."""

from models import Account, Case, Tag
from wasgi import orm


class Transactions(Case):
    def names(self):
        return sorted(Tag.objects.values_list("name", flat=True))

    def test_all_or_nothing(self):
        with orm.atomic():
            Tag.objects.create(name="a")
            self.assertEqual(self.names(), ["a"])
        with self.assertRaises(ZeroDivisionError):
            with orm.atomic():
                Tag.objects.create(name="b")
                1 / 0
        self.assertEqual(self.names(), ["a"])

    def test_an_inner_block_takes_back_its_own_part(self):
        with orm.atomic():
            Tag.objects.create(name="a")
            with self.assertRaises(orm.UniqueViolation):
                with orm.atomic():
                    Tag.objects.create(name="b")
                    Tag.objects.create(name="a")
            with orm.atomic():
                Tag.objects.create(name="c")
        self.assertEqual(self.names(), ["a", "c"])

    def test_an_outer_block_takes_back_inner_ones(self):
        with self.assertRaises(KeyError):
            with orm.atomic():
                with orm.atomic():
                    Tag.objects.create(name="a")
                raise KeyError
        self.assertEqual(self.names(), [])

    def test_as_a_decorator(self):
        @orm.atomic
        def make(name, fail):
            Tag.objects.create(name=name)
            if fail:
                raise ValueError(fail)
            return name

        self.assertEqual(make("a", None), "a")
        with self.assertRaises(ValueError):
            make("b", "failed")
        self.assertEqual(self.names(), ["a"])

    def test_a_failed_statement_does_not_end_the_transaction(self):
        with orm.atomic():
            Tag.objects.create(name="a")
            with self.assertRaises(orm.UniqueViolation):
                Tag.objects.create(name="a")
            Tag.objects.create(name="b")
        self.assertEqual(self.names(), ["a", "b"])

    def test_a_reading_block_reads_and_does_not_write(self):
        with orm.atomic(read=True):
            self.assertEqual(self.names(), [])
            with self.assertRaises(orm.Error):
                Tag.objects.create(name="a")
        self.assertEqual(self.names(), [])

    def test_on_commit(self):
        called = []
        with orm.atomic():
            orm.on_commit(lambda: called.append("outer"))
            with self.assertRaises(KeyError):
                with orm.atomic():
                    orm.on_commit(lambda: called.append("taken back"))
                    raise KeyError
            self.assertEqual(called, [])
        self.assertEqual(called, ["outer"])
        with self.assertRaises(KeyError):
            with orm.atomic():
                orm.on_commit(lambda: called.append("never"))
                raise KeyError
        orm.on_commit(lambda: called.append("at once"))
        self.assertEqual(called, ["outer", "at once"])

    def test_a_transfer(self):
        a, b = Account.objects.bulk_create([Account(owner="a", balance=10), Account(owner="b")])
        for _ in range(10):
            with orm.atomic():
                Account.objects.filter(id=a.id).update(balance=orm.F("balance") - 1)
                Account.objects.filter(id=b.id).update(balance=orm.F("balance") + 1)
        self.assertEqual(
            list(Account.objects.order_by("id").values_list("balance", flat=True)), [0, 10]
        )

    def test_creation_within_a_block(self):
        with orm.atomic():
            self.assertTrue(Tag.objects.get_or_create(name="a")[1])
            self.assertFalse(Tag.objects.update_or_create(name="a")[1])
        self.assertEqual(self.names(), ["a"])
