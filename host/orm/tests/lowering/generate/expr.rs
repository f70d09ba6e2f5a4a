//! Expressions: by what they are for, since text of computed reals, or a number made of
//! a blob, says more about SQLite than about its SQL.

use rusqlite::types::Value as V;
use wasgi_orm::query::*;
use wasgi_orm::value::{ColumnType, Value};

use super::Generator;
use super::data::value;

impl Generator<'_, '_> {
    /// Binds a value: as a constant, or as a parameter.
    pub(super) fn bound(&mut self, value: V) -> ExprId {
        if self.choices.one_in(3) {
            self.params.push(value);
            let index = u32::try_from(self.params.len() - 1).expect("few");
            return self.tree.param(index);
        }
        self.tree.val(match value {
            V::Null => Value::Null,
            V::Integer(integer) => Value::Integer(integer),
            V::Real(real) => Value::Real(real),
            V::Text(text) => Value::Text(text),
            V::Blob(bytes) => Value::Blob(bytes),
        })
    }

    pub(super) fn constant(&mut self, kind: ColumnType) -> ExprId {
        let value = value(self.choices, kind);
        self.bound(value)
    }

    /// A column of one of some types; a constant of the first, where there is none.
    fn column(&mut self, kinds: &[ColumnType]) -> ExprId {
        let of_source = self.scope.iter().flat_map(|source| {
            let columns = source
                .columns
                .iter()
                .filter(|(_, kind)| kinds.contains(kind));
            columns.map(|(name, _)| (source.name.clone(), name.clone()))
        });
        let columns: Vec<(String, String)> = of_source.collect();
        if columns.is_empty() {
            return self.constant(kinds[0]);
        }
        // The innermost first: that is where the simplest queries look.
        let (source, name) = &columns[columns.len() - 1 - self.choices.below(columns.len())];
        self.tree.col(source, name)
    }

    pub(super) fn number(&mut self, depth: usize) -> ExprId {
        const NUMBERS: [ColumnType; 2] = [ColumnType::Integer, ColumnType::Real];
        if depth == 0 {
            return if self.choices.below(3) == 2 {
                self.constant(ColumnType::Integer)
            } else {
                self.column(&NUMBERS)
            };
        }
        let depth = depth - 1;
        match self.choices.below(11) {
            0 | 1 => self.column(&NUMBERS),
            2 => self.constant(ColumnType::Real),
            3 | 4 => {
                let operator =
                    *self
                        .choices
                        .of(&[BinaryOp::Add, BinaryOp::Subtract, BinaryOp::Multiply]);
                let (left, right) = (self.number(depth), self.number(depth));
                self.tree.bin(operator, left, right)
            }
            5 => {
                let operator = *self.choices.of(&[BinaryOp::Divide, BinaryOp::Modulo]);
                let (left, right) = (self.number(depth), self.number(depth));
                let left = self.tree.cast(left, ColumnType::Integer);
                let right = self.tree.cast(right, ColumnType::Integer);
                self.tree.bin(operator, left, right)
            }
            6 => {
                let value = self.number(depth);
                if self.choices.one_in(2) {
                    return self.tree.call(Function::Abs, &[value]);
                }
                self.tree.un(UnaryOp::Negate, value)
            }
            7 => {
                let text = self.text(depth);
                match self.choices.below(3) {
                    0 => self.tree.call(Function::Length, &[text]),
                    1 => self.tree.cast(text, ColumnType::Integer),
                    _ => self.tree.cast(text, ColumnType::Real),
                }
            }
            8 => {
                let (condition, then, otherwise) = (
                    self.condition(depth),
                    self.number(depth),
                    self.number(depth),
                );
                let otherwise = (!self.choices.one_in(3)).then_some(otherwise);
                self.tree.add(Expr::Case(CaseExpr {
                    branches: vec![(condition, then)],
                    otherwise,
                }))
            }
            9 => {
                let (one, two) = (self.number(depth), self.number(depth));
                self.tree.call(Function::Coalesce, &[one, two])
            }
            _ => match self.scalar(depth) {
                Some(select) => self.tree.add(Expr::Scalar(select)),
                None => self.condition(depth),
            },
        }
    }

