//! A database for native tests: SQLite in memory, run by the crate that the host uses.

use crate::host::database as double;
use crate::orm::Schema;

/// A database in memory, which is that of this thread as long as this is there.
#[must_use = "the database is gone when this is dropped: keep it in a variable"]
pub struct Database {
    database: double::Database,
    _opened: double::Opened,
}

/// Makes a database in memory with the tables of a schema, as the host's migration
/// makes them.
///
/// ```
/// use wasgi::orm::{Schema, prelude::*};
/// use wasgi::test;
///
/// #[derive(Model)]
/// struct Post {
///     id: i64,
///     title: String,
/// }
///
/// let _database = test::database(Schema::new().model::<Post>());
/// let post = Post { id: 0, title: "Hello".into() }.insert()?;
/// assert_eq!(Post::get(post.id)?.title, "Hello");
/// # Ok::<(), wasgi::orm::Error>(())
/// ```
///
/// # Panics
///
/// Where the schema makes no sense; the message says what.
pub fn database(schema: Schema) -> Database {
    match double::Database::new(schema.into_wit()) {
        Ok(database) => Database {
            _opened: database.open(),
            database,
        },
        Err(error) => panic!("the schema cannot be migrated to: {error}"),
    }
}

impl Database {
    pub(super) fn double(&self) -> double::Database {
        self.database.clone()
    }
}

impl std::fmt::Debug for Database {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Database")
    }
}

/// Runs a closure, and checks how many times it had the host run a statement. Related
/// rows that come with a query are part of it.
///
/// ```
/// # use wasgi::orm::{Schema, prelude::*};
/// # use wasgi::test;
/// # #[derive(Model)] struct Post { id: i64, title: String }
/// # let _database = test::database(Schema::new().model::<Post>());
/// let posts = test::assert_queries(1, || Post::query().all())?;
/// # assert!(posts.is_empty());
/// # Ok::<(), wasgi::orm::Error>(())
/// ```
///
/// # Panics
///
/// Where it was another number; the message shows the SQL of each.
#[track_caller]
pub fn assert_queries<T>(count: usize, run: impl FnOnce() -> T) -> T {
    let (value, ran) = double::listen(run);
    assert!(
        ran.len() == count,
        "{count} queries were expected, and {} ran:{}",
        ran.len(),
        ran.iter()
            .map(|sql| format!("\n    {sql}"))
            .collect::<String>()
    );
    value
}
