//! Expressions.

use sea_query::extension::sqlite::SqliteBinOper;
use sea_query::{BinOper, CaseStatement, Expr as Sql, Func, Keyword, UnOper};

use super::lowering::Lowering;
use crate::connection::SEARCH;
use crate::error::Result;
use crate::query::{
    BinaryOp, CaseExpr, ColumnRef, Expr, ExprId, FullTextRef, JsonStep, SelectId, UnaryOp,
};
use crate::schema::full_text_table;
use crate::value::{ColumnType, Value};

/// Returns an expression that any operator may stand beside: in parentheses, unless it
/// is an atom. Not left to sea-query, which takes `a BETWEEN b AND (c = d)` apart.
pub(super) fn operand(expr: Sql) -> Sql {
    match expr {
        Sql::Column(_)
        | Sql::Tuple(_)
        | Sql::Value(_)
        | Sql::FunctionCall(_)
        | Sql::Case(_)
        | Sql::Keyword(_)
        | Sql::Constant(_) => expr,
        other => Sql::Tuple(vec![other]),
    }
}

/// Puts an operator between two expressions.
pub(super) fn binary(left: Sql, operator: BinOper, right: Sql) -> Sql {
    Sql::Binary(operand(left).into(), operator, operand(right).into())
}

/// Combines conditions; sea-query's parentheses are right for AND and OR.
pub(super) fn logical(left: Sql, operator: BinOper, right: Sql) -> Sql {
    Sql::Binary(left.into(), operator, right.into())
}

pub(super) fn is_null(expr: Sql) -> Sql {
    Sql::Binary(
        operand(expr).into(),
        BinOper::Is,
        Sql::Keyword(Keyword::Null).into(),
    )
}

pub(super) fn is_not_null(expr: Sql) -> Sql {
    Sql::Binary(
        operand(expr).into(),
        BinOper::IsNot,
        Sql::Keyword(Keyword::Null).into(),
    )
}

/// Gives an expression a collation.
fn collate_decimal(expr: Sql) -> Sql {
    Sql::cust_with_expr("? COLLATE decimal", operand(expr))
}

pub(super) fn column(source: Option<&str>, name: &str) -> Sql {
    match source {
        Some(source) => Sql::col((source.to_owned(), name.to_owned())),
        None => Sql::col(name.to_owned()),
    }
}

