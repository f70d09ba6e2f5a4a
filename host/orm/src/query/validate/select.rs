//! Checks of selects: where aggregates, windows and columns may stand.

use super::expr::{no_groups, no_row, no_window};
use super::shape::Shape;
use super::{Bounds, Check, name, refuse};
use crate::query::walk;
use crate::query::{Query, Relation, Select, Selected, Source};

/// Checks a select; its references are known to be good.
pub(super) fn check(select: &Select, query: &Query, shape: &Shape, bounds: &Bounds) -> Check {
    if select.columns.is_empty() {
        return refuse("it has no columns; select at least one, or a constant");
    }
    selected(&select.columns, bounds)?;
    terms("group-by", select.group_by.len(), bounds)?;
    terms("order-by", select.order_by.len(), bounds)?;
    sources(select, bounds)?;

    for join in &select.joins {
        no_groups(join.on, shape, "the condition of a join")?;
    }
    if let Some(filter) = select.filter {
        no_groups(filter, shape, "the filter")?;
    }
    for id in &select.group_by {
        no_groups(*id, shape, "group-by")?;
    }
    if let Some(having) = select.having {
        no_window(having, shape, "having")?;
        if !is_grouped(select, shape) {
            return refuse("it has `having` without groups or aggregates; use `filter`");
        }
    }
    for (what, bound) in [("the limit", select.limit), ("the offset", select.offset)] {
        if let Some(id) = bound {
            no_row(id, shape, what)?;
        }
    }
    compound(select, query)?;
    after(select, shape)
}

/// Tells whether a select's rows are groups.
pub(crate) fn is_grouped(select: &Select, shape: &Shape) -> bool {
    let columns = select.columns.iter().map(|column| column.expr);
    let ordered = select.order_by.iter().map(|term| term.expr);
    !select.group_by.is_empty()
        || columns
            .chain(ordered)
            .chain(select.having)
            .any(|id| shape.expr(id).aggregate)
}

/// Checks the columns of a result.
pub(super) fn selected(columns: &[Selected], bounds: &Bounds) -> Check {
    terms("a result", columns.len(), bounds)?;
    for alias in columns.iter().filter_map(|column| column.alias.as_deref()) {
        name::check("an alias", alias)?;
    }
    Ok(())
}

fn terms(what: &str, count: usize, bounds: &Bounds) -> Check {
    if count > bounds.columns {
        return refuse(format!(
            "{what} has {count} columns; at most {}",
            bounds.columns
        ));
    }
    Ok(())
}

/// Returns the name under which a query knows a source.
pub(crate) fn source_name(source: &Source) -> Option<&str> {
    match (&source.alias, &source.relation) {
        (Some(alias), _) => Some(alias),
        (None, Relation::Table(table)) => Some(table),
        (None, Relation::Select(_)) => None,
    }
}

fn sources(select: &Select, bounds: &Bounds) -> Check {
    if select.source.is_none() && !select.joins.is_empty() {
        return refuse("it has joins but no source; make the first join its source");
    }
    let count = 1 + select.joins.len();
    if count > bounds.sources {
        return refuse(format!(
            "it joins {count} sources; at most {}",
            bounds.sources
        ));
    }
    let mut names = Vec::with_capacity(count);
    for source in select
        .source
        .iter()
        .chain(select.joins.iter().map(|join| &join.source))
    {
        if let Relation::Table(table) = &source.relation {
            name::table(table)?;
        }
        match source_name(source) {
            Some(name) => names.push(name),
            None => return refuse("a source that is a select has no alias; give it one"),
        }
    }
    name::distinct("the source", names)
}

fn compound(select: &Select, query: &Query) -> Check {
    for (_, arm) in &select.compound {
        let (here, there) = (select.columns.len(), walk::columns(query, *arm).len());
        if here != there {
            return refuse(format!(
                "it has {here} columns, and select {arm}, combined with it, has {there}; make \
                 them equal"
            ));
        }
    }
    Ok(())
}

fn after(select: &Select, shape: &Shape) -> Check {
    if select.after.is_empty() {
        return Ok(());
    }
    if select.order_by.is_empty() {
        return refuse("it has `after` without order-by; order it by what tells rows apart");
    }
    let (values, terms) = (select.after.len(), select.order_by.len());
    if values != terms {
        return refuse(format!(
            "`after` has {values} values for {terms} order-by terms; give one for each"
        ));
    }
    if !select.compound.is_empty() {
        return refuse("`after` of a compound; make the compound a source, and page over that");
    }
    for term in &select.order_by {
        no_window(term.expr, shape, "order-by with `after`")?;
    }
    for id in &select.after {
        no_row(*id, shape, "a value of `after`")?;
    }
    Ok(())
}
