//! Functions, aggregates and windows.

use std::fmt::Write as _;

use sea_query::{Expr as Sql, Func};

use super::expr::operand;
use super::lowering::Lowering;
use crate::error::Result;
use crate::query::{
    Aggregate, AggregateCall, Call, Expr, ExprId, Frame, FrameBound, FrameUnit, Function, Window,
};
use crate::value::{ColumnType, Value};

/// Microseconds from the year 0, where SQLite's calendar begins, to 1970. Divisions of
/// what is counted from there round down, also before 1970.
const YEAR_0: i64 = 62_167_219_200_000_000;

impl Lowering<'_> {
    /// Lowers a call of a scalar function.
    #[inline(never)]
    pub(super) fn call(&mut self, call: &Call) -> Result<Sql> {
        let name = match call.function {
            Function::Abs => "abs",
            Function::Coalesce => "coalesce",
            Function::Date => {
                // Whole seconds, rounded down: SQLite rounds fractions, and the last
                // half millisecond of a day would be tomorrow.
                let seconds = YEAR_0 / 1_000_000;
                let template = format!("date((? + {YEAR_0}) / 1000000 - {seconds}, 'unixepoch')");
                let arguments = self.operands(&call.arguments)?;
                return self.template(&template, arguments);
            }
            Function::Hex => "hex",
            Function::Ifnull => "ifnull",
            Function::Instr => "instr",
            Function::JsonArrayLength => "json_array_length",
            Function::JsonSet => {
                let mut arguments = Vec::with_capacity(call.arguments.len());
                for (index, id) in call.arguments.iter().enumerate() {
                    let is_value = index > 0 && index.is_multiple_of(2);
                    arguments.push(if is_value {
                        self.json_value(*id)?
                    } else {
                        self.expr(*id)?
                    });
                }
                return Ok(Func::cust("json_set").args(arguments).into());
            }
            Function::JsonType => "json_type",
            Function::Length => "length",
            Function::Lower => "lower",
            Function::Ltrim => "ltrim",
            Function::Max => "max",
            Function::Min => "min",
            Function::Nullif => "nullif",
            Function::Replace => "replace",
            Function::Round => "round",
            Function::Rtrim => "rtrim",
            Function::Substr => "substr",
            Function::Trim => "trim",
            Function::Upper => "upper",
            Function::Now => {
                return Ok(self.piece("CAST(unixepoch('subsec') * 1000000 AS INTEGER)"));
            }
            Function::Strftime => {
                // To milliseconds, rounded down: SQLite has no more.
                let offset = YEAR_0 / 1000;
                let template = format!(
                    "strftime(?, ((? + {YEAR_0}) / 1000 - {offset}) / 1000.0, 'unixepoch')"
                );
                let arguments = self.operands(&call.arguments)?;
                return self.template(&template, arguments);
            }
        };
        let compares = matches!(
            call.function,
            Function::Max | Function::Min | Function::Nullif
        );
        let mut arguments = Vec::with_capacity(call.arguments.len());
        for id in &call.arguments {
            arguments.push(if compares {
                self.compared(*id)?
            } else {
                self.expr(*id)?
            });
        }
        Ok(Func::cust(name).args(arguments).into())
    }

    fn operands(&mut self, ids: &[ExprId]) -> Result<Vec<Sql>> {
        ids.iter().map(|id| Ok(operand(self.expr(*id)?))).collect()
    }

    /// Fills a template that is a call, and so an atom.
    fn template(&mut self, template: &str, arguments: Vec<Sql>) -> Result<Sql> {
        let mut text = String::new();
        let mut arguments = arguments.iter();
        for (index, part) in template.split('?').enumerate() {
            if index > 0
                && let Some(argument) = arguments.next()
            {
                text.push_str(&self.text(argument)?);
            }
            text.push_str(part);
        }
        Ok(self.piece(text))
    }

    /// Lowers what becomes part of a JSON text: JSON stays what it is, and is not taken
    /// for a string.
    fn json_value(&mut self, id: ExprId) -> Result<Sql> {
        let inner = match self.node(id)? {
            Expr::Constant(Value::Json(_)) => self.expr(id)?,
            Expr::Constant(Value::Boolean(value)) => {
                return Ok(self.piece(if *value {
                    "json('true')"
                } else {
                    "json('false')"
                }));
            }
            Expr::Cast((inner, ColumnType::Json)) => self.expr(*inner)?,
            _ => return self.expr(id),
        };
        Ok(Func::cust("json").arg(inner).into())
    }

    /// Lowers a call of an aggregate, or of a window function.
    #[inline(never)]
    pub(super) fn aggregate(&mut self, call: &AggregateCall) -> Result<Sql> {
        let name = match call.function {
            Aggregate::Count => "count",
            Aggregate::Sum if call.arguments.iter().any(|id| self.is_decimal(*id)) => "decimal_sum",
            Aggregate::Sum => "sum",
            Aggregate::Avg => "avg",
            Aggregate::Min => "min",
            Aggregate::Max => "max",
            Aggregate::GroupConcat => "group_concat",
            Aggregate::JsonGroupArray => "json_group_array",
            Aggregate::RowNumber => "row_number",
            Aggregate::Rank => "rank",
            Aggregate::DenseRank => "dense_rank",
            Aggregate::PercentRank => "percent_rank",
            Aggregate::CumeDist => "cume_dist",
            Aggregate::Ntile => "ntile",
            Aggregate::Lag => "lag",
            Aggregate::Lead => "lead",
            Aggregate::FirstValue => "first_value",
            Aggregate::LastValue => "last_value",
            Aggregate::NthValue => "nth_value",
        };
        let mut arguments = Vec::with_capacity(call.arguments.len());
        for id in &call.arguments {
            arguments.push(match call.function {
                Aggregate::JsonGroupArray => self.json_value(*id)?,
                Aggregate::Sum if name == "decimal_sum" => self.uncast(*id)?,
                _ => self.compared(*id)?,
            });
        }
        if call.function == Aggregate::Count && arguments.is_empty() {
            arguments.push(self.piece("*"));
        }
        if call.distinct
            && let Some(first) = arguments.first_mut()
        {
            let text = format!("DISTINCT {}", self.text(first)?);
            *first = self.piece(text);
        }
        let mut function = Func::cust(name).args(arguments);
        if let Some(filter) = call.filter {
            // A piece: sea-query clones conditions while it writes.
            let filter = self.expr(filter)?;
            let filter = self.text(&filter)?;
            let filter = self.piece(filter);
            function = function.filter(sea_query::Condition::all().add(filter));
        }
        Ok(function.into())
    }

    /// Lowers the argument of `decimal_sum`, which needs no cast.
    fn uncast(&mut self, id: ExprId) -> Result<Sql> {
        match self.node(id)? {
            Expr::Cast((inner, ColumnType::Decimal)) => self.expr(*inner),
            _ => self.expr(id),
        }
    }

    /// Lowers a window function. Written here, since sea-query has windows only as
    /// columns of a select, and no GROUPS.
    #[inline(never)]
    pub(super) fn window(&mut self, window: &Window) -> Result<Sql> {
        let function = self.aggregate(&window.function)?;
        let mut text = self.text(&function)?;
        text.push_str(" OVER (");
        let mut gap = "";
        for (index, id) in window.partition_by.iter().enumerate() {
            text.push_str(if index == 0 { "PARTITION BY " } else { ", " });
            let term = self.compared(*id)?;
            text.push_str(&self.text(&term)?);
            gap = " ";
        }
        for (index, term) in window.order_by.iter().enumerate() {
            text.push_str(if index == 0 { gap } else { ", " });
            text.push_str(if index == 0 { "ORDER BY " } else { "" });
            text.push_str(&self.order_text(term)?);
            gap = " ";
        }
        if let Some(frame) = &window.frame {
            text.push_str(gap);
            push_frame(&mut text, frame);
        }
        text.push(')');
        Ok(self.piece(text))
    }
}

fn push_frame(text: &mut String, frame: &Frame) {
    text.push_str(match frame.unit {
        FrameUnit::Rows => "ROWS BETWEEN ",
        FrameUnit::Range => "RANGE BETWEEN ",
        FrameUnit::Groups => "GROUPS BETWEEN ",
    });
    push_bound(text, frame.start);
    text.push_str(" AND ");
    push_bound(text, frame.end);
}

fn push_bound(text: &mut String, bound: FrameBound) {
    // Writing to a String does not fail.
    let _ = match bound {
        FrameBound::UnboundedPreceding => write!(text, "UNBOUNDED PRECEDING"),
        FrameBound::Preceding(rows) => write!(text, "{rows} PRECEDING"),
        FrameBound::CurrentRow => write!(text, "CURRENT ROW"),
        FrameBound::Following(rows) => write!(text, "{rows} FOLLOWING"),
        FrameBound::UnboundedFollowing => write!(text, "UNBOUNDED FOLLOWING"),
    };
}
