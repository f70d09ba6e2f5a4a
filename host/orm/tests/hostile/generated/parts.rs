//! What long statements are put together from.

pub(super) fn columns(count: usize) -> String {
    let columns: Vec<_> = (0..count).map(|column| format!("c{column}")).collect();
    columns.join(", ")
}

/// A sum that is not deep.
pub(super) fn balanced(range: std::ops::Range<usize>, of: &impl Fn(usize) -> String) -> String {
    let terms: Vec<_> = range.map(of).collect();
    balanced_with(&terms, "+")
}

pub(super) fn balanced_with(terms: &[String], operator: &str) -> String {
    match terms {
        [] => "0".into(),
        [one] => one.clone(),
        _ => {
            let (left, right) = terms.split_at(terms.len() / 2);
            let (left, right) = (
                balanced_with(left, operator),
                balanced_with(right, operator),
            );
            format!("({left}{operator}{right})")
        }
    }
}

pub(super) fn numbers(count: usize) -> String {
    let numbers: Vec<_> = (0..count).map(|number| number.to_string()).collect();
    numbers.join(",")
}

pub(super) fn tables(count: usize, name: &str, between: &str) -> String {
    let tables: Vec<_> = (0..count)
        .map(|number| format!("{name} AS t{number}"))
        .collect();
    tables.join(between)
}

pub(super) fn equal(count: usize) -> String {
    let pairs: Vec<_> = (1..count)
        .map(|number| format!("t{}.id = t{number}.id", number - 1))
        .collect();
    pairs.join(" AND ")
}

pub(super) fn cases(count: usize) -> String {
    let cases: Vec<_> = (0..count)
        .map(|number| format!("WHEN -{number} THEN {number}"))
        .collect();
    cases.join(" ")
}
