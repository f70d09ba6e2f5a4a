-- Other files: nothing may open, make or write one.

-- expect: denied
ATTACH '{neighbour}' AS other
ATTACH DATABASE '{neighbour}' AS other
attach database '{neighbour}' as other
AtTaCh '{neighbour}' AS "main"
ATTACH '{neighbour}' AS temp
ATTACH '{neighbour}' AS 'quoted name'
ATTACH '{folder}/' || 'neighbour.db' AS other
ATTACH ? AS other
ATTACH ?1 AS other
ATTACH :file AS other
ATTACH @file AS other
ATTACH $file AS other
ATTACH (SELECT '{neighbour}') AS other
ATTACH (SELECT text FROM notes LIMIT 1) AS other
ATTACH lower('{neighbour}') AS other
ATTACH CASE WHEN 1 THEN '{neighbour}' ELSE ':memory:' END AS other
ATTACH CAST('{neighbour}' AS TEXT) AS other
ATTACH coalesce(NULL, '{neighbour}') AS other
ATTACH printf('%s/%s', '{folder}', 'neighbour.db') AS other
ATTACH X'2F746D702F78' AS other
ATTACH 1 AS other
ATTACH NULL AS other
ATTACH '' AS other
ATTACH ':memory:' AS other
ATTACH 'file::memory:?cache=shared' AS other
ATTACH 'file:{neighbour}' AS other
ATTACH 'file:{neighbour}?mode=rwc' AS other
ATTACH 'file:{neighbour}?immutable=1' AS other
ATTACH 'file:{folder}/made.db?mode=rwc&vfs=unix-none' AS other
ATTACH 'FILE:{neighbour}' AS other
ATTACH 'file://localhost{neighbour}' AS other
ATTACH '{folder}/%6Eeighbour.db' AS other
ATTACH '{folder}/made.db' AS other
ATTACH '{folder}/app.db' AS other
ATTACH '/dev/shm/made.db' AS other
ATTACH '/proc/self/exe' AS other
ATTACH '../neighbour.db' AS other
ATTACH '{neighbour}' AS other KEY 'secret'
ATTACH '{neighbour}' AS (SELECT 'other')
ATTACH '{neighbour}' AS ?
ATTACH/**/'{neighbour}'/**/AS/**/other
/* a comment */ ATTACH '{neighbour}' AS other
EXPLAIN ATTACH '{neighbour}' AS other
EXPLAIN QUERY PLAN ATTACH '{neighbour}' AS other
DETACH main
DETACH temp
DETACH DATABASE main
DETACH 'main'
DETACH ?
DETACH (SELECT 'main')
VACUUM INTO '{folder}/made.db'
VACUUM INTO '{neighbour}'
VACUUM INTO '{canary}'
VACUUM INTO ?
VACUUM INTO '{folder}/' || 'made.db'
VACUUM INTO (SELECT text FROM notes LIMIT 1)
VACUUM INTO 'file:{folder}/made.db?mode=rwc'
VACUUM main INTO '{folder}/made.db'
vacuum main into lower('{folder}/MADE.DB')
VACUUM
VACUUM main

-- A word that SQLite does not know is not a way in either.
-- expect: syntax
ATTACH readfile('{canary}') AS other
CREATE TRIGGER attaching AFTER INSERT ON notes BEGIN ATTACH '{neighbour}' AS other; END
CREATE TRIGGER vacuuming AFTER INSERT ON notes BEGIN VACUUM INTO '{folder}/made.db'; END
SELECT * FROM other.notes
SELECT * FROM "{neighbour}".notes
INSERT INTO other.notes VALUES (1, 'x')
CREATE TABLE other.made (x)
CREATE TABLE "{folder}/made".made (x)
