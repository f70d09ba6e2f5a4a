-- Tables, views, triggers and indexes that only bite later.

-- expect: ok
CREATE TABLE loop (n INTEGER)
CREATE TRIGGER loop_insert AFTER INSERT ON loop BEGIN INSERT INTO loop VALUES (new.n + 1); END
CREATE TRIGGER loop_update AFTER UPDATE ON loop BEGIN UPDATE loop SET n = n + 1; END
-- Triggers do not recurse: the pragma for it is off, and not a guest's.
-- expect: ended
INSERT INTO loop VALUES (1)
UPDATE loop SET n = n + 1
-- expect: ok
CREATE TABLE ping (n INTEGER)
CREATE TABLE pong (n INTEGER)
CREATE TRIGGER ping_pong AFTER INSERT ON ping BEGIN INSERT INTO pong VALUES (new.n + 1); END
CREATE TRIGGER pong_ping AFTER INSERT ON pong BEGIN INSERT INTO ping VALUES (new.n + 1); END
-- expect: ended
INSERT INTO ping VALUES (1)
-- expect: ok
CREATE TRIGGER slow AFTER INSERT ON scratch BEGIN INSERT INTO loop WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r; END
-- expect: error
INSERT INTO scratch VALUES (1)
-- expect: ok
DROP TRIGGER slow
CREATE TRIGGER slow BEFORE DELETE ON scratch WHEN (SELECT count(*) FROM many AS a, many AS b) BEGIN SELECT 1; END
INSERT INTO scratch VALUES (1)
-- expect: timeout
DELETE FROM scratch
-- expect: ok
DROP TRIGGER slow
CREATE TRIGGER big_values AFTER UPDATE ON scratch BEGIN INSERT INTO loop SELECT length(a || new.x) FROM big, many; END
-- expect: stopped
UPDATE scratch SET x = 2
-- expect: ok
DROP TRIGGER big_values
DROP TABLE loop
DROP TABLE ping
DROP TABLE pong

-- A cascade through itself.
-- expect: ok
CREATE TABLE chain (id INTEGER PRIMARY KEY, next INTEGER REFERENCES chain ON DELETE CASCADE ON UPDATE CASCADE)
INSERT INTO chain SELECT n, CASE WHEN n > 1 THEN n - 1 END FROM many WHERE n BETWEEN 1 AND 5000
-- expect: error
DELETE FROM chain WHERE id = 1
-- expect: ended
UPDATE chain SET id = -1 WHERE id = 1
DROP TABLE chain
DROP TABLE IF EXISTS chain

-- Views.
-- expect: ok
CREATE VIEW endless AS WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r
-- expect: stopped
SELECT count(*) FROM endless
SELECT * FROM endless
INSERT INTO scratch SELECT n FROM endless
-- expect: ok
DROP VIEW endless
CREATE VIEW circle AS SELECT * FROM square
CREATE VIEW square AS SELECT * FROM circle
-- expect: error
SELECT * FROM circle
SELECT * FROM pragma_table_info('circle')
-- expect: ok
DROP VIEW circle
DROP VIEW square

-- Checks, generated columns, defaults, indexes.
-- expect: ok
CREATE TABLE checked (x, CHECK (length(printf('%.*c', 4000000 - x, 'a')) > 0))
-- expect: ended
INSERT INTO checked SELECT n FROM many
-- expect: ok
DROP TABLE checked
CREATE TABLE generated (x, y AS (printf('%.*c', x, 'a')) VIRTUAL, z AS (hex(y)) VIRTUAL)
INSERT INTO generated (x) VALUES (200000), (200000)
-- expect: quota
INSERT INTO generated (x) VALUES (1000000000)
-- expect: ended
SELECT count(*) FROM generated, many WHERE z < y
SELECT max(length(z)) FROM generated, many WHERE x = 200000
SELECT z FROM generated
CREATE INDEX made ON generated (z)
-- expect: ok
DROP TABLE generated
-- expect: ended
CREATE TABLE exploding (a DEFAULT (printf('%.*c', 4000000, 'a')), b AS (a || a), c AS (b || b), d AS (c || c), e AS (d || d))
INSERT INTO exploding (a) VALUES (printf('%.*c', 3000000, 'a'))
SELECT e FROM exploding
DROP TABLE IF EXISTS exploding
CREATE TABLE doubling (x, a AS (x + x), b AS (a + a), c AS (b + b), d AS (c + c), e AS (d + d), f AS (e + e), g AS (f + f), h AS (g + g), i AS (h + h), j AS (i + i), k AS (j + j), l AS (k + k), m AS (l + l), n AS (m + m), o AS (n + n), p AS (o + o), q AS (p + p), r AS (q + q))
INSERT INTO doubling (x) SELECT digits FROM big
SELECT r FROM doubling
DROP TABLE IF EXISTS doubling
CREATE INDEX slow ON many (printf('%.*c', 100000, n))
CREATE INDEX slower ON many (length(hex(zeroblob(2000000 - n))))
CREATE INDEX wide ON many (n, n, n, n, n, n, n, n, n, n, n, n)
CREATE INDEX partial ON many (n) WHERE length(printf('%.*c', 4000000 - n, 'a')) < 0
CREATE UNIQUE INDEX unique_many ON many (n % 2)
REINDEX
REINDEX many
REINDEX main.notes
REINDEX BINARY
REINDEX decimal
DROP INDEX IF EXISTS slow
DROP INDEX IF EXISTS slower
DROP INDEX IF EXISTS wide
DROP INDEX IF EXISTS partial
ALTER TABLE many ADD COLUMN y AS (length(hex(zeroblob(2000000 - n)))) VIRTUAL
ALTER TABLE many ADD COLUMN z CHECK (length(hex(zeroblob(2000000 - n))) > 0)
ALTER TABLE many DROP COLUMN y
ALTER TABLE many DROP COLUMN z

-- expect: error
CREATE INDEX endless ON notes ((SELECT count(*) FROM many))
CREATE INDEX random ON notes (random())
CREATE TABLE subselect (x CHECK ((SELECT 1)))
CREATE TABLE subselect (x AS ((SELECT 1)))
CREATE TABLE deep (x DEFAULT (SELECT 1))
CREATE TABLE reserved (x, x)
CREATE TABLE notes (x)
ALTER TABLE notes RENAME TO sqlite_made
ALTER TABLE notes RENAME TO scratch
ALTER TABLE notes DROP COLUMN id
ALTER TABLE notes ADD COLUMN x PRIMARY KEY
ALTER TABLE notes ADD COLUMN x REFERENCES notes DEFAULT 1
ALTER TABLE no_such_table RENAME TO x
CREATE TABLE strict (x ANYTHING) STRICT
CREATE TABLE shadowed (x) AS SELECT 1
SELECT * FROM notes NATURAL JOIN notes USING (id)
SELECT a, b, c FROM (VALUES (1, 2))
WITH a AS (SELECT * FROM b), b AS (SELECT * FROM a) SELECT * FROM a

-- expect: ok
EXPLAIN SELECT * FROM notes
EXPLAIN QUERY PLAN DELETE FROM notes
EXPLAIN INSERT INTO notes (text) VALUES ('x')
ALTER TABLE scratch RENAME TO renamed
ALTER TABLE renamed RENAME TO scratch
CREATE TABLE holder (x UNIQUE, y DEFAULT (1 + 1))
ALTER TABLE holder RENAME COLUMN x TO z
ALTER TABLE holder DROP COLUMN y
DROP TABLE holder
