//! Expressions under a name.

use super::Expression;

/// A selected expression, or a relation, with the name that [templates](crate::templates)
/// find it under. Made by [`Expression::named`].
#[derive(Clone, Copy, Debug)]
pub struct Named<E> {
    pub(crate) expression: E,
    pub(crate) name: &'static str,
}

impl<E: Expression> Named<E> {
    pub(super) fn new(expression: E, name: &'static str) -> Self {
        Self { expression, name }
    }
}
