//! Decimals in SQL: the collation `decimal` and exact arithmetic on text, under the
//! names that SQLite's own decimal extension uses
//! (https://sqlite.org/floatingpoint.html section 2.2), so that its command line can
//! open the same files.

use std::cmp::Ordering;
use std::str::FromStr as _;

use rusqlite::functions::{Aggregate, Context, FunctionFlags};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Error, Result};
use rust_decimal::Decimal;

/// Orders decimals by their value; what is none comes after them, byte by byte.
fn compare(left: &str, right: &str) -> Ordering {
    match (Decimal::from_str(left), Decimal::from_str(right)) {
        (Ok(left), Ok(right)) => left.cmp(&right),
        (Ok(_), Err(_)) => Ordering::Less,
        (Err(_), Ok(_)) => Ordering::Greater,
        (Err(_), Err(_)) => left.cmp(right),
    }
}

fn user_error(what: impl Into<String>) -> Error {
    Error::UserFunctionError(what.into().into())
}

/// Reads an argument; none of null.
fn argument(context: &Context<'_>, index: usize) -> Result<Option<Decimal>> {
    let text = match context.get_raw(index) {
        ValueRef::Null => return Ok(None),
        ValueRef::Integer(integer) => return Ok(Some(Decimal::from(integer))),
        ValueRef::Text(text) => {
            std::str::from_utf8(text).map_err(|error| user_error(error.to_string()))?
        }
        ValueRef::Real(_) | ValueRef::Blob(_) => {
            return Err(user_error("a decimal is text or an integer"));
        }
    };
    let decimal = Decimal::from_str(text);
    decimal
        .map(Some)
        .map_err(|error| user_error(format!("not a decimal: {text:?}: {error}")))
}

#[derive(Default)]
struct Sum;

impl Aggregate<Option<Decimal>, Option<String>> for Sum {
    fn init(&self, _: &mut Context<'_>) -> Result<Option<Decimal>> {
        Ok(None)
    }

    fn step(&self, context: &mut Context<'_>, sum: &mut Option<Decimal>) -> Result<()> {
        if let Some(next) = argument(context, 0)? {
            let before = sum.unwrap_or_default();
            let after = before.checked_add(next);
            *sum = Some(after.ok_or_else(|| user_error("the sum of decimals is too large"))?);
        }
        Ok(())
    }

    fn finalize(
        &self,
        _: &mut Context<'_>,
        sum: Option<Option<Decimal>>,
    ) -> Result<Option<String>> {
        Ok(sum.flatten().map(|sum| sum.to_string()))
    }
}

/// Gives a connection the collation and the functions.
pub(super) fn register(connection: &Connection) -> Result<()> {
    connection.create_collation("decimal", compare)?;
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS;
    connection.create_scalar_function("decimal", 1, flags, |context| {
        Ok(argument(context, 0)?.map(|decimal| decimal.to_string()))
    })?;
    connection.create_scalar_function("decimal_cmp", 2, flags, |context| {
        let (left, right) = (argument(context, 0)?, argument(context, 1)?);
        Ok(left.zip(right).map(|(left, right)| match left.cmp(&right) {
            Ordering::Less => -1_i64,
            Ordering::Equal => 0,
            Ordering::Greater => 1,
        }))
    })?;
    type Operation = fn(Decimal, Decimal) -> Option<Decimal>;
    let operations: [(&str, Operation); 3] = [
        ("decimal_add", Decimal::checked_add),
        ("decimal_sub", Decimal::checked_sub),
        ("decimal_mul", Decimal::checked_mul),
    ];
    for (name, operation) in operations {
        connection.create_scalar_function(name, 2, flags, move |context| {
            let pair = argument(context, 0)?.zip(argument(context, 1)?);
            let Some((left, right)) = pair else {
                return Ok(None);
            };
            let result = operation(left, right);
            let result = result.ok_or_else(|| user_error("a decimal is too large"))?;
            Ok(Some(result.to_string()))
        })?;
    }
    connection.create_aggregate_function("decimal_sum", 1, flags, Sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(sql: &str) -> Result<Option<String>> {
        let connection = Connection::open_in_memory().expect("open");
        register(&connection).expect("register");
        connection.query_row(sql, [], |row| row.get(0))
    }

    #[test]
    fn decimals_are_ordered_by_value_and_not_by_letters() {
        let largest = "SELECT x FROM (SELECT '9' AS x UNION ALL SELECT '10.50' UNION ALL SELECT '-3') \
                       ORDER BY x COLLATE decimal DESC LIMIT 1";
        assert_eq!(text(largest).expect("query").as_deref(), Some("10.50"));
        let equal = text("SELECT CAST('1.0' = '1.00' COLLATE decimal AS TEXT)");
        assert_eq!(equal.expect("query").as_deref(), Some("1"));
    }

    #[test]
    fn sums_are_exact() {
        let sum = "SELECT decimal_sum(x) FROM (SELECT '0.1' AS x UNION ALL SELECT '0.2' UNION ALL SELECT NULL)";
        assert_eq!(text(sum).expect("query").as_deref(), Some("0.3"));
        let none = text("SELECT decimal_sum(x) FROM (SELECT 1 AS x WHERE 0)");
        assert_eq!(none.expect("query"), None);
    }

    #[test]
    fn what_is_no_decimal_is_an_error_and_not_a_zero() {
        assert!(text("SELECT decimal_add('x', '1')").is_err());
        assert!(text("SELECT decimal_mul('79228162514264337593543950335', '2')").is_err());
    }
}
