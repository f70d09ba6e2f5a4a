-- Full-text search: of a model, `page`. Queries search it, and triggers keep it current.

-- SQL that searches.
-- expect: denied
SELECT count(*) FROM page_fts WHERE page_fts MATCH 'a*'
SELECT count(*) FROM page_fts WHERE page_fts MATCH 'a* OR b* OR c* OR d* OR e* OR f* OR 0* OR 1* OR 2* OR 3*'
SELECT count(*) FROM page_fts WHERE page_fts MATCH 'NEAR(a* b* c* d*, 1000000)'
SELECT count(*) FROM page_fts WHERE page_fts MATCH 'NEAR(a b, 9223372036854775807)'
SELECT count(*) FROM page_fts WHERE page_fts MATCH 'word + word + word + word + word + word'
SELECT count(*) FROM page_fts WHERE page_fts MATCH 'text : word NOT (text : word)'
SELECT count(*) FROM page_fts WHERE page_fts MATCH '{text} : ^word'
SELECT count(*) FROM page_fts WHERE page_fts MATCH replace(printf('%.*c', 900, 'x'), 'x', '(') || 'word' || replace(printf('%.*c', 900, 'x'), 'x', ')')
SELECT count(*) FROM page_fts WHERE page_fts MATCH replace(printf('%.*c', 100000, 'x'), 'x', '(') || 'word'
SELECT count(*) FROM page_fts WHERE page_fts MATCH replace(printf('%.*c', 100000, 'x'), 'x', 'word ')
SELECT count(*) FROM page_fts WHERE page_fts MATCH replace(printf('%.*c', 100000, 'x'), 'x', 'word OR ') || 'word'
SELECT count(*) FROM page_fts WHERE page_fts MATCH replace(printf('%.*c', 200, 'x'), 'x', 'word OR ') || 'word'
SELECT count(*) FROM page_fts WHERE page_fts MATCH replace(printf('%.*c', 100000, 'x'), 'x', 'word NOT ') || 'word'
SELECT count(*) FROM page_fts WHERE page_fts MATCH replace(printf('%.*c', 200, 'x'), 'x', 'w* AND ') || 'w*'
SELECT count(*) FROM page_fts WHERE page_fts MATCH replace(printf('%.*c', 200000, 'x'), 'x', 'word + ') || 'word'
SELECT count(*) FROM page_fts WHERE page_fts MATCH 'NEAR(' || replace(printf('%.*c', 200000, 'x'), 'x', 'word ') || ', 100)'
SELECT count(*) FROM big, page_fts WHERE page_fts MATCH big.a
SELECT count(*) FROM big, page_fts WHERE page_fts MATCH '"' || big.a || '"'
SELECT count(*) FROM big, page_fts WHERE page_fts MATCH '"' || replace(substr(big.a, 1, 1000000), 'a', 'a ') || '"'
SELECT count(*) FROM page_fts WHERE page_fts MATCH ''
SELECT count(*) FROM page_fts WHERE page_fts MATCH '"'
SELECT count(*) FROM page_fts WHERE page_fts MATCH 'AND'
SELECT count(*) FROM page_fts WHERE page_fts MATCH '('
SELECT count(*) FROM page_fts WHERE page_fts MATCH 'no_such_column : word'
SELECT count(*) FROM page_fts WHERE page_fts MATCH '*'
SELECT count(*) FROM page_fts WHERE page_fts MATCH NULL
SELECT count(*) FROM page_fts WHERE page_fts MATCH X'00'
SELECT count(*) FROM page_fts WHERE page_fts MATCH char(0) || 'word'
SELECT count(*) FROM page_fts AS a, page_fts AS b, page_fts AS c WHERE a.page_fts MATCH 'w*' AND b.page_fts MATCH 'w*' AND c.page_fts MATCH 'w*'
SELECT highlight(page_fts, 0, '<', '>') FROM page_fts WHERE page_fts MATCH 'w*'
SELECT highlight(page_fts, 0, big.a, big.a) FROM page_fts, big WHERE page_fts MATCH 'w*'
SELECT max(length(highlight(page_fts, 0, big.a, ''))) FROM big, page_fts WHERE page_fts MATCH 'w*'
SELECT snippet(page_fts, 0, '<', '>', '...', 64) FROM page_fts WHERE page_fts MATCH 'w*'
SELECT max(length(snippet(page_fts, 0, big.a, big.a, big.a, 64))) FROM big, page_fts WHERE page_fts MATCH 'w*'
SELECT bm25(page_fts, 1e308, -1e308) FROM page_fts WHERE page_fts MATCH 'w*' ORDER BY 1
SELECT * FROM page_fts WHERE page_fts MATCH 'w*' ORDER BY rank LIMIT 1
SELECT * FROM page_fts WHERE page_fts MATCH 'w*' AND rank MATCH 'bm25(10.0)' ORDER BY rank LIMIT 1
SELECT * FROM page_fts WHERE page_fts MATCH 'w*' AND rank MATCH 'load_extension(''x'')' ORDER BY rank
SELECT * FROM page_fts WHERE page_fts MATCH 'w*' AND rank MATCH 'no_such_function()' ORDER BY rank
SELECT * FROM page_fts WHERE page_fts MATCH 'w*' AND rank MATCH 'bm25((SELECT load_extension(''x'')))' ORDER BY rank
SELECT count(*) FROM page_fts
SELECT rowid, rank FROM page_fts LIMIT 1
SELECT text FROM page_fts
SELECT count(*) FROM page_fts('word')
SELECT count(*) FROM page_fts((SELECT a FROM big))
SELECT count(*) FROM page_fts WHERE page_fts = 'word'
SELECT count(*) FROM page_fts WHERE page_fts = (SELECT a FROM big)
SELECT count(*) FROM page_fts WHERE text MATCH 'word'
SELECT count(*) FROM page_fts WHERE text LIKE '%word%'
SELECT count(*) FROM page WHERE rowid IN (SELECT rowid FROM page_fts WHERE page_fts MATCH _wasgi_search('word'))
SELECT _wasgi_search('word')
SELECT match('word', text) FROM page
WITH page_fts_insert AS (SELECT rowid FROM page_fts WHERE page_fts MATCH 'word') SELECT * FROM page_fts_insert
WITH found AS (SELECT rowid FROM page_fts WHERE page_fts MATCH 'word') SELECT * FROM found
SELECT * FROM main."PAGE_FTS"
SELECT * FROM [page_FTS] AS p WHERE p.text = 'word'
EXPLAIN SELECT * FROM page_fts WHERE page_fts MATCH 'word'
PRAGMA no_such_pragma = page_fts

