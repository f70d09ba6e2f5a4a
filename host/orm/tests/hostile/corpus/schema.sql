-- SQLite's own tables and the host's: read, never written.

-- expect: error
INSERT INTO sqlite_schema VALUES ('table', 'x', 'x', 2, 'CREATE TABLE x (y)')
INSERT INTO sqlite_master VALUES ('table', 'x', 'x', 2, 'CREATE TABLE x (y)')
UPDATE sqlite_schema SET sql = 'CREATE TABLE notes (x)' WHERE name = 'notes'
UPDATE sqlite_master SET rootpage = 2
UPDATE main.sqlite_master SET name = 'x'
update SQLITE_MASTER set name = 'x'
DELETE FROM sqlite_schema
DELETE FROM "sqlite_schema"
DELETE FROM sqlite_master WHERE name = 'notes'
REPLACE INTO sqlite_schema VALUES ('table', 'x', 'x', 2, 'CREATE TABLE x (y)')
DROP TABLE sqlite_schema
DROP TABLE sqlite_sequence
ALTER TABLE sqlite_schema RENAME TO x
ALTER TABLE sqlite_sequence ADD COLUMN x
CREATE INDEX made ON sqlite_schema (name)
CREATE TRIGGER made AFTER INSERT ON sqlite_schema BEGIN SELECT 1; END
CREATE VIEW sqlite_view AS SELECT 1
INSERT INTO sqlite_stat1 VALUES ('notes', NULL, '1')
DROP TABLE sqlite_stat1
ANALYZE
ANALYZE main
ANALYZE notes
-- This one only reads what is known already, if there is anything.
-- expect: ended
ANALYZE sqlite_schema

-- The host's tables.
-- expect: denied
INSERT INTO _wasgi_migrations (id, name) VALUES (9, 'forged')
INSERT INTO main._wasgi_migrations (id, name) VALUES (9, 'forged')
INSERT INTO "_wasgi_migrations" (id, name) VALUES (9, 'forged')
INSERT INTO [_wasgi_migrations] (id, name) VALUES (9, 'forged')
INSERT INTO `_wasgi_migrations` (id, name) VALUES (9, 'forged')
INSERT INTO '_wasgi_migrations' (id, name) VALUES (9, 'forged')
INSERT INTO _WASGI_MIGRATIONS (id, name) VALUES (9, 'forged')
insert into _Wasgi_Migrations (id, name) values (9, 'forged')
INSERT OR REPLACE INTO _wasgi_migrations (id, name) VALUES (1, 'forged')
INSERT OR IGNORE INTO _wasgi_migrations (id, name) VALUES (1, 'forged')
REPLACE INTO _wasgi_migrations (id, name) VALUES (1, 'forged')
INSERT INTO _wasgi_migrations (id, name) VALUES (1, 'forged') ON CONFLICT (id) DO UPDATE SET name = 'forged'
INSERT INTO _wasgi_migrations SELECT * FROM _wasgi_migrations
INSERT INTO _wasgi_migrations DEFAULT VALUES
WITH x AS (SELECT 1) INSERT INTO _wasgi_migrations (id) SELECT * FROM x
UPDATE _wasgi_migrations SET name = 'forged'
UPDATE OR REPLACE _wasgi_migrations SET id = 1
UPDATE _wasgi_migrations AS notes SET name = 'forged'
UPDATE _wasgi_migrations SET name = n.text FROM notes AS n
DELETE FROM _wasgi_migrations
DELETE FROM _wasgi_migrations WHERE id = 1
DELETE FROM _wasgi_migrations AS notes
DELETE FROM _wasgi_migrations RETURNING id
DROP TABLE _wasgi_migrations
DROP TABLE IF EXISTS _wasgi_migrations
DROP TABLE main."_WASGI_migrations"
ALTER TABLE _wasgi_migrations RENAME TO mine
ALTER TABLE _wasgi_migrations RENAME COLUMN name TO mine
ALTER TABLE _wasgi_migrations ADD COLUMN mine
ALTER TABLE _wasgi_migrations DROP COLUMN name
CREATE INDEX made ON _wasgi_migrations (name)
CREATE UNIQUE INDEX made ON "_wasgi_migrations" (name)
CREATE INDEX made ON _wasgi_migrations (1) WHERE 0
CREATE TRIGGER made AFTER INSERT ON _wasgi_migrations BEGIN SELECT 1; END
CREATE TRIGGER made BEFORE DELETE ON _wasgi_migrations BEGIN SELECT raise(ABORT, 'no'); END
CREATE TABLE _wasgi_made (x)
CREATE TABLE IF NOT EXISTS "_wasgi_made" (x)
CREATE TABLE _WASGI_made AS SELECT 1
CREATE VIEW _wasgi_made AS SELECT 1
CREATE VIRTUAL TABLE _wasgi_made USING fts5 (x)
CREATE VIRTUAL TABLE _wasgi USING fts5 (x)
EXPLAIN DELETE FROM _wasgi_migrations

