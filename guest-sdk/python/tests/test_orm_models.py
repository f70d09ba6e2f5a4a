"""Declarations of models: what the host is told, and what is refused."""

from __future__ import annotations

import io
import unittest
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar, Optional
from unittest import mock
from uuid import UUID, uuid4

from tests.orm_fakes import Host
from wasgi import orm
from wasgi import _models
from wasgi._models import Models
from wasgi.orm import registry, schema


class Declared(unittest.TestCase):
    def setUp(self):
        host = Host()
        self.addCleanup(host.close)

    def schema(self):
        return {model.table: model for model in schema.models()}

    def columns(self, table):
        return {column.name: column for column in self.schema()[table].columns}

    def refused(self, reason):
        return self.assertRaisesRegex(orm.InvalidQuery, reason)


class Schema(Declared):
    def test_types_come_from_annotations(self):
        class Thing(orm.Model):
            a: bool
            b: int
            c: float
            d: str
            e: bytes
            f: Decimal
            g: UUID
            h: datetime
            i: date
            j: orm.Json
            k: dict[str, int]
            l: list
            m: str | None
            n: Optional[int]
            not_a_column: ClassVar[int] = 5

        columns = self.columns("thing")
        kinds = [column.kind.name.lower() for column in columns.values()]
        self.assertEqual(
            kinds,
            "integer boolean integer real text blob decimal uuid timestamp date json json json text "
            "integer".split(),
        )
        self.assertEqual([name for name in columns if columns[name].nullable], ["m", "n"])
        self.assertEqual(self.schema()["thing"].primary_key, ["id"])
        self.assertEqual(Thing.not_a_column, 5)

    def test_options_of_fields(self):
        class Thing(orm.Model):
            class Meta:
                table = "things"
                renamed_from = "stuff"
                indexes = [orm.Index("-n", "name", unique=True)]
                checks = [orm.Check("positive", "n > 0")]
                full_text = orm.FullText(["name"], tokenizer="porter")

            key: UUID = orm.field(primary_key=True, default=uuid4)
            name: str = orm.field(unique=True, collation="nocase", max_length=9, renamed_from="old")
            n: int = orm.field(default=3, index=True, fill="0", column="number")
            price: Decimal = Decimal("1.50")
            made: datetime = orm.field(default=orm.now)
            data: orm.Json = orm.field(default=dict)

        model = self.schema()["things"]
        columns = self.columns("things")
        name, number = columns["name"], columns["number"]
        self.assertEqual((model.primary_key, model.renamed_from), (["key"], "stuff"))
        self.assertEqual(
            (name.unique, name.collation.name, name.renamed_from), (True, "NOCASE", "old")
        )
        self.assertEqual((number.default.value.value, number.fill), (3, "0"))
        self.assertIsNone(columns["key"].default)
        self.assertEqual(type(columns["made"].default).__name__, "ColumnDefault_Now")
        self.assertEqual(columns["data"].default.value.value, "{}")
        self.assertEqual(columns["price"].default.value.value, "1.50")
        self.assertEqual(
            {check.name: check.condition for check in model.checks},
            {"positive": "n > 0", "things_name_max_length": 'length("name") <= 9'},
        )
        (index,) = model.indexes  # `number` is the first column of it already
        self.assertEqual((index.name, index.unique), ("things_number_name_key", True))
        self.assertEqual(
            [(one.name, one.descending) for one in index.columns],
            [("number", True), ("name", False)],
        )

    def test_an_index_for_some_rows_does_not_stand_in_for_one_of_all(self):
        class Thing(orm.Model):
            class Meta:
                indexes = [orm.Index("n", where="n > 0", name="some")]

            n: int = orm.field(index=True)

        indexes = {one.name: one.condition for one in self.schema()["thing"].indexes}
        self.assertEqual(indexes, {"some": "n > 0", "thing_n_idx": None})

    def test_references(self):
        class Author(orm.Model):
            key: UUID = orm.field(primary_key=True, default=uuid4)

        class Post(orm.Model):
            author: Author = orm.foreign_key(on_delete=orm.RESTRICT)
            editor: Author | None = orm.foreign_key(related_name="edited", on_delete=orm.SET_NULL)
            parent: Post | None = orm.foreign_key(related_name="replies")
            later: Later = orm.foreign_key(index=False)
            tags = orm.many_to_many("Tag")

        class Later(orm.Model):
            x: int = 0

        class Tag(orm.Model):
            name: str

        columns = self.columns("post")
        author = columns["author_id"]
        self.assertEqual((author.kind.name, author.nullable), ("UUID", False))
        self.assertEqual((author.references.table, author.references.column), ("author", "key"))
        self.assertEqual(author.references.on_delete.name, "RESTRICT")
        self.assertTrue(columns["editor_id"].nullable)
        self.assertEqual(columns["parent_id"].references.table, "post")
        indexes = [one.name for one in self.schema()["post"].indexes]
        self.assertEqual(
            indexes, ["post_author_id_idx", "post_editor_id_idx", "post_parent_id_idx"]
        )
        pairs = self.schema()["post_tags"]
        self.assertEqual(pairs.primary_key, ["post_id", "tag_id"])
        self.assertEqual([one.references.table for one in pairs.columns], ["post", "tag"])

    def test_many_to_many_of_ones_own(self):
        class Person(orm.Model):
            friends = orm.many_to_many("Person", related_name="friend_of")
            clubs = orm.many_to_many("Club", through="Membership", related_name="members")

        class Club(orm.Model):
            name: str

        class Membership(orm.Model):
            person: Person = orm.foreign_key()
            club: Club = orm.foreign_key()
            since: date

        self.assertEqual(sorted(self.schema()), ["club", "membership", "person", "person_friends"])
        self.assertEqual(
            self.schema()["person_friends"].primary_key, ["from_person_id", "to_person_id"]
        )
        self.assertEqual(
            Person._meta.relations["clubs"].through, ("membership", "person_id", "club_id")
        )

    def test_fields_of_an_abstract_model_are_inherited_and_may_be_replaced(self):
        class Base(orm.Model):
            class Meta:
                abstract = True

            made: datetime = orm.field(default=orm.now)
            note: str = ""

        class Thing(Base):
            note: str | None = None

        self.assertEqual(list(self.schema()), ["thing"])
        self.assertEqual(list(self.columns("thing")), ["id", "made", "note"])
        self.assertTrue(self.columns("thing")["note"].nullable)
        with self.assertRaisesRegex(TypeError, "abstract"):
            Base()

    def test_steps(self):
        orm.step("first", "UPDATE a SET b = 1", "DELETE FROM c")
        orm.step("second", "SELECT 1")
        steps = [(step.name, step.sql) for step in Models().get().steps]
        self.assertEqual(steps[0], ("first", ["UPDATE a SET b = 1", "DELETE FROM c"]))
        self.assertEqual([name for name, _ in steps], ["first", "second"])
        with self.refused("called 'first'"):
            orm.step("first", "UPDATE a SET b = 2")

    def test_an_application_without_models_has_an_empty_schema(self):
        empty = Models().get()
        self.assertEqual((empty.models, empty.steps), ([], []))

    def test_what_is_wrong_with_the_models_is_told_to_the_log(self):
        class Thing(orm.Model):
            a: complex

        with mock.patch.object(_models, "errors", io.StringIO()) as log:
            with self.refused("Thing.a"):
                Models().get()
            self.assertIn("Thing.a: no column type", log.getvalue())


