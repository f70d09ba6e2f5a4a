//! Writes trees down.

use wasgi_orm::query::*;
use wasgi_orm::value::{ColumnType, Value};

/// Arenas being filled.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree {
    pub(crate) exprs: Vec<Expr>,
    pub(crate) selects: Vec<Select>,
}

impl Tree {
    pub(crate) fn add(&mut self, expr: Expr) -> ExprId {
        self.exprs.push(expr);
        u32::try_from(self.exprs.len() - 1).expect("few")
    }

    pub(crate) fn select(&mut self, select: Select) -> SelectId {
        self.selects.push(select);
        u32::try_from(self.selects.len() - 1).expect("few")
    }

    pub(crate) fn col(&mut self, source: &str, name: &str) -> ExprId {
        let source = (!source.is_empty()).then(|| source.to_owned());
        self.add(Expr::Column(ColumnRef {
            source,
            name: name.into(),
        }))
    }

    pub(crate) fn val(&mut self, value: Value) -> ExprId {
        self.add(Expr::Constant(value))
    }

    pub(crate) fn int(&mut self, value: i64) -> ExprId {
        self.val(Value::Integer(value))
    }

    pub(crate) fn text(&mut self, value: &str) -> ExprId {
        self.val(Value::Text(value.into()))
    }

    pub(crate) fn param(&mut self, index: u32) -> ExprId {
        self.add(Expr::Param(index))
    }

    pub(crate) fn un(&mut self, operator: UnaryOp, value: ExprId) -> ExprId {
        self.add(Expr::Unary((operator, value)))
    }

    pub(crate) fn bin(&mut self, operator: BinaryOp, left: ExprId, right: ExprId) -> ExprId {
        self.add(Expr::Binary((operator, left, right)))
    }

    pub(crate) fn cast(&mut self, value: ExprId, kind: ColumnType) -> ExprId {
        self.add(Expr::Cast((value, kind)))
    }

    pub(crate) fn call(&mut self, function: Function, arguments: &[ExprId]) -> ExprId {
        self.add(Expr::Call(Call {
            function,
            arguments: arguments.to_vec(),
        }))
    }

    pub(crate) fn agg(&mut self, function: Aggregate, arguments: &[ExprId]) -> ExprId {
        self.add(Expr::Aggregate(plain(function, arguments)))
    }

    /// A query for the rows of the last select.
    pub(crate) fn rows(&self) -> Query {
        let last = u32::try_from(self.selects.len() - 1).expect("a select");
        self.body(Body::Select(last))
    }

    pub(crate) fn body(&self, body: Body) -> Query {
        Query {
            exprs: self.exprs.clone(),
            selects: self.selects.clone(),
            body,
            prefetches: Vec::new(),
        }
    }
}

pub(crate) fn plain(function: Aggregate, arguments: &[ExprId]) -> AggregateCall {
    AggregateCall {
        function,
        arguments: arguments.to_vec(),
        distinct: false,
        filter: None,
    }
}

pub(crate) fn table(name: &str) -> Source {
    Source {
        relation: Relation::Table(name.into()),
        alias: None,
    }
}

pub(crate) fn named(name: &str, alias: &str) -> Source {
    Source {
        relation: Relation::Table(name.into()),
        alias: Some(alias.into()),
    }
}

pub(crate) fn sub(select: SelectId, alias: &str) -> Source {
    Source {
        relation: Relation::Select(select),
        alias: Some(alias.into()),
    }
}

pub(crate) fn columns(exprs: &[ExprId]) -> Vec<Selected> {
    exprs
        .iter()
        .map(|expr| Selected {
            expr: *expr,
            alias: None,
        })
        .collect()
}

pub(crate) fn asc(expr: ExprId) -> OrderTerm {
    OrderTerm {
        expr,
        descending: false,
        nulls: Nulls::Default,
    }
}

pub(crate) fn desc(expr: ExprId) -> OrderTerm {
    OrderTerm {
        expr,
        descending: true,
        nulls: Nulls::Default,
    }
}

/// A select of some columns of `post`.
pub(crate) fn from_post(tree: &mut Tree, exprs: &[ExprId]) -> Select {
    let columns = if exprs.is_empty() {
        let id = tree.col("post", "id");
        columns(&[id])
    } else {
        columns(exprs)
    };
    Select {
        columns,
        source: Some(table("post")),
        ..Select::default()
    }
}