impl Lowering<'_> {
    /// Lowers an expression. Each kind of node has a function of its own, never inlined:
    /// this recurses on a guest's stack, as deep as the tree is, and should need little.
    pub(super) fn expr(&mut self, id: ExprId) -> Result<Sql> {
        match self.node(id)? {
            Expr::Column(ColumnRef { source, name }) => Ok(column(source.as_deref(), name)),
            Expr::Constant(value) => self.value(id, value),
            Expr::Param(index) => Ok(self.param(*index)),
            Expr::Unary((operator, value)) => self.unary(*operator, *value),
            Expr::Binary((operator, left, right)) => self.binary(*operator, *left, *right),
            Expr::Between(operands) => self.between(*operands),
            Expr::InList((value, list)) => self.in_list(*value, list),
            Expr::InSelect((value, select)) => self.in_select(*value, *select),
            Expr::Exists(select) => self.exists(*select),
            Expr::Scalar(select) => self.subselect(*select),
            Expr::Case(case) => self.case(case),
            Expr::Call(call) => self.call(call),
            Expr::Aggregate(call) => self.aggregate(call),
            Expr::Window(window) => self.window(window),
            Expr::JsonPath((value, steps)) => self.json_path(id, *value, steps),
            Expr::Cast((value, kind)) => self.cast(*value, *kind),
            Expr::Matches(text) => self.matches(text),
            Expr::Relevance(text) => self.relevance(text),
        }
    }

    #[inline(never)]
    fn value(&mut self, id: ExprId, value: &Value) -> Result<Sql> {
        let stored = value.stored()?;
        Ok(self.constant(id, stored))
    }

    #[inline(never)]
    fn unary(&mut self, operator: UnaryOp, value: ExprId) -> Result<Sql> {
        let value = self.expr(value)?;
        Ok(match operator {
            UnaryOp::Not => Sql::Unary(UnOper::Not, operand(value).into()),
            UnaryOp::Negate => Sql::cust_with_expr("- ?", operand(value)),
            UnaryOp::IsNull => is_null(value),
            UnaryOp::IsNotNull => is_not_null(value),
        })
    }

    #[inline(never)]
    fn between(&mut self, (value, low, high): (ExprId, ExprId, ExprId)) -> Result<Sql> {
        let mut operands = Vec::with_capacity(3);
        for id in [value, low, high] {
            operands.push(operand(self.compared(id)?));
        }
        Ok(Sql::cust_with_exprs("? BETWEEN ? AND ?", operands))
    }

    #[inline(never)]
    fn in_list(&mut self, value: ExprId, list: &[ExprId]) -> Result<Sql> {
        let value = operand(self.compared(value)?);
        let mut items = Vec::with_capacity(list.len());
        for id in list {
            items.push(self.expr(*id)?);
        }
        // SQLite takes `x IN ((SELECT ..))` for `x IN (SELECT ..)`: all rows, not one.
        if let ([id], [item]) = (list, items.as_mut_slice())
            && matches!(self.node(*id)?, Expr::Scalar(_))
        {
            let text = format!("+{}", self.text(item)?);
            *item = self.piece(text);
        }
        Ok(Sql::Binary(
            value.into(),
            BinOper::In,
            Sql::Tuple(items).into(),
        ))
    }

    #[inline(never)]
    fn in_select(&mut self, value: ExprId, select: SelectId) -> Result<Sql> {
        let value = self.compared(value)?;
        Ok(binary(value, BinOper::In, self.subselect(select)?))
    }

    #[inline(never)]
    fn exists(&mut self, select: SelectId) -> Result<Sql> {
        let select = self.subselect(select)?;
        let text = format!("EXISTS {}", self.text(&select)?);
        Ok(self.piece(text))
    }

    #[inline(never)]
    fn json_path(&mut self, id: ExprId, value: ExprId, steps: &[JsonStep]) -> Result<Sql> {
        let value = self.expr(value)?;
        let path = self.constant(id, json_path(steps).into());
        Ok(binary(
            value,
            BinOper::SqliteOperator(SqliteBinOper::CastJsonField),
            path,
        ))
    }

    #[inline(never)]
    fn cast(&mut self, value: ExprId, kind: ColumnType) -> Result<Sql> {
        let cast = Func::cast_as(self.expr(value)?, kind.storage());
        Ok(match kind {
            ColumnType::Decimal => collate_decimal(cast.into()),
            _ => cast.into(),
        })
    }

    /// Lowers a side of a comparison: decimals compare by value, not by letters. A
    /// column brings its own collation.
    pub(super) fn compared(&mut self, id: ExprId) -> Result<Sql> {
        let lowered = self.expr(id)?;
        Ok(match self.node(id)? {
            Expr::Constant(Value::Decimal(_)) => {
                let text = format!("{} COLLATE decimal", self.text(&lowered)?);
                self.piece(text)
            }
            Expr::Binary(_) if self.is_decimal(id) => collate_decimal(lowered),
            _ => lowered,
        })
    }

    /// Tells whether an expression is a decimal, as far as constants and casts say so.
    pub(super) fn is_decimal(&self, id: ExprId) -> bool {
        match self.node(id) {
            Ok(Expr::Constant(Value::Decimal(_)) | Expr::Cast((_, ColumnType::Decimal))) => true,
            Ok(Expr::Binary((operator, left, right))) => {
                decimal_function(*operator).is_some()
                    && self.is_decimal(*left)
                    && self.is_decimal(*right)
            }
            _ => false,
        }
    }

    #[inline(never)]
    fn binary(&mut self, operator: BinaryOp, left: ExprId, right: ExprId) -> Result<Sql> {
        if let Some(function) = decimal_function(operator)
            && self.is_decimal(left)
            && self.is_decimal(right)
        {
            let arguments = [self.expr(left)?, self.expr(right)?];
            return Ok(Func::cust(function).args(arguments).into());
        }
        let sql = match operator {
            BinaryOp::And | BinaryOp::Or => {
                let sql = if operator == BinaryOp::And {
                    BinOper::And
                } else {
                    BinOper::Or
                };
                let left = self.expr(left)?;
                return Ok(logical(left, sql, self.expr(right)?));
            }
            BinaryOp::Like | BinaryOp::NotLike => {
                let sql = if operator == BinaryOp::Like {
                    BinOper::Like
                } else {
                    BinOper::NotLike
                };
                let (value, pattern) = (self.expr(left)?, self.expr(right)?);
                let escape = self.piece("'\\'");
                let pattern = Sql::Binary(operand(pattern).into(), BinOper::Escape, escape.into());
                return Ok(Sql::Binary(operand(value).into(), sql, pattern.into()));
            }
            BinaryOp::Eq => BinOper::Equal,
            BinaryOp::Ne => BinOper::NotEqual,
            BinaryOp::Lt => BinOper::SmallerThan,
            BinaryOp::Le => BinOper::SmallerThanOrEqual,
            BinaryOp::Gt => BinOper::GreaterThan,
            BinaryOp::Ge => BinOper::GreaterThanOrEqual,
            BinaryOp::Same => BinOper::Is,
            BinaryOp::NotSame => BinOper::IsNot,
            BinaryOp::Add => BinOper::Add,
            BinaryOp::Subtract => BinOper::Sub,
            BinaryOp::Multiply => BinOper::Mul,
            BinaryOp::Divide => BinOper::Div,
            BinaryOp::Modulo => BinOper::Mod,
            BinaryOp::Concat => BinOper::Custom("||"),
            BinaryOp::Glob => BinOper::SqliteOperator(SqliteBinOper::Glob),
        };
        let left = self.compared(left)?;
        Ok(binary(left, sql, self.compared(right)?))
    }

    #[inline(never)]
    fn case(&mut self, case: &CaseExpr) -> Result<Sql> {
        let mut statement = CaseStatement::new();
        for (condition, result) in &case.branches {
            // A piece: sea-query clones conditions while it writes.
            let condition = self.expr(*condition)?;
            let condition = self.text(&condition)?;
            let condition = self.piece(condition);
            statement = statement.case(condition, self.expr(*result)?);
        }
        if let Some(otherwise) = case.otherwise {
            statement = statement.finally(self.expr(otherwise)?);
        }
        Ok(statement.into())
    }

    #[inline(never)]
    fn matches(&mut self, text: &FullTextRef) -> Result<Sql> {
        let found = self.full_text(text, "rowid")?;
        let select = self.piece(format!("({found})"));
        Ok(binary(
            column(Some(&text.source), "rowid"),
            BinOper::In,
            select,
        ))
    }

    #[inline(never)]
    fn relevance(&mut self, text: &FullTextRef) -> Result<Sql> {
        let found = self.full_text(text, "rank")?;
        let table = self.quoted(&full_text_table(&text.table))?;
        let source = self.quoted(&text.source)?;
        Ok(self.piece(format!(
            "({found} AND {table}.\"rowid\" = {source}.\"rowid\")"
        )))
    }

    fn full_text(&mut self, text: &FullTextRef, column: &str) -> Result<String> {
        let table = self.quoted(&full_text_table(&text.table))?;
        let query = operand(self.expr(text.query)?);
        let query = self.text(&query)?;
        Ok(format!(
            "SELECT \"{column}\" FROM {table} WHERE {table} MATCH \"{SEARCH}\"({query})"
        ))
    }
}

fn decimal_function(operator: BinaryOp) -> Option<&'static str> {
    match operator {
        BinaryOp::Add => Some("decimal_add"),
        BinaryOp::Subtract => Some("decimal_sub"),
        BinaryOp::Multiply => Some("decimal_mul"),
        _ => None,
    }
}

/// Returns a path in SQLite's language (https://sqlite.org/json1.html#path_arguments).
/// Keys are quoted as JSON strings, escapes included.
fn json_path(steps: &[JsonStep]) -> String {
    let mut path = String::from("$");
    for step in steps {
        match step {
            JsonStep::Key(key) => {
                path.push('.');
                path.push_str(&serde_json::Value::from(key.as_str()).to_string());
            }
            JsonStep::Index(index) => path.push_str(&format!("[{index}]")),
        }
    }
    path
}
