//! Checks of single expressions: operand counts, constants, names, window frames.

use super::shape::Shape;
use super::{Bounds, Check, name, refuse};
use crate::query::walk;
use crate::query::{
    Aggregate, AggregateCall, Call, Expr, ExprId, Frame, FrameBound, FrameUnit, Function, Query,
    SelectId, Window,
};

/// Checks an expression by itself; its references are known to be good.
pub(super) fn check(expr: &Expr, query: &Query, shape: &Shape, bounds: &Bounds) -> Check {
    match expr {
        Expr::Column(column) => {
            if let Some(source) = &column.source {
                name::check("a source", source)?;
            }
            name::check("a column", &column.name)
        }
        Expr::Constant(value) => value.stored().map(drop).map_err(|error| error.to_string()),
        Expr::InSelect((_, select)) => one_column(query, *select, "in-select"),
        Expr::Scalar(select) => one_column(query, *select, "scalar"),
        Expr::Case(case) if case.branches.is_empty() => {
            refuse("case has no branches; give at least one, or use its `otherwise` alone")
        }
        Expr::Call(call) => check_call(call, bounds),
        Expr::Aggregate(call) => {
            if is_window_only(call.function) {
                return refuse(format!(
                    "{} is a window function; put it under `window`",
                    title(call.function)
                ));
            }
            check_aggregate(call, shape, false)?;
            let mut operands = call.arguments.iter().chain(&call.filter);
            if operands.any(|id| shape.expr(*id).aggregate) {
                return refuse("an aggregate contains an aggregate; aggregate in a source first");
            }
            Ok(())
        }
        Expr::Window(window) => check_window(window, shape, bounds),
        Expr::JsonPath((_, steps)) if steps.is_empty() => {
            refuse("json-path has no steps; use the expression itself")
        }
        Expr::JsonPath((_, steps)) if steps.len() > bounds.arguments => refuse(format!(
            "json-path has {} steps; at most {}",
            steps.len(),
            bounds.arguments
        )),
        Expr::Matches(text) | Expr::Relevance(text) => {
            name::check("a full-text table", &text.table)?;
            name::check("a source", &text.source)?;
            no_groups(text.query, shape, "a full-text query")
        }
        Expr::Param(_)
        | Expr::Unary(_)
        | Expr::Binary(_)
        | Expr::Between(_)
        | Expr::InList(_)
        | Expr::Exists(_)
        | Expr::Case(_)
        | Expr::JsonPath(_)
        | Expr::Cast(_) => Ok(()),
    }
}

/// Refuses aggregates and window functions where there are no groups yet.
pub(super) fn no_groups(id: ExprId, shape: &Shape, place: &str) -> Check {
    let facts = shape.expr(id);
    if facts.aggregate {
        return refuse(format!(
            "{place} contains an aggregate (expression {id}); use `having`, or aggregate in a \
             source"
        ));
    }
    no_window(id, shape, place)
}

/// Refuses window functions.
pub(super) fn no_window(id: ExprId, shape: &Shape, place: &str) -> Check {
    if shape.expr(id).window {
        return refuse(format!(
            "{place} contains a window function (expression {id}); compute it in a source first"
        ));
    }
    Ok(())
}

/// Refuses what depends on a row.
pub(super) fn no_row(id: ExprId, shape: &Shape, place: &str) -> Check {
    let facts = shape.expr(id);
    if facts.row || facts.aggregate || facts.window {
        return refuse(format!(
            "{place} (expression {id}) has columns, selects or aggregates; it takes constants, \
             parameters and functions of them"
        ));
    }
    Ok(())
}

fn one_column(query: &Query, select: SelectId, what: &str) -> Check {
    match walk::columns(query, select).len() {
        1 => Ok(()),
        count => refuse(format!(
            "{what} needs a select of one column; select {select} has {count}"
        )),
    }
}

fn count(what: &str, count: usize, allowed: std::ops::RangeInclusive<usize>) -> Check {
    if allowed.contains(&count) {
        return Ok(());
    }
    let (least, most) = (allowed.start(), allowed.end());
    if least == most {
        refuse(format!("{what} takes {least} arguments, not {count}"))
    } else {
        refuse(format!(
            "{what} takes {least} to {most} arguments, not {count}"
        ))
    }
}