-- Its commands, and its rows.
-- expect: denied
INSERT INTO page_fts (page_fts) VALUES ('integrity-check')
INSERT INTO page_fts (page_fts) VALUES ('optimize')
INSERT INTO page_fts (page_fts) VALUES ('rebuild')
INSERT INTO page_fts (page_fts, rank) VALUES ('merge', 2147483647)
INSERT INTO page_fts (page_fts, rank) VALUES ('merge', -2147483648)
INSERT INTO page_fts (page_fts, rank) VALUES ('automerge', 9223372036854775807)
INSERT INTO page_fts (page_fts, rank) VALUES ('crisismerge', -1)
INSERT INTO page_fts (page_fts, rank) VALUES ('usermerge', 1)
INSERT INTO page_fts (page_fts, rank) VALUES ('hashsize', 9223372036854775807)
INSERT INTO page_fts (page_fts, rank) VALUES ('secure-delete', 1)
INSERT INTO page_fts (page_fts, rank) VALUES ('pgsz', 32)
INSERT INTO page_fts (page_fts, rank) VALUES ('pgsz', 2147483647)
INSERT INTO page_fts (text) SELECT a FROM big
INSERT INTO page_fts (rowid, text) VALUES (1, 'word')
INSERT INTO page_fts (page_fts, rowid, text) VALUES ('delete', 1, 'word')
INSERT INTO page_fts (page_fts) VALUES ('delete-all')
REPLACE INTO page_fts (rowid, text) VALUES (1, 'word')
UPDATE page_fts SET text = 'word'
DELETE FROM page_fts
DELETE FROM page_fts WHERE rowid = 1
WITH page_fts_insert AS (SELECT 1) INSERT INTO page_fts (page_fts) SELECT 'rebuild' FROM page_fts_insert
DROP TABLE page_fts
DROP TABLE page_fts_data
DROP TABLE page
ALTER TABLE page_fts RENAME TO other
-- expect: error
ALTER TABLE page_fts ADD COLUMN x
CREATE INDEX made ON page_fts (text)
CREATE TRIGGER made AFTER INSERT ON page_fts BEGIN SELECT 1; END

