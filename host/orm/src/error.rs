//! One typed error for all that can go wrong, as `wit/orm.wit` has it.

/// A constraint that a write broke. What SQLite does not say is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Constraint {
    /// The constraint's or index's name.
    pub name: String,
    /// Its table.
    pub table: String,
    /// Its columns.
    pub columns: Vec<String>,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Two rows would be equal where they must not.
    #[error("unique constraint broken: {0}")]
    Unique(Constraint),
    /// A row refers to one that is not there.
    #[error("foreign key broken: {0}")]
    ForeignKey(Constraint),
    /// A value is missing.
    #[error("not-null constraint broken: {0}")]
    NotNull(Constraint),
    /// A row does not meet a check.
    #[error("check constraint broken: {0}")]
    Check(Constraint),
    /// A value has another type than its column.
    #[error("{0}")]
    TypeMismatch(String),
    /// A version check found another version, or no row.
    #[error("the row was changed by somebody else, or is gone")]
    Stale,
    /// Somebody else holds the lock, and did so for too long.
    #[error("the database is locked by somebody else")]
    Busy,
    /// The statement took longer than it may.
    #[error("the statement took longer than it may")]
    Timeout,
    /// Larger than it may be.
    #[error("{0}")]
    Quota(String),
    /// Not for guests.
    #[error("not allowed: {0}")]
    Denied(String),
    /// SQL that SQLite does not take.
    #[error("{message}")]
    Syntax {
        /// SQLite's word.
        message: String,
        /// Bytes into the text.
        offset: Option<u32>,
    },
    /// There is no such table.
    #[error("no such table: {0}")]
    UnknownTable(String),
    /// There is no such column.
    #[error("no such column: {0}")]
    UnknownColumn(String),
    /// The query, its parameters or the schema make no sense.
    #[error("{0}")]
    Invalid(String),
    /// Called in an order that cannot work.
    #[error("{0}")]
    Misuse(String),
    /// The file is damaged.
    #[error("the database is damaged: {0}")]
    Corrupt(String),
    /// The file cannot be read or written.
    #[error("the database cannot be read or written: {0}")]
    Unavailable(String),
    /// The operator granted none.
    #[error("the operator granted this app no database")]
    NoDatabase,
}

/// A result of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Returns an [`Error::Invalid`].
    pub fn invalid(what: impl Into<String>) -> Self {
        Self::Invalid(what.into())
    }

    /// Returns an [`Error::Misuse`].
    pub fn misuse(what: impl Into<String>) -> Self {
        Self::Misuse(what.into())
    }
}

impl std::fmt::Display for Constraint {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.table.as_str(), self.columns.as_slice()) {
            ("", []) => formatter.write_str(&self.name),
            (table, []) => write!(formatter, "{table} ({})", self.name),
            (table, columns) => write!(formatter, "{table}.{}", columns.join(", ")),
        }
    }
}
