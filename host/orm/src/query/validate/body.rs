//! Checks of inserts, updates, deletes and prefetches.

use super::expr::no_groups;
use super::select::selected;
use super::shape::Shape;
use super::{Bounds, Check, name, refuse};
use crate::error::{Error, Result};
use crate::query::walk;
use crate::query::{
    Body, Conflict, ConflictAction, Delete, ExprId, Insert, InsertSource, Prefetch, Query,
    Selected, Update, VersionCheck,
};

/// Checks the body and the prefetches.
pub(super) fn check(query: &Query, shape: &Shape, bounds: &Bounds) -> Result<()> {
    let (what, checked) = match &query.body {
        Body::Select(_) => ("select", Ok(())),
        Body::Insert(body) => ("insert", insert(body, query, shape, bounds)),
        Body::Update(body) => ("update", update(body, shape, bounds)),
        Body::Delete(body) => ("delete", delete(body, shape, bounds)),
    };
    checked.map_err(|cause| Error::invalid(format!("{what}: {cause}")))?;
    for (index, body) in query.prefetches.iter().enumerate() {
        prefetch(index, body, query, shape, bounds)
            .map_err(|cause| Error::invalid(format!("prefetch {index}: {cause}")))?;
    }
    Ok(())
}

fn insert(insert: &Insert, query: &Query, shape: &Shape, bounds: &Bounds) -> Check {
    name::check("the table", &insert.table)?;
    columns(insert.columns.iter().map(String::as_str), bounds)?;
    let width = insert.columns.len();
    let rows = match &insert.rows {
        InsertSource::Params(rows) => usize::try_from(*rows).unwrap_or(usize::MAX),
        InsertSource::Rows(rows) => {
            for (index, row) in rows.iter().enumerate() {
                if row.len() != width {
                    let count = row.len();
                    return refuse(format!(
                        "row {index} has {count} values for {width} columns"
                    ));
                }
                for id in row {
                    no_groups(*id, shape, &format!("row {index}"))?;
                }
            }
            rows.len()
        }
        InsertSource::Select(select) => {
            let count = walk::columns(query, *select).len();
            if count != width {
                return refuse(format!("select {select} has {count} columns for {width}"));
            }
            usize::MAX
        }
    };
    if rows == 0 {
        return refuse("it has no rows; do not run it");
    }
    if width == 0 && (rows != 1 || insert.conflict.is_some()) {
        return refuse("without columns it inserts one row of defaults, and has no conflict");
    }
    if let Some(body) = &insert.conflict {
        conflict(body, shape, bounds)?;
    }
    returning(&insert.returning, shape, bounds)
}

fn conflict(conflict: &Conflict, shape: &Shape, bounds: &Bounds) -> Check {
    columns(conflict.target.iter().map(String::as_str), bounds)?;
    match &conflict.action {
        ConflictAction::Ignore if conflict.filter.is_some() => {
            refuse("on conflict, `ignore` has a filter; only an update takes one")
        }
        ConflictAction::Ignore => Ok(()),
        ConflictAction::Update(_) if conflict.target.is_empty() => {
            refuse("on conflict, an update needs a target: the columns of the unique constraint")
        }
        ConflictAction::Update(changes) => {
            set(changes, None, shape, bounds)?;
            conflict
                .filter
                .map_or(Ok(()), |id| no_groups(id, shape, "the filter on conflict"))
        }
    }
}

fn update(update: &Update, shape: &Shape, bounds: &Bounds) -> Check {
    name::check("the table", &update.table)?;
    set(&update.set, update.version.as_ref(), shape, bounds)?;
    no_groups(update.filter, shape, "the filter")?;
    version(update.version.as_ref(), shape)?;
    returning(&update.returning, shape, bounds)
}

fn delete(delete: &Delete, shape: &Shape, bounds: &Bounds) -> Check {
    name::check("the table", &delete.table)?;
    no_groups(delete.filter, shape, "the filter")?;
    version(delete.version.as_ref(), shape)?;
    returning(&delete.returning, shape, bounds)
}

fn columns<'a>(names: impl Iterator<Item = &'a str> + Clone, bounds: &Bounds) -> Check {
    let count = names.clone().count();
    if count > bounds.columns {
        return refuse(format!(
            "it has {count} columns; at most {}",
            bounds.columns
        ));
    }
    name::distinct("the column", names)
}

fn set(
    changes: &[(String, ExprId)],
    version: Option<&VersionCheck>,
    shape: &Shape,
    bounds: &Bounds,
) -> Check {
    if changes.is_empty() {
        return refuse("it sets no columns; set at least one");
    }
    columns(changes.iter().map(|(column, _)| column.as_str()), bounds)?;
    for (column, id) in changes {
        no_groups(*id, shape, &format!("the value of {column:?}"))?;
        if version.is_some_and(|version| version.column.eq_ignore_ascii_case(column)) {
            return refuse(format!(
                "it sets {column:?}, the column of its version check, which gets the next \
                 version by itself"
            ));
        }
    }
    Ok(())
}

fn version(version: Option<&VersionCheck>, shape: &Shape) -> Check {
    let Some(version) = version else {
        return Ok(());
    };
    name::check("the version column", &version.column)?;
    no_groups(version.expected, shape, "the expected version")
}

fn returning(columns: &[Selected], shape: &Shape, bounds: &Bounds) -> Check {
    selected(columns, bounds)?;
    for column in columns {
        no_groups(column.expr, shape, "returning")?;
    }
    Ok(())
}

fn prefetch(
    index: usize,
    prefetch: &Prefetch,
    query: &Query,
    shape: &Shape,
    bounds: &Bounds,
) -> Check {
    let parent = usize::try_from(prefetch.parent).unwrap_or(usize::MAX);
    if parent > index {
        return refuse(format!(
            "its parent is {parent}, which is not fetched before it; 0 is the query and n the \
             prefetch n-1"
        ));
    }
    let above = parent
        .checked_sub(1)
        .and_then(|before| query.prefetches.get(before));
    let keys = match above {
        Some(above) => walk::columns(query, above.select),
        None => walk::returned(query, &query.body),
    };
    let key = usize::try_from(prefetch.key).unwrap_or(usize::MAX);
    if key >= keys.len() {
        return refuse(format!(
            "its key is column {key} of its parent's {}",
            keys.len()
        ));
    }
    no_groups(prefetch.on, shape, "`on`")?;
    let id = prefetch.select;
    let Some(select) = walk::get(&query.selects, id) else {
        return refuse(format!("there is no select {id}"));
    };
    if select.columns.len() >= bounds.columns {
        return refuse(format!(
            "select {id} has too many columns: it gets one more for `on`"
        ));
    }
    if select.limit.is_some() || select.offset.is_some() || !select.after.is_empty() {
        return refuse(format!(
            "select {id} has a limit, offset or `after`, which would cut across all parents; \
             number the rows with a window function in a source, and filter by that"
        ));
    }
    if !select.compound.is_empty() {
        return refuse(format!(
            "select {id} is a compound; make the compound its source"
        ));
    }
    Ok(())
}
