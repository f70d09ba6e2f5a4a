//! `number(locale="en", decimals=none, grouping=true)`: a number as a locale writes it.

use icu_decimal::DecimalFormatter;
use icu_decimal::input::{Decimal, FloatPrecision};
use icu_decimal::options::{DecimalFormatterOptions, GroupingStrategy};
use tera::value::ValueKind;
use tera::{Error, Kwargs, State, TeraResult, Value};

use super::locale::{Kept, kept, parse};

/// More digits than any number of a page has.
const MAX_DECIMALS: i16 = 100;

thread_local! {
    static FORMATTERS: Kept<(String, bool), DecimalFormatter> = Kept::default();
}

pub(super) fn number(value: &Value, arguments: Kwargs, _: &State<'_>) -> TeraResult<String> {
    let locale = arguments.get::<&str>("locale")?.unwrap_or("en");
    let grouping = arguments.get::<bool>("grouping")?.unwrap_or(true);
    let mut decimal = decimal(value)?;
    if let Some(decimals) = arguments.get::<i16>("decimals")? {
        if !(0..=MAX_DECIMALS).contains(&decimals) {
            return Err(Error::message(format!(
                "number: `decimals` is from 0 to {MAX_DECIMALS}, not {decimals}"
            )));
        }
        // Half to even, as ICU and Python's `decimal` do.
        decimal.round(-decimals);
        decimal.pad_end(-decimals);
    }
    let key = (locale.to_owned(), grouping);
    let formatter = kept(&FORMATTERS, key, |(locale, grouping)| {
        let mut options = DecimalFormatterOptions::default();
        options.grouping_strategy = Some(match grouping {
            true => GroupingStrategy::Auto,
            false => GroupingStrategy::Never,
        });
        DecimalFormatter::try_new(parse(locale)?.into(), options)
            .map_err(|error| Error::message(format!("number: {error}")))
    })?;
    Ok(formatter.format(&decimal).to_string())
}

fn decimal(value: &Value) -> TeraResult<Decimal> {
    let no_number = || {
        let shown: String = value.to_string().chars().take(40).collect();
        Error::message(format!("number: `{shown}` ({}) is no number", value.name()))
    };
    match value.kind() {
        ValueKind::F64 => {
            let float = value.as_f64().ok_or_else(no_number)?;
            Decimal::try_from_f64(float, FloatPrecision::RoundTrip).map_err(|_| no_number())
        }
        // A decimal of the database. What is longer than one can be is not looked at.
        ValueKind::String => value
            .as_str()
            .map(str::trim)
            .filter(|text| text.len() <= 400)
            .and_then(|text| Decimal::try_from_str(text).ok())
            .ok_or_else(no_number),
        _ => value.as_i128().map(Decimal::from).ok_or_else(no_number),
    }
}
