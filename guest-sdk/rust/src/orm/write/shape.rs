//! Writes as data. Without their values they are the keys under which their statements
//! are kept: see [`Frag`].

use crate::orm::expr::Frag;

/// An insert of one row, whose values are given in the order of its columns.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Insert {
    pub(crate) table: &'static str,
    pub(crate) columns: &'static [&'static str],
    pub(crate) conflict: Option<Conflict>,
    pub(crate) returning: &'static [&'static str],
}

/// What happens to a row that breaks a unique constraint.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Conflict {
    /// The constraint's columns; any constraint, where empty.
    pub(crate) target: Vec<&'static str>,
    pub(crate) action: OnConflict,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum OnConflict {
    Ignore,
    /// Sets these columns of the row that is there to what was to be inserted.
    Update(Vec<&'static str>),
    /// Sets this column of the row that is there to what it is: only a row that is set
    /// is returned.
    Touch(&'static str),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Update {
    pub(crate) table: &'static str,
    pub(crate) set: Vec<(&'static str, Frag)>,
    pub(crate) filter: Frag,
    /// The version column; the version expected is the last value.
    pub(crate) version: Option<&'static str>,
    pub(crate) returning: &'static [&'static str],
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Delete {
    pub(crate) table: &'static str,
    pub(crate) filter: Frag,
    /// The version column; the version expected is the last value.
    pub(crate) version: Option<&'static str>,
}
