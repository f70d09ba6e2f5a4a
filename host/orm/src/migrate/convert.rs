//! How the values of a column are carried over to another type.
//!
//! A value survives where the new one says the same; what does not is counted before
//! anything is done, and is a loss.

use crate::value::ColumnType;

/// How a value is carried over.
pub(crate) struct Conversion {
    /// The new value, as SQL.
    pub(crate) value: String,
    /// Whether nothing is lost, as SQL; of a value that is not null.
    pub(crate) survives: String,
    /// Whether the new value is null where the old one says nothing in the new type.
    pub(crate) partial: bool,
}

fn whole(value: String) -> Option<Conversion> {
    Some(Conversion {
        value,
        survives: "1".into(),
        partial: false,
    })
}

fn lossy(value: String, survives: String) -> Option<Conversion> {
    Some(Conversion {
        value,
        survives,
        partial: false,
    })
}

fn partial(value: String, survives: String) -> Option<Conversion> {
    Some(Conversion {
        value,
        survives,
        partial: true,
    })
}

/// A cast that can be seen to lose nothing by casting back.
fn round_trip(c: &str, to: &str, back: &str) -> Option<Conversion> {
    let value = format!("CAST({c} AS {to})");
    let survives = format!("CAST({value} AS {back}) = {c} COLLATE BINARY");
    lossy(value, survives)
}

/// Digits with an optional sign and point, at most 28 of them.
fn is_decimal(c: &str) -> String {
    let digits = format!("ltrim({c}, '-')");
    format!(
        "{digits} NOT GLOB '*[^0-9.]*' AND {digits} GLOB '[0-9]*' AND {digits} GLOB '*[0-9]' \
         AND length({c}) - length({digits}) <= 1 AND {digits} NOT LIKE '%.%.%' \
         AND length(replace({digits}, '.', '')) <= 28"
    )
}

/// The hyphenated form of RFC 9562 section 4.
fn uuid_text(c: &str) -> String {
    let parts = [(1, 8), (9, 4), (13, 4), (17, 4), (21, 12)];
    let parts = parts.map(|(from, length)| format!("substr(hex({c}), {from}, {length})"));
    format!("lower({})", parts.join(" || '-' || "))
}

/// The start of a timestamp's day, in seconds: a division rounds towards zero, and
/// days before 1970 are negative.
fn timestamp_date(c: &str) -> String {
    format!(
        "date(({c} - (({c} % 86400000000) + 86400000000) % 86400000000) / 1000000, 'unixepoch')"
    )
}

/// RFC 3339, in microseconds.
fn timestamp_text(c: &str) -> String {
    let fraction = format!("(({c} % 1000000) + 1000000) % 1000000");
    format!(
        "strftime('%Y-%m-%dT%H:%M:%S', ({c} - {fraction}) / 1000000, 'unixepoch') \
         || printf('.%06dZ', {fraction})"
    )
}

const EXACT_TIMESTAMP: &str = "'[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9]Z'";

fn text_timestamp(c: &str) -> String {
    format!(
        "CASE WHEN {c} GLOB {EXACT_TIMESTAMP} \
         THEN unixepoch(substr({c}, 1, 19)) * 1000000 + CAST(substr({c}, 21, 6) AS INTEGER) \
         WHEN {c} GLOB '[0-9][0-9][0-9][0-9]-*' \
         THEN CAST(round(unixepoch({c}, 'subsec') * 1000) AS INTEGER) * 1000 END"
    )
}

