//! What a guest's SQL may do: SQLite asks at every step of compiling a statement
//! (https://sqlite.org/c3ref/set_authorizer.html). What is not named here is refused.

use rusqlite::hooks::{AuthAction, AuthContext, Authorization};

use super::control::Control;
use super::full_text::{self, Ruling};
use crate::error::Error;

/// Pragmas that only tell something.
const TELLING: &[&str] = &[
    "application_id",
    "collation_list",
    "compile_options",
    "data_version",
    "encoding",
    "foreign_key_check",
    "foreign_key_list",
    "foreign_keys",
    "freelist_count",
    "function_list",
    "index_info",
    "index_list",
    "index_xinfo",
    "integrity_check",
    "module_list",
    "page_count",
    "page_size",
    "pragma_list",
    "quick_check",
    "schema_version",
    "table_info",
    "table_list",
    "table_xinfo",
    "user_version",
];

/// Of those, the ones whose argument is a question and not a setting.
const QUESTIONS: &[&str] = &[
    "foreign_key_check",
    "foreign_key_list",
    "index_info",
    "index_list",
    "index_xinfo",
    "integrity_check",
    "quick_check",
    "table_info",
    "table_list",
    "table_xinfo",
];

/// Pragmas that set something of the tenant's own: for this transaction, or a number
/// in the file that SQLite does not look at.
const SETTINGS: &[&str] = &["application_id", "defer_foreign_keys", "user_version"];

/// Functions, sorted: SQLite's own that compute, and those of decimals. Not
/// `json_patch`, which takes minutes for two objects of 4 MB, and not `json_pretty` and
/// `jsonb_group_array`, which make gigabytes before they find that it is too much.
const FUNCTIONS: &[&str] = &[
    "->",
    "->>",
    "abs",
    "avg",
    "changes",
    "char",
    "coalesce",
    "concat",
    "concat_ws",
    "count",
    "cume_dist",
    "current_date",
    "current_time",
    "current_timestamp",
    "date",
    "datetime",
    "decimal",
    "decimal_add",
    "decimal_cmp",
    "decimal_mul",
    "decimal_sub",
    "decimal_sum",
    "dense_rank",
    "first_value",
    "format",
    "glob",
    "group_concat",
    "hex",
    "if",
    "ifnull",
    "iif",
    "instr",
    "json",
    "json_array",
    "json_array_insert",
    "json_array_length",
    "json_each",
    "json_error_position",
    "json_extract",
    "json_group_array",
    "json_group_object",
    "json_insert",
    "json_object",
    "json_quote",
    "json_remove",
    "json_replace",
    "json_set",
    "json_tree",
    "json_type",
    "json_valid",
    "jsonb",
    "jsonb_array",
    "jsonb_array_insert",
    "jsonb_each",
    "jsonb_extract",
    "jsonb_insert",
    "jsonb_object",
    "jsonb_remove",
    "jsonb_replace",
    "jsonb_set",
    "jsonb_tree",
    "julianday",
    "lag",
    "last_insert_rowid",
    "last_value",
    "lead",
    "length",
    "like",
    "likelihood",
    "likely",
    "lower",
    "ltrim",
    "max",
    "min",
    "nth_value",
    "ntile",
    "nullif",
    "octet_length",
    "percent_rank",
    "printf",
    "quote",
    "random",
    "randomblob",
    "rank",
    "replace",
    "round",
    "row_number",
    "rtrim",
    "sign",
    "soundex",
    "sqlite_drop_column",
    "sqlite_fail",
    "sqlite_rename_column",
    "sqlite_rename_quotefix",
    "sqlite_rename_table",
    "sqlite_rename_test",
    "sqlite_version",
    "strftime",
    "string_agg",
    "substr",
    "substring",
    "subtype",
    "sum",
    "time",
    "timediff",
    "total",
    "total_changes",
    "trim",
    "typeof",
    "unhex",
    "unicode",
    "unistr",
    "unistr_quote",
    "unixepoch",
    "unlikely",
    "upper",
    "zeroblob",
];

/// Tables that SQLite makes up and that look into the file past the tables.
const INTERNALS: &[&str] = &[
    "bytecode",
    "dbstat",
    "fts3tokenize",
    "sqlite_dbpage",
    "sqlite_stmt",
    "tables_used",
];

/// Decides about one step of a statement.
pub(super) fn authorize(control: &Control, context: &AuthContext<'_>) -> Authorization {
    control.notes.asked.note();
    if context.accessor.is_some() {
        control.notes.trigger.note();
    } else if let AuthAction::Insert { table_name }
    | AuthAction::Update { table_name, .. }
    | AuthAction::Delete { table_name } = context.action
    {
        control.notes.written.note(table_name.to_owned());
    }
    if control.is_host() {
        return Authorization::Allow;
    }
    if let AuthAction::AlterTable { .. } | AuthAction::CreateTrigger { .. } = context.action {
        control.notes.naming.note();
    }
    let ruling = if control.is_stepping() {
        full_text::rule_meanwhile(control, context)
    } else {
        full_text::rule(control, context)
    };
    let refused = match ruling {
        Ruling::Allowed => None,
        Ruling::Refused(what) => Some(what),
        Ruling::Elsewhere => refused(context),
    };
    match refused {
        None => Authorization::Allow,
        Some(what) => {
            control.notes.denied.note(what);
            Authorization::Deny
        }
    }
}