class Refused(Declared):
    def test_a_type_that_no_column_has(self):
        class Thing(orm.Model):
            a: complex

        with self.refused("Thing.a: no column type for .*complex"):
            self.schema()

    def test_a_model_without_foreign_key(self):
        class Author(orm.Model):
            name: str

        class Post(orm.Model):
            author: Author

        with self.refused(r"author: Author = orm.foreign_key\(\)"):
            self.schema()

    def test_a_name_that_is_nowhere(self):
        class Post(orm.Model):
            author: Nobody = orm.foreign_key()  # noqa: F821

        for _ in range(2):  # and again, not only the first time
            with self.refused("'Nobody'.*TYPE_CHECKING"):
                self.schema()

    def test_two_models_for_one_table(self):
        class Thing(orm.Model):
            a: int

        with self.refused("table 'thing' is declared twice"):

            class Other(orm.Model):
                class Meta:
                    table = "thing"

    def test_set_null_where_null_cannot_be(self):
        class Author(orm.Model):
            name: str

        class Post(orm.Model):
            author: Author = orm.foreign_key(on_delete=orm.SET_NULL)

        with self.refused(r"Author \| None"):
            self.schema()

    def test_two_references_to_one_model_without_names(self):
        class Author(orm.Model):
            name: str

        class Post(orm.Model):
            author: Author = orm.foreign_key()
            editor: Author = orm.foreign_key()

        with self.refused("related_name"):
            self.schema()

    def test_marks_for_editors_that_match_nothing(self):
        class Author(orm.Model):
            posts: orm.Related[Author] = orm.reverse()

        with self.refused("related_name='posts'"):
            self.schema()

    def test_a_default_of_another_type(self):
        class Thing(orm.Model):
            a: int = orm.field(default="many")

        with self.refused("Thing.a: the default 'many' is no integer"):
            self.schema()

    def test_what_meta_does_not_know(self):
        with self.refused("Thing.Meta has tabel; it may have abstract"):

            class Thing(orm.Model):
                class Meta:
                    tabel = "x"

    def test_names_in_meta_that_no_field_has(self):
        class Thing(orm.Model):
            class Meta:
                indexes = [orm.Index("nothing")]

        with self.refused("no field 'nothing'"):
            self.schema()

    def test_inheriting_a_table(self):
        class Thing(orm.Model):
            a: int

        with self.refused("inherits from the table of Thing"):

            class Special(Thing):
                b: int


class Registry(Declared):
    def declare(self, extra):
        class Thing(orm.Model):
            a: int
            if extra:
                b: int

        return Thing

    def test_a_module_that_is_executed_again_replaces_its_models(self):
        self.declare(False)
        self.schema()
        again = self.declare(True)
        self.assertIs(registry.models["thing"], again)
        self.assertEqual(list(self.columns("thing")), ["id", "a", "b"])

    def test_models_of_forgotten_modules_are_gone(self):
        self.declare(False)
        orm.step("mine", "SELECT 1")
        registry.forget([__name__])
        self.assertEqual((registry.models, registry.steps, registry.pending), ({}, {}, []))
