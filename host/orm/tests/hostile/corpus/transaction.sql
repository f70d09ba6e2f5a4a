-- Transactions are the host's: it must know when one is open.

-- expect: denied
BEGIN
BEGIN TRANSACTION
BEGIN DEFERRED
BEGIN IMMEDIATE
BEGIN EXCLUSIVE
begin exclusive transaction
COMMIT
COMMIT TRANSACTION
END
END TRANSACTION
ROLLBACK
ROLLBACK TRANSACTION
ROLLBACK TO whole
ROLLBACK TRANSACTION TO SAVEPOINT part_1
SAVEPOINT part_1
SAVEPOINT "whole"
RELEASE part_1
RELEASE SAVEPOINT whole
EXPLAIN BEGIN
/**/BEGIN/**/IMMEDIATE

-- Exactly one statement.
-- expect: error
SELECT 1; BEGIN
SELECT 1; DELETE FROM notes
SELECT 1; ATTACH '{neighbour}' AS other
;
;;
-- nothing but a comment
/* nothing but a comment */
/* without an end
SELECT 'without an end
SELECT "without an end
SELECT [without an end
SELECT `without an end
SELECT X'0
SELECT X'0G'
SELECT 0x
SELECT 1e
SELECT @
SELECT $
SELECT ?0
SELECT ?32767
SELECT ?99999999999999999999
CREATE TRIGGER made AFTER INSERT ON notes BEGIN COMMIT; END
CREATE TRIGGER made AFTER INSERT ON notes BEGIN BEGIN; END
CREATE TRIGGER made AFTER INSERT ON notes BEGIN CREATE TABLE x (y); END
SELECT * FROM notes INDEXED BY no_such_index
SELECT raise(ROLLBACK, 'no')
SELECT raise(ABORT, 'no')

-- One that rolls back by itself leaves nothing behind.
-- expect: ok
CREATE TRIGGER rolling BEFORE INSERT ON scratch BEGIN SELECT raise(ROLLBACK, 'rolled back'); END
-- expect: error
INSERT INTO scratch VALUES (1)
INSERT OR ROLLBACK INTO notes (id, text) VALUES (1, 'x')
-- expect: ok
DROP TRIGGER rolling
