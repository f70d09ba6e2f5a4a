"""Transactions, by `atomic()` and by `wasgi.dbapi`: what the host is told, and when."""

from __future__ import annotations

import io
import unittest
from unittest import mock

from tests.fakes import serve
from tests.orm_fakes import Host
from wasgi import _host, adapter, dbapi, orm
from wasgi.orm import _native as wit
from wasgi.orm.transaction import state


class Case(unittest.TestCase):
    def setUp(self):
        self.host = Host()
        self.addCleanup(self.host.close)

        class Tag(orm.Model):
            name: str
            version: int = orm.version()

        self.Tag = Tag


class Atomic(Case):
    def test_blocks_within_blocks(self):
        with orm.atomic():
            self.Tag.objects.create(name="a")
            with self.assertRaises(KeyError), orm.atomic():
                raise KeyError
            with orm.atomic():
                pass
        self.assertEqual(
            self.host.log,
            [
                "begin write",
                *("savepoint 1", "rollback 1", "drop 1"),
                *("savepoint 2", "release 2", "drop 2"),
                *("commit all", "drop all"),
            ],
        )
        self.assertIsNotNone(self.host.asked[0][1])
        self.Tag.objects.create(name="b")
        self.assertIsNone(self.host.asked[1][1])

    def test_a_reading_block(self):
        with orm.atomic(read=True):
            pass
        self.assertEqual(self.host.log[0], "begin read")

    def test_the_error_that_ends_a_block_is_told_not_the_one_of_the_rollback(self):
        self.host.over = True
        with self.assertRaises(ZeroDivisionError):
            with orm.atomic():
                1 / 0

    def test_what_a_request_left_open_does_not_reach_the_next(self):
        def leave(environ, start_response):
            orm.atomic().__enter__()
            start_response("200 OK", [])
            return [b""]

        def ask(environ, start_response):
            self.assertIsNone(state.handle)
            with orm.atomic():
                pass
            start_response("200 OK", [])
            return [b"asked"]

        serve(leave)
        # The host has rolled back by itself, and refuses to do it again.
        self.host.over = True
        with mock.patch.object(adapter, "errors", io.StringIO()) as log:
            log._line = ""
            self.assertEqual(serve(ask).body, b"asked")
            self.assertIn("left a transaction open", log.getvalue())
        self.assertEqual(
            self.host.log,
            ["begin write", "rollback all", "drop all", "begin write", "commit all", "drop all"],
        )

    def test_a_block_that_outlives_its_request_leaves_the_next_ones_alone(self):
        late = orm.atomic()
        late.__enter__()
        _host.give_up()
        with orm.atomic():
            # A generator of the last request is collected.
            late.__exit__(GeneratorExit, None, None)
        self.assertEqual(self.host.log[3:], ["begin write", "commit all", "drop all"])
        late.__enter__()
        _host.give_up()
        with self.assertRaises(orm.Misuse):
            late.__exit__(None, None, None)

    def test_versions_are_checked_and_counted(self):
        tag = self.Tag.objects.create(name="a")
        self.assertEqual((tag.id, tag.version), (7, 1))
        tag.save()
        self.assertEqual((self.host.asked[-1][0], tag.version), (("a", 7, 1), 2))
        self.assertEqual(self.host.prepared[-1].body.value.version.column, "version")
        self.host.refusal = wit.Error_Stale()
        with self.assertRaises(orm.Stale):
            tag.save()
        self.assertEqual(tag.version, 2)


class Errors(Case):
    def test_each_refusal_is_an_exception_of_its_own(self):
        constraint = wit.Constraint("tag_name_key", "tag", ["name"])
        refusals = {
            orm.UniqueViolation: wit.Error_Unique(constraint),
            orm.ForeignKeyViolation: wit.Error_ForeignKey(constraint),
            orm.NotNullViolation: wit.Error_NotNull(constraint),
            orm.CheckViolation: wit.Error_Check(constraint),
            orm.TypeMismatch: wit.Error_TypeMismatch("what"),
            orm.Stale: wit.Error_Stale(),
            orm.Busy: wit.Error_Busy(),
            orm.Timeout: wit.Error_Timeout(),
            orm.Quota: wit.Error_Quota("what"),
            orm.Denied: wit.Error_Denied("what"),
            orm.SqlSyntaxError: wit.Error_Syntax(wit.SyntaxError("what", 3)),
            orm.UnknownTable: wit.Error_UnknownTable("what"),
            orm.UnknownColumn: wit.Error_UnknownColumn("what"),
            orm.InvalidQuery: wit.Error_Invalid("what"),
            orm.Misuse: wit.Error_Misuse("what"),
            orm.Corrupt: wit.Error_Corrupt("what"),
            orm.Unavailable: wit.Error_Unavailable("what"),
            orm.NoDatabase: wit.Error_NoDatabase(),
        }
        cases = {name for name in vars(wit) if name.startswith("Error_")}
        self.assertEqual({type(refusal).__name__ for refusal in refusals.values()}, cases)
        for kind, refusal in refusals.items():
            self.host.refusal = refusal
            with self.assertRaises(kind) as caught:
                self.Tag.objects.create(name="a")
            self.assertIs(type(caught.exception), kind)
            self.assertIsInstance(caught.exception, dbapi.Error)
            if getattr(refusal, "value", None) == "what":
                self.assertIn("what", str(caught.exception))
            if isinstance(caught.exception, orm.IntegrityError):
                self.assertEqual(
                    (caught.exception.table, caught.exception.columns), ("tag", ["name"])
                )