/// Returns the field's name of a function or an aggregate.
fn title(function: impl std::fmt::Debug) -> String {
    let mut out = String::new();
    for letter in format!("{function:?}").chars() {
        if letter.is_ascii_uppercase() && !out.is_empty() {
            out.push('-');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

fn check_call(call: &Call, bounds: &Bounds) -> Check {
    let most = bounds.arguments;
    let allowed = match call.function {
        Function::Now => 0..=0,
        Function::Abs
        | Function::Date
        | Function::Hex
        | Function::Length
        | Function::Lower
        | Function::Upper => 1..=1,
        Function::JsonArrayLength
        | Function::JsonType
        | Function::Ltrim
        | Function::Round
        | Function::Rtrim
        | Function::Trim => 1..=2,
        Function::Ifnull | Function::Instr | Function::Nullif | Function::Strftime => 2..=2,
        Function::Substr => 2..=3,
        Function::Replace => 3..=3,
        // With one argument SQLite takes max and min for aggregates.
        Function::Coalesce | Function::Max | Function::Min => 2..=most,
        Function::JsonSet => 3..=most,
    };
    count(&title(call.function), call.arguments.len(), allowed)?;
    if call.function == Function::JsonSet && call.arguments.len().is_multiple_of(2) {
        return refuse("json-set takes a JSON text, and then pairs of path and value");
    }
    Ok(())
}

fn is_window_only(function: Aggregate) -> bool {
    match function {
        Aggregate::Count
        | Aggregate::Sum
        | Aggregate::Avg
        | Aggregate::Min
        | Aggregate::Max
        | Aggregate::GroupConcat
        | Aggregate::JsonGroupArray => false,
        Aggregate::RowNumber
        | Aggregate::Rank
        | Aggregate::DenseRank
        | Aggregate::PercentRank
        | Aggregate::CumeDist
        | Aggregate::Ntile
        | Aggregate::Lag
        | Aggregate::Lead
        | Aggregate::FirstValue
        | Aggregate::LastValue
        | Aggregate::NthValue => true,
    }
}

fn check_aggregate(call: &AggregateCall, shape: &Shape, over_window: bool) -> Check {
    let allowed = match call.function {
        Aggregate::Count => 0..=1,
        Aggregate::Sum
        | Aggregate::Avg
        | Aggregate::Min
        | Aggregate::Max
        | Aggregate::JsonGroupArray
        | Aggregate::Ntile
        | Aggregate::FirstValue
        | Aggregate::LastValue => 1..=1,
        Aggregate::GroupConcat => 1..=2,
        Aggregate::RowNumber
        | Aggregate::Rank
        | Aggregate::DenseRank
        | Aggregate::PercentRank
        | Aggregate::CumeDist => 0..=0,
        Aggregate::Lag | Aggregate::Lead => 1..=3,
        Aggregate::NthValue => 2..=2,
    };
    let title = title(call.function);
    count(&title, call.arguments.len(), allowed)?;
    if call.distinct && over_window {
        return refuse(format!(
            "{title} has `distinct`; SQLite has none of window functions"
        ));
    }
    if call.distinct && call.arguments.len() != 1 {
        return refuse(format!(
            "{title} with `distinct` takes exactly one argument"
        ));
    }
    if call.filter.is_some() && is_window_only(call.function) {
        return refuse(format!("{title} takes no filter; only aggregates do"));
    }
    for id in &call.arguments {
        no_window(*id, shape, &title)?;
    }
    if let Some(filter) = call.filter {
        no_window(filter, shape, "the filter of an aggregate")?;
    }
    Ok(())
}

fn check_window(window: &Window, shape: &Shape, bounds: &Bounds) -> Check {
    check_aggregate(&window.function, shape, true)?;
    let terms = window.partition_by.len().max(window.order_by.len());
    if terms > bounds.columns {
        return refuse(format!(
            "a window has {terms} terms; at most {}",
            bounds.columns
        ));
    }
    let ordered = window.order_by.iter().map(|term| &term.expr);
    for id in window.partition_by.iter().chain(ordered) {
        no_window(*id, shape, "a window")?;
    }
    match &window.frame {
        Some(frame) => check_frame(frame, window.order_by.len()),
        None => Ok(()),
    }
}

fn check_frame(frame: &Frame, terms: usize) -> Check {
    // From the first row to the last: where a bound lies, its offset aside.
    let place = |bound: FrameBound| match bound {
        FrameBound::UnboundedPreceding => 0,
        FrameBound::Preceding(_) => 1,
        FrameBound::CurrentRow => 2,
        FrameBound::Following(_) => 3,
        FrameBound::UnboundedFollowing => 4,
    };
    let (start, end) = (place(frame.start), place(frame.end));
    if start == 4 || end == 0 || start > end {
        return refuse("a window's frame ends before it starts; exchange its bounds");
    }
    let offset = matches!(
        frame.start,
        FrameBound::Preceding(_) | FrameBound::Following(_)
    ) || matches!(
        frame.end,
        FrameBound::Preceding(_) | FrameBound::Following(_)
    );
    if frame.unit == FrameUnit::Range && offset && terms != 1 {
        return refuse("a window's frame by range with an offset needs exactly one order-by term");
    }
    Ok(())
}
