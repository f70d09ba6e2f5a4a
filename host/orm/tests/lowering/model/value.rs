//! Values: order, affinity, conversion (https://sqlite.org/datatype3.html).

use std::cmp::Ordering;

use rusqlite::types::Value as V;
use wasgi_orm::value::ColumnType;

/// What a comparison does to its operands (section 3.3 there).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Affinity {
    None,
    Blob,
    Text,
    Numeric,
}

impl Affinity {
    pub(crate) fn of(kind: ColumnType) -> Self {
        match kind.storage() {
            "TEXT" => Self::Text,
            "BLOB" => Self::Blob,
            _ => Self::Numeric,
        }
    }

    /// The affinity that a comparison applies to both sides (section 4.2).
    pub(crate) fn compared(self, other: Self) -> Self {
        match (self, other) {
            (Self::Numeric, _) | (_, Self::Numeric) => Self::Numeric,
            (Self::None, it) | (it, Self::None) => it,
            _ => Self::Blob,
        }
    }

    pub(crate) fn apply(self, value: V) -> V {
        match (self, value) {
            (Self::Numeric, V::Text(text)) => whole_number(&text).unwrap_or(V::Text(text)),
            (Self::Text, value @ (V::Integer(_) | V::Real(_))) => V::Text(text(&value)),
            (_, value) => value,
        }
    }
}

/// Orders values as ORDER BY does.
pub(crate) fn order(left: &V, right: &V) -> Ordering {
    fn class(value: &V) -> u8 {
        match value {
            V::Null => 0,
            V::Integer(_) | V::Real(_) => 1,
            V::Text(_) => 2,
            V::Blob(_) => 3,
        }
    }
    match (left, right) {
        (V::Integer(left), V::Integer(right)) => left.cmp(right),
        (V::Integer(_) | V::Real(_), V::Integer(_) | V::Real(_)) => {
            real(left).partial_cmp(&real(right)).expect("no NaN")
        }
        (V::Text(left), V::Text(right)) => left.as_bytes().cmp(right.as_bytes()),
        (V::Blob(left), V::Blob(right)) => left.cmp(right),
        _ => class(left).cmp(&class(right)),
    }
}

/// Whether values are the same, as IS, GROUP BY and DISTINCT take them.
pub(crate) fn same(left: &V, right: &V) -> bool {
    order(left, right) == Ordering::Equal
}

pub(crate) fn truth(value: &V) -> Option<bool> {
    (*value != V::Null).then(|| real(value) != 0.0)
}

pub(crate) fn boolean(truth: Option<bool>) -> V {
    truth.map_or(V::Null, |truth| V::Integer(i64::from(truth)))
}

/// The bytes of a value as text.
pub(crate) fn text(value: &V) -> String {
    match value {
        V::Null => String::new(),
        V::Integer(integer) => integer.to_string(),
        // SQLite writes no sign of zero.
        V::Real(real) if *real == 0.0 => "0.0".to_owned(),
        V::Real(real) if real.fract() == 0.0 => format!("{real:.1}"),
        V::Real(real) => real.to_string(),
        V::Text(text) => text.clone(),
        V::Blob(bytes) => String::from_utf8(bytes.clone()).expect("ASCII"),
    }
}

/// A value as a number: of text its longest prefix that is one.
pub(crate) fn number(value: &V) -> V {
    match value {
        V::Integer(_) | V::Real(_) => value.clone(),
        V::Null => V::Null,
        other => prefix(text(other).trim_start()).0,
    }
}

pub(crate) fn real(value: &V) -> f64 {
    match number(value) {
        V::Integer(integer) => integer as f64,
        V::Real(real) => real,
        _ => 0.0,
    }
}

/// CAST (https://sqlite.org/lang_expr.html#castexpr).
pub(crate) fn cast(value: &V, kind: ColumnType) -> V {
    if *value == V::Null {
        return V::Null;
    }
    match kind.storage() {
        "TEXT" => V::Text(text(value)),
        "REAL" => V::Real(real(value)),
        "INTEGER" => match value {
            V::Text(_) | V::Blob(_) => {
                let text = text(value);
                let text = text.trim_start();
                let digits = text.trim_start_matches(['-', '+']).len();
                let end = text.len() - digits;
                let end = end + text[end..].bytes().take_while(u8::is_ascii_digit).count();
                V::Integer(text[..end].parse().unwrap_or(0))
            }
            other => V::Integer(real(other) as i64),
        },
        _ => V::Blob(text(value).into_bytes()),
    }
}

/// Returns the number at the front of a text, and how long it is.
fn prefix(text: &str) -> (V, usize) {
    let bytes = text.as_bytes();
    let digits = |from: usize| {
        bytes
            .iter()
            .skip(from)
            .take_while(|byte| byte.is_ascii_digit())
            .count()
    };
    let sign = usize::from(matches!(bytes.first(), Some(b'-' | b'+')));
    let whole = digits(sign);
    let mut end = sign + whole;
    let mut is_real = false;
    if bytes.get(end) == Some(&b'.') && whole + digits(end + 1) > 0 {
        is_real = true;
        end += 1 + digits(end + 1);
    }
    if whole == 0 && !is_real {
        return (V::Integer(0), 0);
    }
    let number = &text[..end];
    match number.parse::<i64>() {
        Ok(integer) if !is_real => (V::Integer(integer), end),
        _ => (V::Real(number.parse().expect("a number")), end),
    }
}

fn whole_number(text: &str) -> Option<V> {
    let trimmed = text.trim();
    let (number, end) = prefix(trimmed);
    (end > 0 && end == trimmed.len()).then_some(number)
}

/// LIKE with `\` as the escape character.
pub(crate) fn like(value: &str, pattern: &str) -> bool {
    fn matches(value: &[char], pattern: &[char]) -> bool {
        match (pattern, value) {
            ([], []) => true,
            ([], _) => false,
            (['%', rest @ ..], _) => (0..=value.len()).any(|skip| matches(&value[skip..], rest)),
            (['\\', literal, rest @ ..], [first, more @ ..]) => {
                first.eq_ignore_ascii_case(literal) && matches(more, rest)
            }
            (['\\', ..], _) => false,
            (['_', rest @ ..], [_, more @ ..]) => matches(more, rest),
            ([literal, rest @ ..], [first, more @ ..]) => {
                first.eq_ignore_ascii_case(literal) && matches(more, rest)
            }
            _ => false,
        }
    }
    let chars = |text: &str| text.chars().collect::<Vec<_>>();
    matches(&chars(value), &chars(pattern))
}
