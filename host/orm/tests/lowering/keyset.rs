//! Pages: together they are what one query without pages returns.

use proptest::prelude::*;
use rusqlite::Connection;
use rusqlite::types::Value as V;
use wasgi_orm::query::{Body, Bounds, Expr, Query, validate};
use wasgi_orm::sql::{Lowered, lower, lower_for, never_null};
use wasgi_orm::value::Value;

use crate::choices::Choices;
use crate::database::empty;
use crate::generate::{Generator, create, tables};
use crate::random::{equal, numbers, run};

/// How a page's query is lowered.
type Lower<'a> = &'a dyn Fn(&Query) -> Lowered;

/// Adds a value to a query, as a constant or as a parameter.
fn bind(query: &mut Query, params: &mut Vec<V>, value: V, constant: bool) -> u32 {
    query.exprs.push(match value {
        value if !constant => {
            params.push(value);
            Expr::Param(u32::try_from(params.len() - 1).expect("few"))
        }
        V::Null => Expr::Constant(Value::Null),
        V::Integer(integer) => Expr::Constant(Value::Integer(integer)),
        V::Real(real) => Expr::Constant(Value::Real(real)),
        V::Text(text) => Expr::Constant(Value::Text(text)),
        V::Blob(bytes) => Expr::Constant(Value::Blob(bytes)),
    });
    u32::try_from(query.exprs.len() - 1).expect("few")
}

/// Reads page after page, each after the last row of the one before.
fn pages(
    connection: &Connection,
    query: &Query,
    params: &[V],
    choices: &mut Choices<'_>,
    lower: Lower<'_>,
) -> Vec<Vec<V>> {
    let size = 1 + choices.below(4);
    let mut rows: Vec<Vec<V>> = Vec::new();
    loop {
        let (mut page, mut params) = (query.clone(), params.to_vec());
        let limit = V::Integer(i64::try_from(size).expect("few"));
        let limit = bind(&mut page, &mut params, limit, choices.one_in(2));
        let Body::Select(id) = page.body else {
            panic!("a select")
        };
        let id = usize::try_from(id).expect("small");
        page.selects[id].limit = Some(limit);
        if let Some(last) = rows.last() {
            // The order terms are the last columns.
            let terms = page.selects[id].order_by.len();
            for value in &last[last.len() - terms..] {
                let value = bind(&mut page, &mut params, value.clone(), choices.one_in(2));
                page.selects[id].after.push(value);
            }
        }
        validate(&page, &Bounds::default()).expect("valid");
        let lowered = lower(&page);
        let found = run(connection, &lowered, &params);
        let found = found.unwrap_or_else(|error| panic!("{error}: {}", lowered.sql));
        assert!(found.len() <= size);
        if found.is_empty() {
            return rows;
        }
        rows.extend(found);
        assert!(rows.len() < 10_000, "pages without end: {}", lowered.sql);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pages_visit_every_row_once_in_order(numbers in numbers()) {
        let mut choices = Choices::new(&numbers);
        let tables = tables(&mut choices);
        let connection = empty();
        create(&connection, &tables, &mut choices);
        let (query, params) = Generator::new(&mut choices, &tables).pages();
        let whole = run(&connection, &lower(&query).expect("lowered"), &params).expect("rows");
        if whole.len() > 60 {
            return Ok(());
        }
        let blind = |query: &Query| lower(query).expect("lowered");
        let informed = |query: &Query| {
            let never_null = |table: &str, column: &str| never_null(&connection, table, column);
            lower_for(query, &never_null).expect("lowered")
        };
        for lower in [&blind as Lower<'_>, &informed] {
            let paged = pages(&connection, &query, &params, &mut choices, lower);
            prop_assert!(
                equal(&paged, &whole),
                "{}\n  paged {paged:?}\n  whole {whole:?}\n  params {params:?}",
                lower(&query).sql,
            );
        }
    }
}
