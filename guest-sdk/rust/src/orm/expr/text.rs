//! What can be made of texts.

use super::expression::DomainOf;
use super::{Aggregate, Condition, Expr, Expression, Frag, Op, Operand};
use crate::host::bindings::wasgi::app::orm as wit;
use crate::orm::expr::frag::Case;
use crate::orm::value::domain;
use crate::orm::{Encode, Value};
use wit::{BinaryOp, Function};

/// `T`, or an `Option` of it where the expression is one.
type Perhaps<E, T> = <<E as Expression>::Type as Value>::Perhaps<T>;

/// Expressions that are text.
///
/// Case is told apart unless a method says otherwise, and then only of ASCII letters
/// not.
pub trait TextExpression: Expression<Type: Encode<Domain = domain::Text>> {
    /// Contains this text.
    fn contains(self, text: &str) -> Condition<Self::Scope> {
        let mut frag = self.into_frag();
        frag.push_value(text);
        // instr() of a null is null, which is not true.
        let mut frag = frag.call(Function::Instr, 2);
        frag.push_value(&0);
        frag.push(Op::Binary(Case(BinaryOp::Gt)));
        Expr::new(frag)
    }

    /// Contains this text, whatever its case.
    fn icontains(self, text: &str) -> Condition<Self::Scope> {
        self.like(&format!("%{}%", escape(text, &['\\', '%', '_'])))
    }

    /// Begins with this text.
    fn starts_with(self, text: &str) -> Condition<Self::Scope> {
        self.glob(&format!("{}*", bracket(text)))
    }

    /// Ends with this text.
    fn ends_with(self, text: &str) -> Condition<Self::Scope> {
        self.glob(&format!("*{}", bracket(text)))
    }

    /// Is the same text, whatever its case.
    fn ieq(self, text: &str) -> Condition<Self::Scope> {
        self.like(&escape(text, &['\\', '%', '_']))
    }

    /// Matches a pattern of `LIKE`, whatever its case: `%` for any text, `_` for any
    /// char, `\` before either for itself.
    fn like(self, pattern: &str) -> Condition<Self::Scope> {
        Expr::new(
            self.into_frag()
                .binary(BinaryOp::Like, Frag::value(pattern)),
        )
    }

    /// Matches a pattern of `GLOB`: `*` for any text, `?` for any char, `[a-z]` for one
    /// of these.
    fn glob(self, pattern: &str) -> Condition<Self::Scope> {
        Expr::new(
            self.into_frag()
                .binary(BinaryOp::Glob, Frag::value(pattern)),
        )
    }

    /// This and then the other.
    fn concat<O>(self, other: O) -> Expr<Self::Scope, Self::Type>
    where
        O: Operand<Self::Scope, DomainOf<Self>>,
    {
        Expr::new(self.into_frag().binary(BinaryOp::Concat, other.operand()))
    }

    /// In lower case.
    fn lower(self) -> Expr<Self::Scope, Self::Type> {
        Expr::new(self.into_frag().call(Function::Lower, 1))
    }

    /// In upper case.
    fn upper(self) -> Expr<Self::Scope, Self::Type> {
        Expr::new(self.into_frag().call(Function::Upper, 1))
    }

    /// Without spaces around it.
    fn trim(self) -> Expr<Self::Scope, Self::Type> {
        Expr::new(self.into_frag().call(Function::Trim, 1))
    }

    /// With each occurrence of a text replaced by another.
    fn replace(self, from: &str, to: &str) -> Expr<Self::Scope, Self::Type> {
        let mut frag = self.into_frag();
        frag.push_value(from);
        frag.push_value(to);
        Expr::new(frag.call(Function::Replace, 3))
    }

    /// So many chars from a place, counted from 1.
    fn substr(self, start: i64, length: i64) -> Expr<Self::Scope, Self::Type> {
        let mut frag = self.into_frag();
        frag.push_value(&start);
        frag.push_value(&length);
        Expr::new(frag.call(Function::Substr, 3))
    }

    /// The number of chars.
    fn length(self) -> Expr<Self::Scope, Perhaps<Self, i64>> {
        Expr::new(self.into_frag().call(Function::Length, 1))
    }

    /// All texts of a group, with this between them.
    fn join_all(self, separator: &str) -> Aggregate<Self::Scope, Option<String>> {
        let mut frag = self.into_frag();
        frag.push_value(separator);
        Aggregate::of(wit::Aggregate::GroupConcat, frag, 2)
    }
}

impl<E: Expression<Type: Encode<Domain = domain::Text>>> TextExpression for E {}

/// Puts `\` before chars that mean something in a pattern of `LIKE`.
fn escape(text: &str, special: &[char]) -> String {
    let mut escaped = String::with_capacity(text.len() + 2);
    for char in text.chars() {
        if special.contains(&char) {
            escaped.push('\\');
        }
        escaped.push(char);
    }
    escaped
}

/// Puts chars that mean something in a pattern of `GLOB` in brackets.
fn bracket(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 2);
    for char in text.chars() {
        match char {
            '*' | '?' | '[' => escaped.extend(['[', char, ']']),
            char => escaped.push(char),
        }
    }
    escaped
}
