//! SQLite's answers to lowered queries, compared with the model's; `PROPTEST_CASES`
//! says how many.

use proptest::prelude::*;
use rusqlite::types::Value as V;
use rusqlite::{Connection, params_from_iter};
use wasgi_orm::Error;
use wasgi_orm::query::{Bounds, validate};
use wasgi_orm::sql::{Lowered, lower};

use crate::choices::Choices;
use crate::database::{empty, posts};
use crate::generate::{Generator, create, nonsense, tables};
use crate::model::Model;
use crate::model::value::same;

/// Numbers for a case, as many as it may use.
pub(crate) fn numbers() -> impl Strategy<Value = Vec<u16>> {
    prop::collection::vec(any::<u16>(), 0..1500)
}

/// Runs a statement, and returns its rows.
pub(crate) fn run(
    connection: &Connection,
    lowered: &Lowered,
    params: &[V],
) -> rusqlite::Result<Vec<Vec<V>>> {
    let mut statement = connection.prepare(&lowered.sql)?;
    let columns = statement.column_count();
    let bound = statement.parameter_count();
    let nulls = std::iter::repeat_n(&V::Null, lowered.params.saturating_sub(params.len()));
    let values = params
        .iter()
        .chain(nulls)
        .chain(&lowered.constants)
        .take(bound);
    let rows = statement.query_map(params_from_iter(values), |row| {
        (0..columns).map(|index| row.get(index)).collect()
    })?;
    rows.collect()
}

pub(crate) fn equal(left: &[Vec<V>], right: &[Vec<V>]) -> bool {
    left.len() == right.len()
        && left.iter().zip(right).all(|(left, right)| {
            left.len() == right.len()
                && left
                    .iter()
                    .zip(right)
                    .all(|(left, right)| same(left, right))
        })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sqlite_answers_as_the_tree_means(numbers in numbers()) {
        let mut choices = Choices::new(&numbers);
        let tables = tables(&mut choices);
        let connection = empty();
        create(&connection, &tables, &mut choices);
        let (query, params) = Generator::new(&mut choices, &tables).query();
        prop_assert_eq!(validate(&query, &Bounds::default()), Ok(()));
        let lowered = lower(&query).expect("lowered");
        let answer = run(&connection, &lowered, &params);
        let answer = answer.unwrap_or_else(|error| panic!("{error}: {}", lowered.sql));
        let expected = Model { tables: &tables, query: &query, params: &params }.rows();
        prop_assert!(
            equal(&answer, &expected),
            "{}\n  params {params:?}\n  constants {:?}\n  SQLite {answer:?}\n  model  {expected:?}\n  {tables:#?}",
            lowered.sql, lowered.constants,
        );
    }

    /// Nonsense may name what is not there, or nest what SQLite does not. It may not
    /// become text that is no SQL, or make anything panic.
    #[test]
    fn what_validation_lets_pass_is_sql(numbers in numbers()) {
        let query = nonsense(&mut Choices::new(&numbers));
        match validate(&query, &Bounds::default()) {
            Ok(()) => {}
            Err(Error::Invalid(message)) => {
                prop_assert!(!message.is_empty());
                return Ok(());
            }
            Err(other) => panic!("{other:?}"),
        }
        let lowered = lower(&query).expect("lowered");
        prop_assert_eq!(&lowered.sql, &lower(&query).expect("lowered").sql);
        let connection = posts();
        let mut texts = vec![lowered.sql.clone()];
        texts.extend(lowered.prefetches.iter().map(|prefetch| prefetch.sql(8)));
        for text in texts {
            match connection.prepare(&text) {
                Ok(statement) => prop_assert!(statement.parameter_count() <= 1000),
                Err(error) => {
                    let message = error.to_string();
                    let is_sql = ["syntax error", "token", "incomplete"].iter().all(|it| !message.contains(it));
                    prop_assert!(is_sql, "{message}: {text}");
                }
            }
        }
    }
}
