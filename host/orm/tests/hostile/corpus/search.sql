-- Full-text search.

-- expect: ended
SELECT count(*) FROM found WHERE found MATCH 'a*'
SELECT count(*) FROM found WHERE found MATCH 'a* OR b* OR c* OR d* OR e* OR f* OR 0* OR 1* OR 2* OR 3*'
SELECT count(*) FROM found WHERE found MATCH 'NEAR(a* b* c* d*, 1000000)'
SELECT count(*) FROM found WHERE found MATCH 'NEAR(a b, 9223372036854775807)'
SELECT count(*) FROM found WHERE found MATCH 'word + word + word + word + word + word'
SELECT count(*) FROM found WHERE found MATCH 'text : word NOT (text : word)'
SELECT count(*) FROM found WHERE found MATCH '{text} : ^word'
SELECT count(*) FROM found WHERE found MATCH replace(printf('%.*c', 900, 'x'), 'x', '(') || 'word' || replace(printf('%.*c', 900, 'x'), 'x', ')')
SELECT count(*) FROM found WHERE found MATCH replace(printf('%.*c', 100000, 'x'), 'x', '(') || 'word'
SELECT count(*) FROM found WHERE found MATCH replace(printf('%.*c', 100000, 'x'), 'x', 'word ')
SELECT count(*) FROM found WHERE found MATCH replace(printf('%.*c', 100000, 'x'), 'x', 'word OR ') || 'word'
SELECT count(*) FROM found WHERE found MATCH replace(printf('%.*c', 200, 'x'), 'x', 'word OR ') || 'word'
SELECT count(*) FROM found WHERE found MATCH replace(printf('%.*c', 100000, 'x'), 'x', 'word NOT ') || 'word'
SELECT count(*) FROM found WHERE found MATCH replace(printf('%.*c', 200, 'x'), 'x', 'w* AND ') || 'w*'
SELECT count(*) FROM found WHERE found MATCH replace(printf('%.*c', 200000, 'x'), 'x', 'word + ') || 'word'
SELECT count(*) FROM found WHERE found MATCH 'NEAR(' || replace(printf('%.*c', 200000, 'x'), 'x', 'word ') || ', 100)'
SELECT count(*) FROM found WHERE found MATCH a FROM big
SELECT count(*) FROM big, found WHERE found MATCH big.a
SELECT count(*) FROM big, found WHERE found MATCH '"' || big.a || '"'
SELECT count(*) FROM big, found WHERE found MATCH '"' || replace(substr(big.a, 1, 1000000), 'a', 'a ') || '"'
SELECT count(*) FROM found WHERE found MATCH ''
SELECT count(*) FROM found WHERE found MATCH '"'
SELECT count(*) FROM found WHERE found MATCH 'AND'
SELECT count(*) FROM found WHERE found MATCH '('
SELECT count(*) FROM found WHERE found MATCH 'no_such_column : word'
SELECT count(*) FROM found WHERE found MATCH '*'
SELECT count(*) FROM found WHERE found MATCH NULL
SELECT count(*) FROM found WHERE found MATCH X'00'
SELECT count(*) FROM found WHERE found MATCH char(0) || 'word'
SELECT count(*) FROM found AS a, found AS b, found AS c WHERE a.found MATCH 'w*' AND b.found MATCH 'w*' AND c.found MATCH 'w*'
SELECT highlight(found, 0, '<', '>') FROM found WHERE found MATCH 'w*'
SELECT highlight(found, 0, big.a, big.a) FROM found, big WHERE found MATCH 'w*'
SELECT max(length(highlight(found, 0, big.a, ''))) FROM big, found WHERE found MATCH 'w*'
SELECT snippet(found, 0, '<', '>', '...', 64) FROM found WHERE found MATCH 'w*'
SELECT max(length(snippet(found, 0, big.a, big.a, big.a, 64))) FROM big, found WHERE found MATCH 'w*'
SELECT bm25(found, 1e308, -1e308) FROM found WHERE found MATCH 'w*' ORDER BY 1
SELECT * FROM found WHERE found MATCH 'w*' ORDER BY rank LIMIT 1
SELECT * FROM found WHERE found MATCH 'w*' AND rank MATCH 'bm25(10.0)' ORDER BY rank LIMIT 1
SELECT * FROM found WHERE found MATCH 'w*' AND rank MATCH 'load_extension(''x'')' ORDER BY rank
SELECT * FROM found WHERE found MATCH 'w*' AND rank MATCH 'no_such_function()' ORDER BY rank
SELECT * FROM found WHERE found MATCH 'w*' AND rank MATCH 'bm25((SELECT load_extension(''x'')))' ORDER BY rank
INSERT INTO found (found) VALUES ('integrity-check')
INSERT INTO found (found) VALUES ('optimize')
INSERT INTO found (found) VALUES ('rebuild')
INSERT INTO found (found, rank) VALUES ('merge', 2147483647)
INSERT INTO found (found, rank) VALUES ('merge', -2147483648)
INSERT INTO found (found, rank) VALUES ('automerge', 9223372036854775807)
INSERT INTO found (found, rank) VALUES ('crisismerge', -1)
INSERT INTO found (found, rank) VALUES ('usermerge', 1)
INSERT INTO found (found, rank) VALUES ('hashsize', 9223372036854775807)
INSERT INTO found (found, rank) VALUES ('secure-delete', 1)
INSERT INTO found (found, rank) VALUES ('pgsz', 32)
INSERT INTO found (found, rank) VALUES ('pgsz', 2147483647)
INSERT INTO found (text) SELECT a FROM big
INSERT INTO found (text) SELECT replace(substr(a, 1, 2000000), 'a', 'a ') FROM big
INSERT INTO found (text) SELECT hex(randomblob(2000000))
INSERT INTO found (text) SELECT replace(hex(randomblob(1000000)), '7', ' ')
INSERT INTO found (text) SELECT many || n FROM big, many
DELETE FROM found WHERE rowid > 1000
CREATE VIRTUAL TABLE made USING fts5 (x, prefix='1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31')
INSERT INTO made (x) SELECT many FROM big
DROP TABLE IF EXISTS made
CREATE VIRTUAL TABLE made USING fts5 (x, tokenize='trigram')
INSERT INTO made (x) SELECT digits FROM big
SELECT count(*) FROM made WHERE x LIKE '%111%'
SELECT count(*) FROM made WHERE x GLOB '*1111111111111111*'
SELECT count(*) FROM big, made WHERE made MATCH big.digits
DROP TABLE IF EXISTS made
CREATE VIRTUAL TABLE made USING fts5 (x, y, tokenize="unicode61 remove_diacritics 2 categories 'L* N* Co'")
CREATE VIRTUAL TABLE made USING fts5 (x, tokenize='porter porter porter porter porter porter porter porter ascii')
DROP TABLE IF EXISTS made
CREATE VIRTUAL TABLE made USING fts5 (x, content='no_such_table')
SELECT * FROM made
SELECT * FROM made WHERE made MATCH 'x'
DROP TABLE IF EXISTS made
CREATE VIRTUAL TABLE made USING fts5 (x, content='made')
SELECT * FROM made
INSERT INTO made (made) VALUES ('rebuild')
DROP TABLE IF EXISTS made