    pub(super) fn text(&mut self, depth: usize) -> ExprId {
        if depth == 0 {
            return if self.choices.one_in(3) {
                self.constant(ColumnType::Text)
            } else {
                self.column(&[ColumnType::Text])
            };
        }
        let depth = depth - 1;
        match self.choices.below(5) {
            0 => self.column(&[ColumnType::Text]),
            1 => {
                let (left, right) = (self.text(depth), self.text(depth));
                self.tree.bin(BinaryOp::Concat, left, right)
            }
            2 => {
                let function =
                    *self
                        .choices
                        .of(&[Function::Lower, Function::Upper, Function::Trim]);
                let text = self.text(depth);
                self.tree.call(function, &[text])
            }
            3 => {
                let (one, two) = (self.text(depth), self.text(depth));
                self.tree.call(Function::Ifnull, &[one, two])
            }
            _ => {
                let number = self.column(&[ColumnType::Integer, ColumnType::Real]);
                self.tree.cast(number, ColumnType::Text)
            }
        }
    }

    /// A value of any type.
    pub(super) fn any(&mut self, depth: usize) -> ExprId {
        const ALL: [ColumnType; 4] = [
            ColumnType::Integer,
            ColumnType::Text,
            ColumnType::Real,
            ColumnType::Blob,
        ];
        if depth == 0 {
            return self.column(&ALL);
        }
        match self.choices.below(8) {
            0 | 1 => self.column(&ALL),
            2 | 3 => self.number(depth),
            4 => self.text(depth),
            5 => {
                let kind = *self.choices.of(&ALL);
                self.constant(kind)
            }
            6 => self.bound(V::Null),
            _ => {
                let function = *self.choices.of(&[
                    Function::Nullif,
                    Function::Max,
                    Function::Min,
                    Function::Coalesce,
                ]);
                let (one, two) = (self.any(depth - 1), self.any(depth - 1));
                self.tree.call(function, &[one, two])
            }
        }
    }

    pub(super) fn condition(&mut self, depth: usize) -> ExprId {
        const COMPARISONS: [BinaryOp; 8] = [
            BinaryOp::Eq,
            BinaryOp::Lt,
            BinaryOp::Ge,
            BinaryOp::Ne,
            BinaryOp::Gt,
            BinaryOp::Le,
            BinaryOp::Same,
            BinaryOp::NotSame,
        ];
        let below = depth.saturating_sub(1);
        let options = if depth == 0 { 3 } else { 12 };
        match self.choices.below(options) {
            0 | 1 => {
                let operator = *self.choices.of(&COMPARISONS);
                let (left, right) = (self.any(below), self.any(below));
                self.tree.bin(operator, left, right)
            }
            2 => {
                let operator = *self.choices.of(&[UnaryOp::IsNull, UnaryOp::IsNotNull]);
                let value = self.any(below);
                self.tree.un(operator, value)
            }
            3 | 4 => {
                let operator = *self.choices.of(&[BinaryOp::And, BinaryOp::Or]);
                let (left, right) = (self.condition(below), self.condition(below));
                self.tree.bin(operator, left, right)
            }
            5 => {
                let condition = self.condition(below);
                self.tree.un(UnaryOp::Not, condition)
            }
            6 => {
                let operands = (self.any(below), self.any(below), self.any(below));
                self.tree.add(Expr::Between(operands))
            }
            7 => {
                let value = self.any(below);
                let count = self.choices.below(4);
                let list = (0..count).map(|_| self.any(below)).collect();
                self.tree.add(Expr::InList((value, list)))
            }
            8 => {
                let operator = *self.choices.of(&[BinaryOp::Like, BinaryOp::NotLike]);
                let pattern = *self.choices.of(&["a%", "_", "%", "\\a_", "1%0", "%\\%"]);
                let text = self.text(below);
                let pattern = self.bound(V::Text(pattern.to_owned()));
                self.tree.bin(operator, text, pattern)
            }
            9 => self.number(below),
            10 => {
                let value = self.any(below);
                match self.one_column(below) {
                    Some(select) => self.tree.add(Expr::InSelect((value, select))),
                    None => value,
                }
            }
            _ => match self.one_column(below) {
                Some(select) => self.tree.add(Expr::Exists(select)),
                None => self.tree.val(Value::Boolean(true)),
            },
        }
    }

    /// A count or the like over the group; of conditions and numbers of its rows.
    pub(super) fn aggregate(&mut self) -> ExprId {
        let function = *self.choices.of(&[
            Aggregate::Count,
            Aggregate::Sum,
            Aggregate::Min,
            Aggregate::Max,
            Aggregate::Avg,
        ]);
        let argument = match function {
            Aggregate::Count if self.choices.below(2) == 0 => None,
            Aggregate::Sum | Aggregate::Avg => Some(self.number(1)),
            _ => Some(self.any(1)),
        };
        let distinct = argument.is_some() && self.choices.one_in(3);
        let filter = self.choices.one_in(4).then(|| self.condition(1));
        let arguments = argument.into_iter().collect();
        self.tree.add(Expr::Aggregate(AggregateCall {
            function,
            arguments,
            distinct,
            filter,
        }))
    }
}
