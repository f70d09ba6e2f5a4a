//! The columns of a model.

use std::fmt;
use std::marker::PhantomData;

/// A column of type `T` of the source `S`: a model, or an [alias](crate::orm::alias)
/// of one.
///
/// `#[derive(Model)]` makes a constant of each field: `Post::TITLE`.
pub struct Column<S, T> {
    pub(crate) source: &'static str,
    pub(crate) name: &'static str,
    of: PhantomData<fn() -> (S, T)>,
}

impl<S, T> Column<S, T> {
    #[doc(hidden)]
    pub const fn new(source: &'static str, name: &'static str) -> Self {
        Self {
            source,
            name,
            of: PhantomData,
        }
    }

    /// Returns its name in the database.
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

impl<S, T> Clone for Column<S, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S, T> Copy for Column<S, T> {}

impl<S, T> fmt::Debug for Column<S, T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.source, self.name)
    }
}

/// All columns of a source, which make a row of its model: `Post::ALL`.
pub struct All<S>(PhantomData<fn() -> S>);

impl<S> All<S> {
    #[doc(hidden)]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<S> Default for All<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> Clone for All<S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for All<S> {}

impl<S> fmt::Debug for All<S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("All")
    }
}
