//! Locales by their names, and the formatters of those that were used.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::Hash;
use std::rc::Rc;
use std::thread::LocalKey;

use icu_locale_core::Locale;
use tera::{Error, TeraResult};

/// How many formatters of one kind are kept. A template can make up more names of locales
/// than there are.
const MAX_KEPT: usize = 64;

/// Formatters that were made, by what they are made of.
pub(super) type Kept<K, F> = RefCell<HashMap<K, Rc<F>>>;

/// Parses a locale's name (BCP 47), such as `de` or `pt-BR`; `pt_BR` is understood too.
pub(super) fn parse(name: &str) -> TeraResult<Locale> {
    Locale::try_from_str(&name.replace('_', "-")).map_err(|_| {
        let short: String = name.chars().take(40).collect();
        Error::message(format!(
            "`{short}` is no name of a locale, such as `en` or `pt-BR`"
        ))
    })
}

/// Returns the formatter kept under a key, or makes it.
pub(super) fn kept<K: Eq + Hash, F>(
    all: &'static LocalKey<Kept<K, F>>,
    key: K,
    make: impl FnOnce(&K) -> TeraResult<F>,
) -> TeraResult<Rc<F>> {
    if let Some(found) = all.with_borrow(|all| all.get(&key).cloned()) {
        return Ok(found);
    }
    let made = Rc::new(make(&key)?);
    all.with_borrow_mut(|all| {
        if all.len() >= MAX_KEPT {
            all.clear();
        }
        all.insert(key, Rc::clone(&made));
    });
    Ok(made)
}
