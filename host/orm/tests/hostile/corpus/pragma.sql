-- Settings: a guest asks, and sets only what is its own.

-- expect: denied
PRAGMA writable_schema = 1
PRAGMA writable_schema = ON
PRAGMA writable_schema = RESET
PRAGMA main.writable_schema = 1
PRAGMA writable_schema(1)
pragma WRITABLE_SCHEMA = on
PRAGMA "writable_schema" = 1
PRAGMA [writable_schema] = 1
PRAGMA/**/writable_schema/**/=/**/1
PRAGMA journal_mode = DELETE
PRAGMA journal_mode = OFF
PRAGMA journal_mode = MEMORY
PRAGMA main.journal_mode = OFF
PRAGMA journal_mode(OFF)
PRAGMA journal_mode
PRAGMA temp_store = MEMORY
PRAGMA temp_store
PRAGMA temp_store_directory = '{folder}'
PRAGMA data_store_directory = '{folder}'
PRAGMA mmap_size = 1099511627776
PRAGMA max_page_count = 4294967294
PRAGMA main.max_page_count = 4294967294
PRAGMA max_page_count
PRAGMA hard_heap_limit = 1
PRAGMA soft_heap_limit = 1
PRAGMA cache_size = 1000000
PRAGMA cache_size = -4000000
PRAGMA main.cache_size(1000000)
PRAGMA default_cache_size = 1000000
PRAGMA cache_spill = OFF
PRAGMA locking_mode = EXCLUSIVE
PRAGMA main.locking_mode = EXCLUSIVE
PRAGMA synchronous = OFF
PRAGMA synchronous = EXTRA
PRAGMA trusted_schema = ON
PRAGMA foreign_keys = OFF
PRAGMA foreign_keys(0)
PRAGMA ignore_check_constraints = ON
PRAGMA query_only = OFF
PRAGMA query_only = ON
PRAGMA read_uncommitted = ON
PRAGMA recursive_triggers = ON
PRAGMA reverse_unordered_selects = ON
PRAGMA secure_delete = OFF
PRAGMA cell_size_check = OFF
PRAGMA automatic_index = OFF
PRAGMA auto_vacuum = FULL
PRAGMA incremental_vacuum(1000)
PRAGMA incremental_vacuum
PRAGMA page_size = 512
PRAGMA encoding = 'UTF-16'
PRAGMA schema_version = 1
PRAGMA main.schema_version = 77
PRAGMA legacy_alter_table = ON
PRAGMA legacy_file_format = ON
PRAGMA case_sensitive_like = ON
PRAGMA count_changes = ON
PRAGMA empty_result_callbacks = ON
PRAGMA full_column_names = ON
PRAGMA short_column_names = OFF
PRAGMA fullfsync = ON
PRAGMA checkpoint_fullfsync = ON
PRAGMA journal_size_limit = -1
PRAGMA wal_autocheckpoint = 1
PRAGMA wal_autocheckpoint = 0
PRAGMA wal_checkpoint
PRAGMA wal_checkpoint(TRUNCATE)
PRAGMA wal_checkpoint(RESTART)
PRAGMA optimize
PRAGMA optimize(-1)
PRAGMA analysis_limit = 0
PRAGMA shrink_memory
PRAGMA threads = 8
PRAGMA busy_timeout = 100000
PRAGMA busy_timeout
PRAGMA database_list
PRAGMA stats
PRAGMA key = 'secret'
PRAGMA rekey = 'secret'
PRAGMA hexkey = '00'
PRAGMA activate_extensions = 'x'
PRAGMA parser_trace = ON
PRAGMA vdbe_trace = ON
PRAGMA vdbe_debug = ON
PRAGMA lock_status
PRAGMA lock_proxy_file = '{folder}/made.lock'
PRAGMA no_such_pragma = 1
PRAGMA no_such_pragma
EXPLAIN PRAGMA journal_mode = OFF
PRAGMA main.data_version = 1
PRAGMA defer_foreign_keys_ = 1
SELECT * FROM pragma_database_list
SELECT * FROM pragma_database_list()
SELECT * FROM PRAGMA_DATABASE_LIST
SELECT * FROM pragma_optimize
SELECT * FROM pragma_optimize(-1)
SELECT * FROM pragma_journal_mode
SELECT file FROM notes, pragma_database_list
SELECT (SELECT file FROM pragma_database_list)
INSERT INTO notes (text) SELECT file FROM pragma_database_list
SELECT * FROM pragma_max_page_count
SELECT * FROM pragma_busy_timeout

-- What is called a setting but has no table of its own.
-- expect: error
SELECT * FROM pragma_stats
SELECT * FROM pragma_wal_checkpoint
SELECT * FROM pragma_wal_checkpoint('TRUNCATE')
SELECT * FROM pragma_incremental_vacuum(1)
SELECT * FROM pragma_writable_schema
SELECT * FROM pragma_no_such_pragma
SELECT * FROM pragma_soft_heap_limit(1)
SELECT * FROM pragma_hard_heap_limit(1)
SELECT * FROM pragma_foreign_keys(0)
SELECT * FROM pragma_query_only(0)
PRAGMA
PRAGMA ?
PRAGMA user_version = ?
CREATE TRIGGER setting AFTER INSERT ON notes BEGIN PRAGMA writable_schema = 1; END

-- A view is compiled when it is read.
-- expect: ok
CREATE VIEW files AS SELECT * FROM pragma_database_list
-- expect: error
SELECT * FROM files
-- expect: ok
DROP VIEW files

-- What an app may.
-- expect: ok
PRAGMA table_info(notes)
PRAGMA table_xinfo('notes')
PRAGMA index_list(notes)
PRAGMA foreign_key_list(notes)
PRAGMA foreign_keys
PRAGMA page_count
PRAGMA user_version = 7
PRAGMA user_version
PRAGMA user_version = 0
PRAGMA defer_foreign_keys = ON
PRAGMA defer_foreign_keys = OFF
PRAGMA quick_check
PRAGMA integrity_check(10)
PRAGMA foreign_key_check
PRAGMA compile_options
SELECT * FROM pragma_table_info('notes')
SELECT m.name, i.name FROM sqlite_schema AS m, pragma_table_info(m.name) AS i
