//! What passes from one capability to another without the guest's seeing it: rows of
//! the database, on their way to a template. The guest holds a handle.

/// Rows, packed (`wit/orm.wit`), and those related to them.
#[derive(Debug, Default)]
pub struct HeldRows {
    /// The rows.
    pub rows: Vec<u8>,
    /// One list of rows for each prefetch.
    pub related: Vec<Vec<u8>>,
}
