//! Checks of names.

use super::{Check, refuse};
use crate::schema::is_full_text;

/// Bytes of a name: SQLite has no bound of its own, and an error message should be
/// readable.
const LONGEST: usize = 128;

/// Checks the name of a table, column, source or alias.
pub(super) fn check(what: &str, name: &str) -> Check {
    if name.is_empty() {
        return refuse(format!("the name of {what} is empty"));
    }
    if name.len() > LONGEST {
        let length = name.len();
        return refuse(format!(
            "the name of {what} has {length} bytes; at most {LONGEST}"
        ));
    }
    if name.contains('\0') {
        return refuse(format!("the name of {what} contains NUL"));
    }
    Ok(())
}

/// Checks the name of a table that rows are read from. Of full text only queries of
/// words are asked, which have a bound.
pub(super) fn table(name: &str) -> Check {
    check("a table", name)?;
    if is_full_text(name) {
        return refuse(format!(
            "table {name}: full text is searched with `matches` and `relevance`"
        ));
    }
    Ok(())
}

/// Checks names that must differ; SQLite compares them without the case of ASCII letters.
pub(super) fn distinct<'a>(what: &str, names: impl IntoIterator<Item = &'a str>) -> Check {
    let mut seen = std::collections::HashSet::new();
    for name in names {
        check(what, name)?;
        if !seen.insert(name.to_ascii_lowercase()) {
            return refuse(format!("{what} {name:?} stands there twice"));
        }
    }
    Ok(())
}