/// Returns how a column's values become another type's; none where they say nothing
/// in it.
pub(crate) fn conversion(from: ColumnType, to: ColumnType, c: &str) -> Option<Conversion> {
    use ColumnType::{Blob, Boolean, Date, Decimal, Integer, Json, Real, Text, Timestamp, Uuid};
    match (from, to) {
        // Stored alike.
        (Boolean, Integer | Timestamp)
        | (Integer, Timestamp)
        | (Timestamp, Integer)
        | (Uuid, Blob)
        | (Json | Date | Decimal, Text) => whole(c.to_owned()),
        (Integer | Timestamp, Boolean) => lossy(format!("{c} <> 0"), format!("{c} IN (0, 1)")),
        (Real | Decimal, Boolean) => {
            let number = format!("CAST({c} AS REAL)");
            lossy(format!("{number} <> 0"), format!("{number} IN (0, 1)"))
        }
        (Text | Json, Boolean) => {
            let value = format!(
                "CASE lower({c}) WHEN '1' THEN 1 WHEN 'true' THEN 1 WHEN '0' THEN 0 WHEN 'false' THEN 0 END"
            );
            partial(value.clone(), format!("({value}) IS NOT NULL"))
        }
        (Boolean | Integer | Timestamp, Real) => round_trip(c, "REAL", "INTEGER"),
        (Real, Integer | Timestamp) => round_trip(c, "INTEGER", "REAL"),
        (Boolean | Integer, Text | Decimal) => whole(format!("CAST({c} AS TEXT)")),
        (Timestamp, Decimal) => whole(format!("CAST({c} AS TEXT)")),
        (Real, Text) => round_trip(c, "TEXT", "REAL"),
        (Text | Json, Integer) => round_trip(c, "INTEGER", "TEXT"),
        (Text | Json, Real) => {
            let value = format!("CAST({c} AS REAL)");
            let same = format!("CAST({value} AS TEXT) = {c} COLLATE BINARY");
            let whole = format!("CAST(CAST({c} AS INTEGER) AS TEXT) = {c} COLLATE BINARY");
            lossy(value, format!("({same} OR {whole})"))
        }
        (Decimal, Integer | Real) => {
            let storage = to.storage();
            let value = format!("CAST({c} AS {storage})");
            let survives = format!("CAST({value} AS TEXT) = {c} COLLATE decimal");
            lossy(value, survives)
        }
        (Real, Decimal) => {
            let text = format!("CAST({c} AS TEXT)");
            let valid = is_decimal(&text);
            partial(
                format!("CASE WHEN {valid} THEN {text} END"),
                format!("({valid}) AND CAST({text} AS REAL) = {c}"),
            )
        }
        (Text | Json, Decimal) => {
            let valid = is_decimal(c);
            partial(format!("CASE WHEN {valid} THEN {c} END"), valid)
        }
        (Text | Json | Date | Decimal, Blob) => whole(format!("CAST({c} AS BLOB)")),
        (Blob, Uuid) => {
            let valid = format!("length({c}) = 16");
            partial(format!("CASE WHEN {valid} THEN {c} END"), valid)
        }
        (Text, Uuid) => {
            let value = format!("CASE WHEN length(unhex({c}, '-')) = 16 THEN unhex({c}, '-') END");
            let survives = format!("({value}) IS NOT NULL");
            partial(value, survives)
        }
        (Uuid, Text) => whole(uuid_text(c)),
        (Text | Decimal, Json) => lossy(
            format!("CASE WHEN json_valid({c}) THEN {c} ELSE json_quote({c}) END"),
            format!("json_valid({c})"),
        ),
        (Date, Json) => whole(format!("json_quote({c})")),
        (Uuid, Json) => whole(format!("json_quote({})", uuid_text(c))),
        (Integer | Timestamp, Json) => whole(format!("CAST({c} AS TEXT)")),
        (Real, Json) => whole(format!("CAST(json_quote({c}) AS TEXT)")),
        (Boolean, Json) => whole(format!("CASE {c} WHEN 0 THEN 'false' ELSE 'true' END")),
        (Timestamp, Date) => {
            let value = timestamp_date(c);
            partial(value.clone(), format!("unixepoch({value}) * 1000000 = {c}"))
        }
        (Date, Timestamp) => {
            let value = format!("unixepoch({c}) * 1000000");
            partial(
                value.clone(),
                format!("date({value} / 1000000, 'unixepoch') = {c}"),
            )
        }
        (Timestamp, Text) => {
            let value = timestamp_text(c);
            partial(value.clone(), format!("({value}) IS NOT NULL"))
        }
        (Text, Timestamp) => {
            let value = text_timestamp(c);
            let back = timestamp_text(&format!("({value})"));
            partial(value, format!("{back} = {c} COLLATE BINARY"))
        }
        (Text, Date) => partial(
            format!("CASE WHEN {c} GLOB '[0-9][0-9][0-9][0-9]-*' THEN date({c}) END"),
            format!("date({c}) = {c} COLLATE BINARY"),
        ),
        _ => None,
    }
}
