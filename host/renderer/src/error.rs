//! What can go wrong, and where in a template it did.

/// The result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// What can go wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// There is no template of this name; says which, and which might be meant.
    #[error("{0}")]
    UnknownTemplate(String),
    /// The template has no block of this name; says so.
    #[error("{0}")]
    UnknownBlock(String),
    /// A template that is none.
    #[error("{}", .0.text)]
    Syntax(Box<Report>),
    /// A template that cannot be rendered with this context.
    #[error("{}", .0.text)]
    Rendering(Box<Report>),
    /// A limit was reached: says which, and the bound.
    #[error("{0}")]
    Quota(String),
    /// The context is not packed as it should be, or does not fit its queries.
    #[error("{0}")]
    Invalid(String),
    /// Who takes the page wants no more of it.
    #[error("nobody takes the rest of the page")]
    Stopped,
}

/// What is wrong with a template, and where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// What is wrong.
    pub message: String,
    /// The template's name; empty for a text.
    pub template: String,
    /// Counted from 1; 0 where it is not known.
    pub line: u32,
    /// In characters, counted from 1; 0 where it is not known.
    pub column: u32,
    /// The line itself.
    pub source_line: String,
    /// From whence it was included, called or extended, the nearest first, each as
    /// `name:line`, or `name` of one that extends it.
    pub chain: Vec<String>,
    /// All of this, as a terminal shows it.
    pub text: String,
}
