//! What is asked of the engine: the types of `wit/renderer.wit`, one to one.

/// What is rendered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A template, by its name.
    Template(String),
    /// A block of a template, by both names.
    Block(String, String),
    /// The text of a template, escaped as HTML; it may include and extend those with names.
    Text(String),
}

/// The type of a column, as `orm.column-type`.
#[allow(missing_docs)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Boolean,
    Integer,
    Real,
    Text,
    Blob,
    Decimal,
    Uuid,
    Timestamp,
    Date,
    Json,
}

/// How a column of rows is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// A name; `author.name` is `name` inside of the dict `author`, which is none where
    /// all in it is null. A column without a name is not shown.
    pub name: String,
    /// Without one, what the database returned is shown.
    pub kind: Option<Kind>,
}

/// Where the rows of a prefetch go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    /// 0: into the query's rows; n: into the rows of relation n-1.
    pub parent: u32,
    /// Which column of the parent's rows is the key.
    pub key: u32,
    /// The name there, as of a field.
    pub name: String,
    /// An array; else the first row, or none.
    pub many: bool,
    /// Of the relation's rows, without their last column, which is the key they belong to.
    pub fields: Vec<Field>,
}

/// How much of the rows is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// An array of dicts.
    All,
    /// The first row, a dict, or none where there is no row.
    First,
    /// The first column of the first row, or none.
    Scalar,
    /// An array of the first column.
    Column,
}

/// Rows of a query, packed as `wit/orm.wit` says: a list of rows, and one for each relation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rows {
    /// The query's own.
    pub rows: Vec<u8>,
    /// In the order of `relations`; each row has the key it belongs to as one more column
    /// at the end.
    pub related: Vec<Vec<u8>>,
    /// How much is shown.
    pub extent: Extent,
    /// Of the query's rows.
    pub fields: Vec<Field>,
    /// Where `related` goes.
    pub relations: Vec<Relation>,
}