-- What could be taken for one of its parts.
-- expect: denied
CREATE TABLE other_fts (x)
CREATE TABLE OTHER_FTS AS SELECT 1
CREATE VIEW other_fts AS SELECT 1
CREATE VIEW page_fts_insert AS SELECT 1
CREATE TABLE other_fts_data (x)
CREATE INDEX notes_fts_insert ON notes (text)
ALTER TABLE notes RENAME TO other_fts
ALTER TABLE notes RENAME TO [Other_Fts_Data]
DROP TRIGGER page_fts_insert
DROP TRIGGER IF EXISTS "PAGE_fts_update"
CREATE TRIGGER other_fts_insert AFTER INSERT ON notes BEGIN SELECT 1; END
CREATE TRIGGER notes_fts_delete AFTER DELETE ON notes BEGIN INSERT INTO page_fts (page_fts) VALUES ('rebuild'); END
CREATE TRIGGER forging AFTER INSERT ON notes BEGIN INSERT INTO page_fts (page_fts) VALUES ('rebuild'); END
CREATE TRIGGER forging AFTER INSERT ON page BEGIN DELETE FROM "page_FTS"; END
-- expect: ok
CREATE TRIGGER IF NOT EXISTS page_fts_insert AFTER INSERT ON page BEGIN SELECT 1; END

-- Tables of the app's own.
-- expect: denied
CREATE VIRTUAL TABLE made USING fts5 (x, prefix='1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31')
CREATE VIRTUAL TABLE made USING fts5 (x, tokenize='trigram')
CREATE VIRTUAL TABLE made USING fts5 (x, y, tokenize="unicode61 remove_diacritics 2 categories 'L* N* Co'")
CREATE VIRTUAL TABLE made USING fts5 (x, tokenize='porter porter porter porter porter porter porter porter ascii')
CREATE VIRTUAL TABLE made USING fts5 (x, content='no_such_table')
CREATE VIRTUAL TABLE made USING fts5 (x, content='made')
CREATE VIRTUAL TABLE made USING fts5 (x, content='_wasgi_migrations', content_rowid='id')

-- A view of it can be made, and not be read.
-- expect: ok
CREATE VIEW peeping AS SELECT rowid FROM page_fts WHERE page_fts MATCH 'word'
-- expect: error
SELECT * FROM peeping
SELECT count(*) FROM notes WHERE id IN (SELECT * FROM peeping)
INSERT INTO page (text) SELECT rowid FROM peeping
-- expect: ok
DROP VIEW peeping

-- Rows that are searched, through the model's triggers.
-- expect: ok
INSERT INTO page (text) VALUES ('word of the triggers')
UPDATE page SET text = 'another word' WHERE id = 1
DELETE FROM page WHERE id = 2
REPLACE INTO page (id, text) VALUES (3, 'a word for another')
INSERT INTO page (id, text) VALUES (3, 'x') ON CONFLICT (id) DO UPDATE SET text = excluded.text || ' word'
WITH page_fts AS (SELECT 'a word of nobody' AS text) INSERT INTO page (text) SELECT text FROM page_fts
-- expect: quota
INSERT INTO page (text) SELECT a FROM big
INSERT INTO page (text) SELECT hex(randomblob(65537))
INSERT INTO page (text) SELECT many FROM big
INSERT OR IGNORE INTO page (text) SELECT a FROM big
UPDATE page SET text = (SELECT a FROM big) WHERE id = 1
-- Too large, if the machine is quick enough to find out.
-- expect: stopped
INSERT INTO page (text) SELECT replace(substr(a, 1, 2000000), 'a', 'a ') FROM big
-- expect: ended
INSERT INTO page (text) SELECT hex(randomblob(65536))
INSERT INTO page (text) SELECT replace(hex(randomblob(65536)), '7', ' ')
INSERT INTO page (text) SELECT replace(hex(randomblob(65536)), '0', ' ') FROM many
INSERT INTO page (text) SELECT substr(many, 1, 32000) FROM big
INSERT INTO page (text) SELECT substr(many, 1 + 10 * n, 32000) FROM big, many
INSERT INTO page (text) SELECT replace(substr(a, 1, 65000), 'a', 'a ') FROM big, many
INSERT INTO page (text) SELECT replace(substr(a, 1, 65000), 'a', 'é ') FROM big
INSERT INTO page (text) SELECT 'word ' || n || ' ' || n * 7919 FROM many
UPDATE page SET text = text || ' more'
UPDATE page SET text = replace(hex(randomblob(65536)), '7', ' ') WHERE id < 10
UPDATE page SET text = NULL
DELETE FROM page WHERE id > 1000
DELETE FROM page
INSERT INTO page (text) SELECT 'word w' || n || ' word ' || hex(n) FROM many WHERE n < 1000
