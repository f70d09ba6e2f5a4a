//! What can go wrong with a database.

use std::fmt;

use crate::host::bindings::wasgi::app::orm as wit;

/// A result of the ORM.
pub type Result<T, E = Error> = std::result::Result<T, E>;

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

impl fmt::Display for Constraint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.table.as_str(), self.columns.as_slice()) {
            ("", []) => formatter.write_str(&self.name),
            (table, []) => write!(formatter, "{table} ({})", self.name),
            (table, columns) => write!(formatter, "{table} ({})", columns.join(", ")),
        }
    }
}

/// What went wrong.
///
/// A web handler passes it on by `?`. The client then gets 404 for
/// [`NotFound`](Self::NotFound), 409 for [`Stale`](Self::Stale), 503 for
/// [`Busy`](Self::Busy), 400 for [`PageToken`](Self::PageToken), and 500 for everything
/// else, with the story in the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Two rows would be equal where they must not.
    #[error("there is such a row already: {0}")]
    Unique(Constraint),
    /// A row refers to one that is not there, or others refer to one that was to go.
    #[error("a row refers to one that is not there: {0}")]
    ForeignKey(Constraint),
    /// A value is missing.
    #[error("a value is missing: {0}")]
    NotNull(Constraint),
    /// A row does not meet a check.
    #[error("a check failed: {0}")]
    Check(Constraint),
    /// A value has another type than expected.
    #[error("wrong type: {0}")]
    TypeMismatch(String),
    /// Somebody else changed or deleted the row since it was read.
    #[error("the row was changed by somebody else, or is gone")]
    Stale,
    /// There is no such row.
    #[error("there is no such row")]
    NotFound,
    /// There is more than one such row.
    #[error("there is more than one such row")]
    TooMany,
    /// A token is none that [`Query::paginate`](super::Query::paginate) made.
    #[error("this is no token of a page")]
    PageToken,
    /// Somebody else holds the lock, and did so for too long.
    #[error("the database is locked by somebody else")]
    Busy,
    /// The statement took longer than it may.
    #[error("the statement took longer than it may")]
    Timeout,
    /// The database, or a result, is larger than it may be.
    #[error("quota: {0}")]
    Quota(String),
    /// The statement does what applications may not.
    #[error("not allowed: {0}")]
    Denied(String),
    /// SQL that SQLite does not take.
    #[error("{message}")]
    Syntax {
        /// SQLite's word.
        message: String,
        /// Where in the text, in bytes.
        offset: Option<u32>,
    },
    /// There is no such table: the schema lacks the model.
    #[error("there is no table `{0}`; is its model in the schema that `wasgi::export!` was given?")]
    UnknownTable(String),
    /// There is no such column.
    #[error("there is no column `{0}`")]
    UnknownColumn(String),
    /// The query makes no sense.
    #[error("{0}")]
    Invalid(String),
    /// Called in an order that cannot work.
    #[error("{0}")]
    Misuse(String),
    /// The database is damaged.
    #[error("the database is damaged: {0}")]
    Corrupt(String),
    /// The database cannot be read or written.
    #[error("the database cannot be read or written: {0}")]
    Unavailable(String),
    /// There is none.
    #[error(
        "there is no database: the operator granted none (in a native test, \
         `Client::database` or `test::database` does)"
    )]
    NoDatabase,
}

impl From<wit::Error> for Error {
    fn from(error: wit::Error) -> Self {
        let constraint = |of: wit::Constraint| Constraint {
            name: of.name,
            table: of.table,
            columns: of.columns,
        };
        match error {
            wit::Error::Unique(of) => Self::Unique(constraint(of)),
            wit::Error::ForeignKey(of) => Self::ForeignKey(constraint(of)),
            wit::Error::NotNull(of) => Self::NotNull(constraint(of)),
            wit::Error::Check(of) => Self::Check(constraint(of)),
            wit::Error::TypeMismatch(what) => Self::TypeMismatch(what),
            wit::Error::Stale => Self::Stale,
            wit::Error::Busy => Self::Busy,
            wit::Error::Timeout => Self::Timeout,
            wit::Error::Quota(what) => Self::Quota(what),
            wit::Error::Denied(what) => Self::Denied(what),
            wit::Error::Syntax(of) => Self::Syntax {
                message: of.message,
                offset: of.offset,
            },
            wit::Error::UnknownTable(name) => Self::UnknownTable(name),
            wit::Error::UnknownColumn(name) => Self::UnknownColumn(name),
            wit::Error::Invalid(what) => Self::Invalid(what),
            wit::Error::Misuse(what) => Self::Misuse(what),
            wit::Error::Corrupt(what) => Self::Corrupt(what),
            wit::Error::Unavailable(what) => Self::Unavailable(what),
            wit::Error::NoDatabase => Self::NoDatabase,
        }
    }
}

impl Error {
    /// Returns the status that a client gets of it, and what it may read; none where
    /// that is 500 and nothing.
    pub(crate) fn response(&self) -> Option<(crate::Status, &'static str)> {
        Some(match self {
            Self::NotFound => (crate::Status::NOT_FOUND, "There is no such thing."),
            Self::Stale => (
                crate::Status::CONFLICT,
                "Somebody else changed this meanwhile.",
            ),
            Self::PageToken => (crate::Status::BAD_REQUEST, "There is no such page."),
            Self::Busy => (
                crate::Status::SERVICE_UNAVAILABLE,
                "Please try again in a moment.",
            ),
            _ => return None,
        })
    }
}