-- A name given later, or to something else than a table.
-- expect: denied
ALTER TABLE notes RENAME TO _wasgi_made
ALTER TABLE notes RENAME TO "_wasgi_made"
ALTER TABLE notes RENAME TO [_WASGI_made]
ALTER TABLE page_fts RENAME TO _wasgi
CREATE INDEX _wasgi_made ON notes (text)
CREATE TRIGGER _wasgi_made AFTER INSERT ON notes BEGIN SELECT 1; END

-- A trigger fires on the host's writes too, with the host's rights.
-- expect: denied
CREATE TRIGGER forging AFTER INSERT ON notes BEGIN INSERT INTO _wasgi_migrations (name) VALUES ('forged'); END
CREATE TRIGGER forging AFTER UPDATE ON notes BEGIN DELETE FROM _wasgi_migrations; END
CREATE TRIGGER forging AFTER DELETE ON notes BEGIN UPDATE "_WASGI_migrations" SET name = 'forged'; END
CREATE TRIGGER forging AFTER DELETE ON notes BEGIN REPLACE INTO [_wasgi_migrations] VALUES (1, 'forged'); END
CREATE TRIGGER forging AFTER DELETE ON notes WHEN (SELECT count(*) FROM _wasgi_migrations) BEGIN SELECT 1; END

-- Through views.
-- expect: ok
CREATE VIEW history AS SELECT id, name FROM _wasgi_migrations
SELECT * FROM history
SELECT * FROM _wasgi_migrations
-- expect: denied
CREATE TRIGGER forging INSTEAD OF INSERT ON history BEGIN INSERT INTO _wasgi_migrations VALUES (new.id, new.name); END
-- expect: error
INSERT INTO history VALUES (9, 'forged')
DELETE FROM history
UPDATE history SET name = 'forged'
-- expect: ok
DROP VIEW history

-- Full-text search over them, and what it keeps for itself.
-- expect: denied
CREATE VIRTUAL TABLE spying USING fts5 (name, content='_wasgi_migrations', content_rowid='id')
-- expect: error
INSERT INTO page_fts_data VALUES (1, X'00')
UPDATE page_fts_data SET block = X'00'
DELETE FROM page_fts_data
DELETE FROM page_fts_idx
DELETE FROM page_fts_docsize
UPDATE page_fts_config SET v = 9
REPLACE INTO page_fts_config VALUES ('version', 9)
DROP TABLE page_fts_data
DROP TABLE page_fts_config
ALTER TABLE page_fts_data ADD COLUMN x
ALTER TABLE page_fts_data RENAME TO x
CREATE TRIGGER made AFTER INSERT ON page_fts_data BEGIN DELETE FROM notes; END
INSERT INTO "main"."page_fts_data" VALUES (1, X'00')
INSERT INTO page_fts (page_fts) VALUES ('no-such-command')
INSERT INTO page_fts (page_fts, rank) VALUES ('pgsz', 1)
CREATE VIRTUAL TABLE made USING fts5 (x, tokenize='no_such_tokenizer')
CREATE VIRTUAL TABLE made USING fts5 (x, content='sqlite_dbpage''; DROP TABLE notes; --', no_such_option=1)
CREATE TABLE made_data (x) STRICT, WITHOUT

-- An index on what the search keeps: the app slows its own search down, no more.
-- expect: ok
CREATE INDEX made ON page_fts_data (block)
INSERT INTO page (text) VALUES ('more')
DROP INDEX made
