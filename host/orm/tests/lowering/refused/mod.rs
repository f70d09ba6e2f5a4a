//! Trees that make no sense, and what is said of them.

mod bodies;
mod groups;
mod shapes;

use std::fmt::Write as _;

use wasgi_orm::Error;
use wasgi_orm::query::*;

use crate::tree::*;

/// Returns what is said of some trees, each of which is refused.
fn said<'a>(trees: impl IntoIterator<Item = (&'a str, Query)>) -> String {
    let mut out = String::new();
    for (what, query) in trees {
        match validate(&query, &Bounds::default()) {
            Err(Error::Invalid(message)) => writeln!(out, "{what}\n    {message}").expect("write"),
            other => panic!("{what}: {other:?}"),
        }
    }
    out
}

/// A select of one expression over posts.
fn of(build: impl FnOnce(&mut Tree) -> ExprId) -> Query {
    selecting(|t| {
        let expr = build(t);
        from_post(t, &[expr])
    })
}

fn selecting(build: impl FnOnce(&mut Tree) -> Select) -> Query {
    let mut tree = Tree::default();
    let select = build(&mut tree);
    tree.select(select);
    tree.rows()
}
