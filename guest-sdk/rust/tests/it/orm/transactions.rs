//! Transactions and savepoints.

use std::panic::{AssertUnwindSafe, catch_unwind};

use wasgi::orm::{self, Error, prelude::*};
use wasgi::test;

use super::blog::{self, Tag};

fn tag(name: &str) -> orm::Result<Tag> {
    Tag {
        id: 0,
        name: name.to_owned(),
    }
    .insert()
}

fn names() -> Vec<String> {
    Tag::query()
        .order_by(Tag::ID)
        .select(Tag::NAME)
        .all()
        .unwrap()
}

#[test]
fn what_a_transaction_wrote_lasts_if_it_returns_ok() {
    let _database = test::database(blog::schema());
    let value = orm::transaction(|_| {
        tag("a")?;
        tag("b")?;
        assert_eq!(Tag::query().count()?, 2);
        Ok(7)
    });
    assert_eq!(value.unwrap(), 7);
    assert_eq!(names(), ["a", "b"]);
}

#[test]
fn an_error_or_a_panic_takes_everything_back() {
    let _database = test::database(blog::schema());
    let failed = orm::try_transaction(|_| {
        tag("a")?;
        tag("a")
    });
    assert!(matches!(failed, Err(Error::Unique(_))));
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        orm::try_transaction::<(), Error>(|_| {
            tag("b")?;
            panic!("on purpose")
        })
    }));
    assert!(panicked.is_err());
    let refused = orm::transaction(|_| -> wasgi::Result<()> {
        tag("c")?;
        Err(wasgi::Error::bad_request("no"))
    });
    assert_eq!(refused.unwrap_err().status(), 400);
    let undone = orm::try_transaction::<_, Error>(|tx| {
        tag("d")?;
        tx.set_rollback();
        Ok(())
    });
    assert_eq!(undone, Ok(()));
    assert_eq!(names(), Vec::<String>::new());
    tag("e").unwrap();
    assert_eq!(names(), ["e"]);
}

#[test]
fn a_savepoint_takes_back_its_part_alone() {
    let _database = test::database(blog::schema());
    let value = orm::try_transaction(|tx| {
        tag("a")?;
        let part: orm::Result<()> = tx.try_savepoint(|tx| {
            tag("b")?;
            tx.try_savepoint(|_| tag("c"))?;
            Err(Error::Stale)
        });
        assert_eq!(part, Err(Error::Stale));
        tx.try_savepoint(|_| tag("d"))?;
        Ok::<_, Error>(())
    });
    value.unwrap();
    assert_eq!(names(), ["a", "d"]);
}

#[test]
fn a_transaction_inside_of_another_is_a_part_of_it() {
    let _database = test::database(blog::schema());
    let outer = orm::try_transaction::<(), Error>(|_| {
        orm::try_transaction(|_| tag("a"))?;
        assert!(orm::try_transaction(|_| tag("a")).is_err());
        assert_eq!(names(), ["a"]);
        Err(Error::Stale)
    });
    assert_eq!(outer, Err(Error::Stale));
    assert_eq!(names(), Vec::<String>::new());
}

#[test]
fn a_read_transaction_refuses_writes() {
    let _database = test::database(blog::schema());
    tag("a").unwrap();
    let read = orm::try_read_transaction(|_| Tag::query().count());
    assert_eq!(read, Ok(1));
    let written = orm::try_read_transaction(|_| tag("b"));
    assert!(matches!(written, Err(Error::Misuse(_))), "{written:?}");
    let nested = orm::try_read_transaction(|_| orm::try_transaction(|_| tag("b")));
    assert!(matches!(nested, Err(Error::Misuse(_))), "{nested:?}");
    let inside = orm::try_transaction(|_| orm::try_read_transaction(|_| tag("c")));
    assert!(inside.is_ok());
    assert_eq!(names(), ["a", "c"]);
}
