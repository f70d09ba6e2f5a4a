"""PEP 249."""

from datetime import datetime, timezone

from models import Case, Tag
from wasgi import dbapi, orm


class DbApi(Case):
    def setUp(self):
        super().setUp()
        self.connection = dbapi.connect()
        self.addCleanup(self.connection.close)
        self.cursor = self.connection.cursor()

    def insert(self, *names):
        self.cursor.executemany("INSERT INTO tag (name) VALUES (?)", [(name,) for name in names])

    def test_globals(self):
        self.assertEqual((dbapi.apilevel, dbapi.paramstyle), ("2.0", "qmark"))
        for name in ("Error", "Warning", "IntegrityError", "NotSupportedError"):
            self.assertIs(getattr(self.connection, name), getattr(dbapi, name))
        self.assertTrue(issubclass(dbapi.IntegrityError, dbapi.DatabaseError))

    def test_rows(self):
        self.insert("a", "b", "c")
        self.assertEqual(self.cursor.rowcount, 3)
        self.cursor.execute("SELECT name, id FROM tag WHERE name > ? ORDER BY name", ("a",))
        self.assertEqual([column[0] for column in self.cursor.description], ["name", "id"])
        self.assertEqual(len(self.cursor.description[0]), 7)
        self.assertEqual(self.cursor.fetchone()[0], "b")
        self.assertEqual([row[0] for row in self.cursor.fetchmany(5)], ["c"])
        self.assertIsNone(self.cursor.fetchone())
        self.assertEqual(self.cursor.fetchall(), [])
        names = [
            row[0] for row in self.connection.execute("SELECT name FROM tag ORDER BY name DESC")
        ]
        self.assertEqual(names, ["c", "b", "a"])

    def test_counts_and_keys(self):
        self.cursor.execute("INSERT INTO tag (id, name) VALUES (?, ?)", (7, "a"))
        self.assertEqual((self.cursor.rowcount, self.cursor.lastrowid), (1, 7))
        self.assertIsNone(self.cursor.description)
        self.cursor.execute("UPDATE tag SET name = 'b'")
        self.assertEqual(self.cursor.rowcount, 1)
        with self.assertRaises(dbapi.ProgrammingError):
            self.cursor.fetchone()
        self.cursor.execute("INSERT INTO tag (name) VALUES ('c') RETURNING id, name")
        self.assertEqual(self.cursor.fetchall(), [(8, "c")])

    def test_nothing_is_permanent_before_commit(self):
        self.cursor.execute("SELECT 1")
        self.assertFalse(self.connection.in_transaction)
        self.insert("a")
        self.assertTrue(self.connection.in_transaction)
        self.connection.rollback()
        self.assertEqual(Tag.objects.count(), 0)
        self.insert("a")
        self.connection.commit()
        self.assertFalse(self.connection.in_transaction)
        self.connection.rollback()
        self.assertEqual(Tag.objects.count(), 1)

    def test_autocommit(self):
        self.connection.autocommit = True
        self.insert("a")
        self.assertFalse(self.connection.in_transaction)
        self.connection.rollback()
        self.assertEqual(Tag.objects.count(), 1)

    def test_the_connection_as_a_context(self):
        with self.connection:
            self.insert("a")
        with self.assertRaises(KeyError):
            with self.connection:
                self.insert("b")
                raise KeyError
        self.assertEqual([tag.name for tag in Tag.objects.all()], ["a"])

    def test_closing_takes_back(self):
        self.insert("a")
        self.connection.close()
        self.assertEqual(Tag.objects.count(), 0)
        with self.assertRaises(dbapi.ProgrammingError):
            self.cursor.execute("SELECT 1")

    def test_transactions_by_sql(self):
        run = self.connection.execute
        run("BEGIN IMMEDIATE")
        run("INSERT INTO tag (name) VALUES ('a')")
        run('SAVEPOINT "One"')
        run("INSERT INTO tag (name) VALUES ('b')")
        run("SAVEPOINT two")
        run("INSERT INTO tag (name) VALUES ('c')")
        run("ROLLBACK TO SAVEPOINT one")
        run("INSERT INTO tag (name) VALUES ('d')")
        run("RELEASE one")
        run("COMMIT")
        self.assertEqual(sorted(tag.name for tag in Tag.objects.all()), ["a", "d"])
        with self.assertRaises(dbapi.OperationalError):
            run("RELEASE one")

    def test_one_transaction_is_shared_with_the_orm(self):
        self.insert("a")
        Tag.objects.create(name="b")
        with self.assertRaises(orm.UniqueViolation):
            with orm.atomic():
                Tag.objects.create(name="c")
                Tag.objects.create(name="a")
        self.connection.rollback()
        self.assertEqual(Tag.objects.count(), 0)
        with orm.atomic():
            self.insert("a")
            with self.assertRaises(dbapi.ProgrammingError):
                self.connection.commit()
        self.assertEqual(Tag.objects.count(), 1)

    def test_values(self):
        moment = datetime(1970, 1, 1, 0, 0, 1, tzinfo=timezone.utc)
        given = (None, 1, 1.5, "ü", b"\x00", True, moment)
        self.cursor.execute("SELECT ?, ?, ?, ?, ?, ?, ?", given)
        self.assertEqual(self.cursor.fetchone(), (None, 1, 1.5, "ü", b"\x00", 1, 1_000_000))
        for wrong in ({"a": 1}, "text", 5):
            with self.assertRaises(dbapi.ProgrammingError):
                self.cursor.execute("SELECT ?", wrong)
        with self.assertRaises(dbapi.InterfaceError):
            self.cursor.execute("SELECT ?", (object(),))

    def test_errors(self):
        self.insert("a")
        with self.assertRaises(dbapi.IntegrityError):
            self.insert("a")
        for wrong in ("SELEKT", "SELECT * FROM nowhere", "SELECT ?"):
            with self.assertRaises(dbapi.Error):
                self.cursor.execute(wrong)
        with self.assertRaises(dbapi.ProgrammingError):
            self.cursor.executemany("SELECT 1", [()])