/// How the names of the host's own tables begin.
const HOSTS: &str = "_wasgi";

fn is_hosts(name: &str) -> bool {
    name.get(..HOSTS.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(HOSTS))
}

/// Refuses SQL that names a table of the host's or of a full-text search where SQLite
/// does not ask about it: the new name of `ALTER TABLE`, and the body of a trigger, which
/// is compiled when it fires, and then on the host's writes too, with the host's rights.
pub(super) fn refuse_names(sql: &str) -> Result<(), Error> {
    let mentioned = sql
        .as_bytes()
        .windows(HOSTS.len())
        .any(|part| part.eq_ignore_ascii_case(HOSTS.as_bytes()));
    if mentioned {
        return Err(Error::Denied(format!(
            "a statement of this kind with {HOSTS} in it: such names are the host's own"
        )));
    }
    if full_text::mentions(sql) {
        return Err(Error::Denied(
            "a statement of this kind with _fts in it: such names are those of full-text \
             searches, which belong to their models"
                .into(),
        ));
    }
    Ok(())
}

/// Tells whether a table is the one that lists what is temporary. Nobody writes to it
/// by its name: SQLite sees to that.
fn is_temporary_schema(table: &str) -> bool {
    listed(&["sqlite_temp_master", "sqlite_temp_schema"], table)
}

fn listed(list: &[&str], name: &str) -> bool {
    list.iter().any(|one| name.eq_ignore_ascii_case(one))
}

/// Returns what is wrong with a step; none where it may be done.
fn refused(context: &AuthContext<'_>) -> Option<String> {
    let temporary = context.database_name == Some("temp");
    let hosts = |table: &str| {
        is_hosts(table).then(|| format!("{table} is the host's own table, which apps only read"))
    };
    match context.action {
        AuthAction::Select | AuthAction::Recursive => None,
        AuthAction::Read { table_name, .. } => listed(INTERNALS, table_name)
            .then(|| format!("{table_name} looks into the file past its tables")),
        AuthAction::Function { function_name } => {
            (!listed(FUNCTIONS, function_name)).then(|| format!("the function {function_name}()"))
        }
        AuthAction::CreateIndex {
            index_name: name, ..
        }
        | AuthAction::CreateTrigger {
            trigger_name: name, ..
        } if is_hosts(name) => Some(format!("the name {name}: _wasgi is the host's own")),
        AuthAction::Insert { table_name }
        | AuthAction::Update { table_name, .. }
        | AuthAction::Delete { table_name }
        | AuthAction::CreateTable { table_name }
        | AuthAction::DropTable { table_name }
        | AuthAction::AlterTable { table_name, .. }
        | AuthAction::CreateIndex { table_name, .. }
        | AuthAction::DropIndex { table_name, .. }
        | AuthAction::CreateTrigger { table_name, .. }
        | AuthAction::DropTrigger { table_name, .. }
        | AuthAction::DropVtable { table_name, .. }
        | AuthAction::CreateView {
            view_name: table_name,
        }
        | AuthAction::DropView {
            view_name: table_name,
        } => match hosts(table_name) {
            // A table that is renamed may be named in a temporary trigger; there is none.
            None if temporary
                && matches!(context.action, AuthAction::Update { .. })
                && is_temporary_schema(table_name) =>
            {
                None
            }
            None if temporary => Some("a temporary table; use a table of your own".into()),
            refused => refused,
        },
        AuthAction::Reindex { .. } => None,
        AuthAction::CreateVtable { module_name, .. } => Some(format!(
            "a virtual table of the module {module_name}; a model has a full-text search"
        )),
        AuthAction::Pragma {
            pragma_name,
            pragma_value,
        } => {
            let allowed = match pragma_value {
                None => listed(TELLING, pragma_name) || listed(SETTINGS, pragma_name),
                Some(_) => listed(QUESTIONS, pragma_name) || listed(SETTINGS, pragma_name),
            };
            (!allowed).then(|| format!("PRAGMA {pragma_name}"))
        }
        AuthAction::Transaction { .. } | AuthAction::Savepoint { .. } => {
            Some("BEGIN, COMMIT, ROLLBACK and SAVEPOINT as SQL; use a transaction".into())
        }
        AuthAction::Attach { .. } => Some("ATTACH: an app has one database".into()),
        AuthAction::Detach { .. } => Some("DETACH: an app has one database".into()),
        AuthAction::Analyze { .. } => Some("ANALYZE: the host does it".into()),
        AuthAction::CreateTempTable { .. }
        | AuthAction::CreateTempIndex { .. }
        | AuthAction::CreateTempTrigger { .. }
        | AuthAction::CreateTempView { .. }
        | AuthAction::DropTempTable { .. }
        | AuthAction::DropTempIndex { .. }
        | AuthAction::DropTempTrigger { .. }
        | AuthAction::DropTempView { .. } => {
            Some("a temporary table, index, trigger or view; use one of your own".into())
        }
        // ATTACH with a computed file name reaches this with no name at all.
        AuthAction::Unknown { .. } => Some("what this statement does".into()),
        _ => Some("what this statement does".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::FUNCTIONS;

    #[test]
    fn the_functions_are_sorted_so_that_they_can_be_read() {
        assert!(FUNCTIONS.is_sorted());
    }
}