class DbApi(Case):
    def setUp(self):
        super().setUp()
        self.connection = dbapi.connect()

    def begins(self, sql):
        self.host.log.clear()
        self.connection.execute(sql)
        begun = "begin write" in self.host.log
        self.connection.rollback()
        return begun

    def test_a_transaction_begins_before_what_may_write(self):
        for sql in (
            "INSERT INTO a VALUES (1)",
            "  -- a comment\n update a SET b = 1",
            "/* SELECT */ DELETE FROM a",
            "REPLACE INTO a VALUES (1)",
            "WITH x AS (SELECT 1) INSERT INTO a SELECT * FROM x",
            "CREATE TABLE a (b)",
        ):
            self.assertTrue(self.begins(sql), sql)
        for sql in ("SELECT 1", "values (1)", "WITH x AS (SELECT 1) SELECT * FROM x", "PRAGMA x"):
            self.assertFalse(self.begins(sql), sql)

    def test_commit_and_rollback_without_a_transaction_do_nothing(self):
        self.connection.commit()
        self.connection.rollback()
        self.assertEqual(self.host.log, [])

    def test_transactions_in_sql_do_not_reach_the_host_as_sql(self):
        for sql in (
            *("BEGIN", "SAVEPOINT a", 'savepoint "B"', "RELEASE SAVEPOINT b;"),
            *("ROLLBACK TO a", "COMMIT;"),
        ):
            self.connection.execute(sql)
        self.assertEqual(self.host.prepared, [])
        self.assertEqual(
            self.host.log,
            [
                *("begin write", "savepoint 1", "savepoint 2", "release 2"),
                *("rollback 1", "savepoint 3", "commit all", "drop all"),
            ],
        )

    def test_a_connection_within_atomic_cannot_end_it(self):
        with orm.atomic():
            self.connection.execute("INSERT INTO a VALUES (1)")
            for end in (self.connection.commit, self.connection.rollback):
                with self.assertRaisesRegex(dbapi.ProgrammingError, "atomic"):
                    end()
        self.assertEqual(self.host.log.count("begin write"), 1)

    def test_atomic_within_a_connections_transaction_is_a_savepoint(self):
        self.connection.execute("INSERT INTO a VALUES (1)")
        with orm.atomic():
            with self.assertRaisesRegex(dbapi.ProgrammingError, "leave the block"):
                self.connection.commit()
        self.connection.commit()
        self.assertEqual(
            self.host.log,
            ["begin write", "savepoint 1", "release 1", "drop 1", "commit all", "drop all"],
        )

    def test_a_savepoint_by_sql_within_atomic(self):
        with orm.atomic():
            self.connection.execute("SAVEPOINT a")
            self.connection.execute("RELEASE a")
        self.assertEqual(self.host.log[:3], ["begin write", "savepoint 1", "release 1"])

    def test_a_savepoint_of_an_ended_transaction_is_forgotten(self):
        self.connection.execute("SAVEPOINT a")
        _host.give_up()
        with orm.atomic():
            with self.assertRaises(dbapi.OperationalError):
                self.connection.execute("RELEASE a")
        self.assertEqual(self.host.log[-1], "drop all")
        self.connection.execute("INSERT INTO a VALUES (1)")
        self.connection.commit()

    def test_description(self):
        self.host.answers = [([(1, 2)],)]
        cursor = self.connection.execute("SELECT a, b FROM c")
        self.assertEqual([column[0] for column in cursor.description], ["a", "b"])
        self.assertEqual(list(cursor), [(1, 2)])
