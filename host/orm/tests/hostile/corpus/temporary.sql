-- Temporary tables lie in files of their own, past the quota; other modules look
-- past the tables, or keep theirs elsewhere.

-- expect: denied
CREATE TEMP TABLE made (x)
CREATE TEMPORARY TABLE made (x)
create temp table if not exists made (x)
CREATE TABLE temp.made (x)
CREATE TABLE "temp".made (x)
CREATE TEMP TABLE made AS SELECT * FROM notes
CREATE TEMP VIEW made AS SELECT 1
CREATE VIEW temp.made AS SELECT 1
CREATE TEMP TRIGGER made AFTER INSERT ON notes BEGIN DELETE FROM notes; END
CREATE TRIGGER temp.made AFTER INSERT ON main.notes BEGIN DELETE FROM notes; END
INSERT INTO temp.sqlite_schema VALUES ('table', 'x', 'x', 0, 'CREATE TABLE x (y)')
INSERT INTO sqlite_temp_schema VALUES ('table', 'x', 'x', 0, 'CREATE TABLE x (y)')
CREATE VIRTUAL TABLE temp.made USING fts5 (x)
CREATE VIRTUAL TABLE made USING fts3 (x)
CREATE VIRTUAL TABLE made USING fts4 (x)
CREATE VIRTUAL TABLE made USING FTS4 (content='notes', x)
CREATE VIRTUAL TABLE made USING fts4aux (notes)
CREATE VIRTUAL TABLE made USING fts3tokenize (simple)
CREATE VIRTUAL TABLE made USING fts5vocab ('found', 'row')
CREATE VIRTUAL TABLE made USING rtree (id, x0, x1)
CREATE VIRTUAL TABLE made USING rtree_i32 (id, x0, x1)
CREATE VIRTUAL TABLE made USING dbstat
CREATE VIRTUAL TABLE temp.made USING dbstat (main)
CREATE VIRTUAL TABLE made USING sqlite_dbpage
CREATE VIRTUAL TABLE made USING csv (filename='{canary}')
CREATE VIRTUAL TABLE made USING zipfile ('{canary}')
CREATE VIRTUAL TABLE made USING json_each
CREATE VIRTUAL TABLE made USING pragma_table_info
CREATE VIRTUAL TABLE made USING no_such_module (x)
CREATE VIRTUAL TABLE IF NOT EXISTS made USING "rtree" (id, x0, x1)
SELECT * FROM dbstat
SELECT * FROM dbstat('main')
SELECT * FROM dbstat WHERE name = 'notes'
SELECT sum(pgsize) FROM DBSTAT
SELECT path FROM notes, dbstat
SELECT * FROM fts3tokenize
SELECT * FROM fts3tokenize('simple')

-- expect: error
DELETE FROM sqlite_temp_master
SELECT * FROM sqlite_dbpage
SELECT data FROM sqlite_dbpage WHERE pgno = 1
UPDATE sqlite_dbpage SET data = zeroblob(4096) WHERE pgno = 1
INSERT INTO sqlite_dbpage VALUES (1, zeroblob(4096))
SELECT * FROM bytecode('SELECT 1')
SELECT * FROM tables_used('SELECT 1')
SELECT * FROM sqlite_stmt
SELECT * FROM completion('sel')
SELECT * FROM fts5vocab
SELECT * FROM json_each('[]') WHERE fts5vocab
DELETE FROM pragma_table_info
UPDATE json_each SET key = 1
CREATE TABLE sqlite_made (x)
CREATE TABLE "SQLITE_made" (x)
CREATE INDEX sqlite_made ON notes (text)
CREATE INDEX temp.made ON notes (text)
CREATE INDEX other.made ON notes (text)
