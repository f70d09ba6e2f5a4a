-- Functions that reach out of the database.

-- expect: denied
SELECT load_extension('x')
SELECT load_extension('{folder}/canary.txt', 'entry')
select LOAD_EXTENSION('x')
SELECT "load_extension"('x')
SELECT load_extension(?)
SELECT * FROM notes WHERE load_extension('x')
SELECT * FROM notes ORDER BY load_extension('x')
INSERT INTO notes (text) VALUES (load_extension('x'))
WITH x AS (SELECT load_extension('x')) SELECT * FROM x
SELECT fts3_tokenizer('simple')
SELECT fts3_tokenizer('simple', X'4141414141414141')
SELECT fts3_tokenizer(?, ?)
SELECT sqlite_source_id()
SELECT sqlite_compileoption_get(0)
SELECT sqlite_compileoption_used('THREADSAFE')
SELECT sqlite_log(1, 'x')
SELECT rtreecheck('notes')
SELECT rtreenode(2, X'0000')
SELECT rtreedepth(X'0000')
SELECT matchinfo(notes) FROM notes
SELECT optimize(notes) FROM notes
SELECT offsets(notes) FROM notes
SELECT fts5(NULL)
SELECT fts5_source_id()
SELECT fts5_insttoken(notes) FROM notes
SELECT fts5_get_locale(notes, 0) FROM notes
SELECT json_valid(load_extension('x'))
SELECT count(*) FILTER (WHERE load_extension('x')) FROM notes
SELECT max(load_extension('x')) OVER () FROM notes
UPDATE notes SET text = load_extension('x')
DELETE FROM notes WHERE load_extension('x') IS NULL
INSERT INTO notes (text) VALUES ('x') RETURNING load_extension('x')
INSERT INTO notes (id, text) VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET text = load_extension('x')

-- Functions of other builds and of the command line: there are none here.
-- expect: error
SELECT sqlite_offset(text) FROM notes
SELECT readfile('{canary}')
SELECT writefile('{folder}/made.txt', 'x')
SELECT edit('x', 'sh')
SELECT fsdir('{folder}')
SELECT * FROM fsdir('{folder}')
SELECT lsmode(1)
SELECT shell('id')
SELECT system('id')
SELECT eval('DELETE FROM notes')
SELECT zipfile('x', 'y')
SELECT sqlar_compress('x')
SELECT sha3('x')
SELECT generate_series(1, 2)
SELECT * FROM generate_series(1, 1000000000)
SELECT * FROM carray(0, 1000)
SELECT set_authorizer(NULL)
SELECT fts5_decode(1, X'00')
SELECT fts5_rowid('segment', 1, 1)
SELECT sqlite_unsupported_offset(text) FROM notes
SELECT pow(2, 3)
SELECT geopoly_debug(1)
SELECT remember(1, 2)
SELECT decimal_exp('1')
SELECT ieee754(1)
SELECT stmtrand()
SELECT regexp('a', 'b')
SELECT 'a' REGEXP 'b'

-- SQLite's own, for its own use: as a guest's they find nothing to do.
-- expect: error
SELECT sqlite_rename_table('main', 'table', 'notes', 'CREATE TABLE notes (x)', 'notes', 'other', 0)
SELECT sqlite_rename_column('CREATE TABLE t (x)', 'table', 't', 'main', 't', 0, 'y', 0, 0)
SELECT sqlite_drop_column(0, 'CREATE TABLE t (x, y)', 1)
SELECT sqlite_rename_test('main', 'CREATE TABLE t (x)', 'table', 't', 0, 'x', 0)
SELECT sqlite_rename_quotefix('main', 'CREATE TABLE t (x)')
