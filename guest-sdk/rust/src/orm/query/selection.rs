//! What can be selected.

use crate::orm::expr::{All, Expression, Frag, Named};
use crate::orm::model::{Model, Source};
use crate::orm::query::Within;
use crate::orm::row::FromRow;

/// Columns, expressions, all columns of a table (`Post::ALL`), or several of these as a
/// tuple, out of the query `Q`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be selected from this query",
    note = "columns, expressions, `Post::ALL` and tuples of them can, where their tables are joined"
)]
pub trait Selection<Q, I> {
    /// What a row becomes.
    type Row: FromRow;

    #[doc(hidden)]
    fn select(self, selected: &mut Selected);
}

/// What was selected so far.
#[doc(hidden)]
#[derive(Debug, Default)]
pub struct Selected {
    pub(super) frags: Vec<Frag>,
    /// Names, by their place among these.
    pub(super) names: Vec<(usize, &'static str)>,
}

impl<Q, I, E: Expression<Scope: Within<Q, I>>> Selection<Q, I> for E {
    type Row = E::Type;

    fn select(self, selected: &mut Selected) {
        selected.frags.push(self.into_frag());
    }
}

impl<Q, I, E: Expression<Scope: Within<Q, I>>> Selection<Q, I> for Named<E> {
    type Row = E::Type;

    fn select(self, selected: &mut Selected) {
        selected.names.push((selected.frags.len(), self.name));
        selected.frags.push(self.expression.into_frag());
    }
}

impl<Q, I, S: Source + Within<Q, I>> Selection<Q, I> for All<S> {
    type Row = S::Model;

    fn select(self, selected: &mut Selected) {
        for name in S::Model::COLUMNS {
            selected.frags.push(Frag::column(S::NAME, name));
        }
    }
}

macro_rules! tuples {
    ($($name:ident $index:ident),+) => {
        impl<Q, $($name, $index),+> Selection<Q, ($($index,)+)> for ($($name,)+)
        where
            $($name: Selection<Q, $index>),+
        {
            type Row = ($($name::Row,)+);

            #[expect(non_snake_case, reason = "the names of the types")]
            fn select(self, selected: &mut Selected) {
                let ($($name,)+) = self;
                $($name.select(selected);)+
            }
        }
    };
}

tuples!(A AI);
tuples!(A AI, B BI);
tuples!(A AI, B BI, C CI);
tuples!(A AI, B BI, C CI, D DI);
tuples!(A AI, B BI, C CI, D DI, E EI);
tuples!(A AI, B BI, C CI, D DI, E EI, F FI);
tuples!(A AI, B BI, C CI, D DI, E EI, F FI, G GI);
tuples!(A AI, B BI, C CI, D DI, E EI, F FI, G GI, H HI);
tuples!(A AI, B BI, C CI, D DI, E EI, F FI, G GI, H HI, J JI);
tuples!(A AI, B BI, C CI, D DI, E EI, F FI, G GI, H HI, J JI, K KI);
tuples!(A AI, B BI, C CI, D DI, E EI, F FI, G GI, H HI, J JI, K KI, L LI);
tuples!(A AI, B BI, C CI, D DI, E EI, F FI, G GI, H HI, J JI, K KI, L LI, M MI);
