//! What can be made of an expression, whatever its type.

use super::aggregate::Sum;
use super::{Aggregate, Anywhere, Column, Expr, Frag, Named, Op, Operand, Order, Subquery};
use crate::host::bindings::wasgi::app::orm as wit;
use crate::orm::expr::frag::Case;
use crate::orm::schema::ColumnType;
use crate::orm::value::domain::{self, Domain};
use crate::orm::value::{NotNull, Nullable};
use crate::orm::{Encode, Value};
use wit::{BinaryOp, UnaryOp};

/// The domain of an expression's type.
pub(crate) type DomainOf<E> = <<E as Expression>::Type as Encode>::Domain;

/// An expression's type, or what it is an `Option` of.
pub(crate) type InnerOf<E> = <<E as Expression>::Type as Value>::Inner;

/// A condition over `S`.
pub type Condition<S> = Expr<S, bool>;

/// Columns, and what is made of them.
///
/// Comparisons mean what they mean in Rust: `None` equals `None`, and differs from
/// everything else. (SQL says of both that it does not know.) Order is SQL's: a null is
/// neither less nor greater than anything.
#[expect(
    clippy::wrong_self_convention,
    reason = "an expression is spent by what is made of it"
)]
pub trait Expression: Sized {
    /// Whose columns they are.
    type Scope;
    /// The type of its values.
    type Type: Value;

    #[doc(hidden)]
    fn into_frag(self) -> Frag;

    #[doc(hidden)]
    fn compare<O>(self, op: BinaryOp, other: O) -> Condition<Self::Scope>
    where
        O: Operand<Self::Scope, DomainOf<Self>>,
    {
        let op = match op {
            BinaryOp::Eq if O::NULL || Self::Type::NULLABLE => BinaryOp::Same,
            BinaryOp::Ne if O::NULL || Self::Type::NULLABLE => BinaryOp::NotSame,
            op => op,
        };
        Expr::new(self.into_frag().binary(op, other.operand()))
    }

    /// Is equal.
    fn eq<O>(self, other: O) -> Condition<Self::Scope>
    where
        O: Operand<Self::Scope, DomainOf<Self>>,
    {
        self.compare(BinaryOp::Eq, other)
    }

    /// Is not equal.
    fn ne<O>(self, other: O) -> Condition<Self::Scope>
    where
        O: Operand<Self::Scope, DomainOf<Self>>,
    {
        self.compare(BinaryOp::Ne, other)
    }

    /// Is less.
    fn lt<O>(self, other: O) -> Condition<Self::Scope>
    where
        O: Operand<Self::Scope, DomainOf<Self>>,
    {
        self.compare(BinaryOp::Lt, other)
    }

    /// Is less or equal.
    fn le<O>(self, other: O) -> Condition<Self::Scope>
    where
        O: Operand<Self::Scope, DomainOf<Self>>,
    {
        self.compare(BinaryOp::Le, other)
    }

    /// Is greater.
    fn gt<O>(self, other: O) -> Condition<Self::Scope>
    where
        O: Operand<Self::Scope, DomainOf<Self>>,
    {
        self.compare(BinaryOp::Gt, other)
    }

    /// Is greater or equal.
    fn ge<O>(self, other: O) -> Condition<Self::Scope>
    where
        O: Operand<Self::Scope, DomainOf<Self>>,
    {
        self.compare(BinaryOp::Ge, other)
    }

    /// Is one of both or between them.
    fn between<A, B>(self, low: A, high: B) -> Condition<Self::Scope>
    where
        A: Operand<Self::Scope, DomainOf<Self>>,
        B: Operand<Self::Scope, DomainOf<Self>>,
    {
        let mut frag = self.into_frag();
        frag.append(low.operand());
        frag.append(high.operand());
        frag.push(Op::Between);
        Expr::new(frag)
    }

    /// Is one of these; at most about 900.
    fn in_list<O>(self, list: impl IntoIterator<Item = O>) -> Condition<Self::Scope>
    where
        O: Encode<Domain = DomainOf<Self>>,
    {
        let mut frag = self.into_frag();
        let mut list = list.into_iter();
        let Some(first) = list.next() else {
            return Expr::new(Frag::of(Op::Boolean(false)));
        };
        let mut last = first;
        let mut count = 1_usize;
        frag.push_value(&last);
        for value in list {
            frag.push_value(&value);
            last = value;
            count += 1;
        }
        // Lists of similar length share a statement: the last value fills up.
        let full = count.next_power_of_two().min(count.max(512));
        for _ in count..full {
            frag.push_value(&last);
        }
        frag.push(Op::InList(full));
        Expr::new(frag)
    }

    /// Is in what the query selects.
    fn in_select<Q>(self, query: Q) -> Condition<Self::Scope>
    where
        Q: Subquery<Row: Encode<Domain = DomainOf<Self>>>,
    {
        let mut frag = self.into_frag();
        frag.push_select(query.into_select(), Op::InSelect);
        Expr::new(frag)
    }

