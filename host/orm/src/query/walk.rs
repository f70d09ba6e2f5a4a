//! What a node refers to: the one place that knows all of a node's operands.

use super::tree::*;

/// A reference from one node to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operand {
    /// To an expression.
    Expr(ExprId),
    /// To a select.
    Select(SelectId),
}

/// Calls for each operand of an expression.
pub(crate) fn of_expr(expr: &Expr, mut visit: impl FnMut(Operand)) {
    let mut on = |id: &ExprId| visit(Operand::Expr(*id));
    match expr {
        Expr::Column(_) | Expr::Constant(_) | Expr::Param(_) => {}
        Expr::Unary((_, operand)) => on(operand),
        Expr::Binary((_, left, right)) => [left, right].into_iter().for_each(on),
        Expr::Between((value, low, high)) => [value, low, high].into_iter().for_each(on),
        Expr::InList((value, list)) => {
            on(value);
            list.iter().for_each(on);
        }
        Expr::InSelect((value, select)) => {
            on(value);
            visit(Operand::Select(*select));
        }
        Expr::Exists(select) | Expr::Scalar(select) => visit(Operand::Select(*select)),
        Expr::Case(case) => {
            for (condition, result) in &case.branches {
                on(condition);
                on(result);
            }
            case.otherwise.iter().for_each(on);
        }
        Expr::Call(call) => call.arguments.iter().for_each(on),
        Expr::Aggregate(call) => of_aggregate(call, on),
        Expr::Window(window) => {
            of_aggregate(&window.function, &mut on);
            window.partition_by.iter().for_each(&mut on);
            window.order_by.iter().for_each(|term| on(&term.expr));
        }
        Expr::JsonPath((value, _)) | Expr::Cast((value, _)) => on(value),
        Expr::Matches(text) | Expr::Relevance(text) => on(&text.query),
    }
}

fn of_aggregate(call: &AggregateCall, on: impl FnMut(&ExprId)) {
    call.arguments.iter().chain(&call.filter).for_each(on);
}

/// Calls for each operand of a select.
pub(crate) fn of_select(select: &Select, mut visit: impl FnMut(Operand)) {
    let sources = select
        .source
        .iter()
        .chain(select.joins.iter().map(|join| &join.source));
    for source in sources {
        if let Relation::Select(id) = source.relation {
            visit(Operand::Select(id));
        }
    }
    for (_, arm) in &select.compound {
        visit(Operand::Select(*arm));
    }
    let exprs = (select.columns.iter().map(|column| &column.expr))
        .chain(select.joins.iter().map(|join| &join.on))
        .chain(&select.filter)
        .chain(&select.group_by)
        .chain(&select.having)
        .chain(select.order_by.iter().map(|term| &term.expr))
        .chain(&select.after)
        .chain(&select.limit)
        .chain(&select.offset);
    exprs.for_each(|id| visit(Operand::Expr(*id)));
}

/// Calls for each operand of a body.
pub(crate) fn of_body(body: &Body, mut visit: impl FnMut(Operand)) {
    let returned = |columns: &[Selected], visit: &mut dyn FnMut(Operand)| {
        columns
            .iter()
            .for_each(|column| visit(Operand::Expr(column.expr)));
    };
    match body {
        Body::Select(select) => visit(Operand::Select(*select)),
        Body::Insert(insert) => {
            match &insert.rows {
                InsertSource::Params(_) => {}
                InsertSource::Rows(rows) => {
                    rows.iter()
                        .flatten()
                        .for_each(|id| visit(Operand::Expr(*id)));
                }
                InsertSource::Select(select) => visit(Operand::Select(*select)),
            }
            if let Some(conflict) = &insert.conflict {
                if let ConflictAction::Update(set) = &conflict.action {
                    set.iter().for_each(|(_, id)| visit(Operand::Expr(*id)));
                }
                conflict
                    .filter
                    .iter()
                    .for_each(|id| visit(Operand::Expr(*id)));
            }
            returned(&insert.returning, &mut visit);
        }
        Body::Update(update) => {
            update
                .set
                .iter()
                .for_each(|(_, id)| visit(Operand::Expr(*id)));
            visit(Operand::Expr(update.filter));
            update
                .version
                .iter()
                .for_each(|version| visit(Operand::Expr(version.expected)));
            returned(&update.returning, &mut visit);
        }
        Body::Delete(delete) => {
            visit(Operand::Expr(delete.filter));
            delete
                .version
                .iter()
                .for_each(|version| visit(Operand::Expr(version.expected)));
            returned(&delete.returning, &mut visit);
        }
    }
}

/// Returns the columns of a body's rows.
pub(crate) fn returned<'a>(query: &'a Query, body: &'a Body) -> &'a [Selected] {
    match body {
        Body::Select(id) => columns(query, *id),
        Body::Insert(insert) => &insert.returning,
        Body::Update(update) => &update.returning,
        Body::Delete(delete) => &delete.returning,
    }
}

/// Returns the columns of a select; none where there is no such select.
pub(crate) fn columns(query: &Query, id: SelectId) -> &[Selected] {
    get(&query.selects, id).map_or(&[], |select| select.columns.as_slice())
}

/// Looks an id up.
pub(crate) fn get<T>(arena: &[T], id: u32) -> Option<&T> {
    arena.get(usize::try_from(id).ok()?)
}