    /// Is null.
    fn is_null(self) -> Condition<Self::Scope>
    where
        Self: Expression<Type: Nullable>,
    {
        Expr::new(self.into_frag().unary(UnaryOp::IsNull))
    }

    /// Is not null.
    fn is_not_null(self) -> Condition<Self::Scope>
    where
        Self: Expression<Type: Nullable>,
    {
        Expr::new(self.into_frag().unary(UnaryOp::IsNotNull))
    }

    /// Both are true.
    fn and<O>(self, other: O) -> Condition<Self::Scope>
    where
        Self: Expression<Type = bool>,
        O: Operand<Self::Scope, domain::Boolean>,
    {
        Expr::new(self.into_frag().binary(BinaryOp::And, other.operand()))
    }

    /// One of both is true.
    fn or<O>(self, other: O) -> Condition<Self::Scope>
    where
        Self: Expression<Type = bool>,
        O: Operand<Self::Scope, domain::Boolean>,
    {
        Expr::new(self.into_frag().binary(BinaryOp::Or, other.operand()))
    }

    /// The opposite is true.
    fn not(self) -> Condition<Self::Scope>
    where
        Self: Expression<Type = bool>,
    {
        Expr::new(self.into_frag().unary(UnaryOp::Not))
    }

    /// This, or where it is null the other.
    fn coalesce<O>(self, other: O) -> Expr<Self::Scope, O::Owned>
    where
        Self: Expression<Type: Nullable>,
        O: Operand<Self::Scope, DomainOf<Self>>,
    {
        let mut frag = self.into_frag();
        frag.append(other.operand());
        Expr::new(frag.call(wit::Function::Coalesce, 2))
    }

    /// The same as something that can be null, as columns are behind a left join.
    fn nullable(self) -> Expr<Self::Scope, Option<Self::Type>>
    where
        Self: Expression<Type: NotNull>,
    {
        Expr::new(self.into_frag())
    }

    /// The same as another type, converted by SQLite's `CAST`.
    fn cast<T: Value>(self) -> Expr<Self::Scope, T> {
        let mut frag = self.into_frag();
        let kind = <T::Domain as Domain>::KIND;
        frag.push(Op::Cast(Case(kind)));
        Expr::new(frag)
    }

    /// The same without its table. The compiler no longer checks that the table is part
    /// of the query; the host still does. For conditions over two tables, and for
    /// columns of the outer query in a subquery.
    fn unscoped(self) -> Expr<Anywhere, Self::Type> {
        Expr::new(self.into_frag())
    }

    /// Gives it a name in [templates](crate::templates), where it is selected: columns
    /// have their own, anything else has none.
    fn named(self, name: &'static str) -> Named<Self> {
        Named::new(self, name)
    }

    /// From the smallest to the greatest.
    fn asc(self) -> Order<Self::Scope> {
        Order::new(self.into_frag(), false)
    }

    /// From the greatest to the smallest.
    fn desc(self) -> Order<Self::Scope> {
        Order::new(self.into_frag(), true)
    }

    /// How many rows have a value here.
    fn count(self) -> Aggregate<Self::Scope, i64> {
        Aggregate::new(wit::Aggregate::Count, self.into_frag())
    }

    /// The sum; none of no rows. Exact of decimals.
    fn sum(self) -> Aggregate<Self::Scope, Option<<InnerOf<Self> as Sum>::Sum>>
    where
        InnerOf<Self>: Sum,
    {
        let mut frag = self.into_frag();
        let kind = <DomainOf<Self> as Domain>::KIND;
        if kind == ColumnType::Decimal {
            // What tells the host that this is no sum of reals.
            frag.push(Op::Cast(Case(kind)));
        }
        Aggregate::new(wit::Aggregate::Sum, frag)
    }

    /// The mean; none of no rows.
    fn avg(self) -> Aggregate<Self::Scope, Option<f64>>
    where
        InnerOf<Self>: Sum,
    {
        Aggregate::new(wit::Aggregate::Avg, self.into_frag())
    }

    /// The smallest; none of no rows.
    fn min(self) -> Aggregate<Self::Scope, Option<InnerOf<Self>>> {
        Aggregate::new(wit::Aggregate::Min, self.into_frag())
    }

    /// The greatest; none of no rows.
    fn max(self) -> Aggregate<Self::Scope, Option<InnerOf<Self>>> {
        Aggregate::new(wit::Aggregate::Max, self.into_frag())
    }
}

impl<S, T: Value> Expression for Column<S, T> {
    type Scope = S;
    type Type = T;

    fn into_frag(self) -> Frag {
        Frag::column(self.source, self.name)
    }
}

impl<S, T: Value> Expression for Expr<S, T> {
    type Scope = S;
    type Type = T;

    fn into_frag(self) -> Frag {
        self.frag
    }
}

impl<S, T: Value> Expression for Aggregate<S, T> {
    type Scope = S;
    type Type = T;

    fn into_frag(self) -> Frag {
        Self::into_frag(self)
    }
}
