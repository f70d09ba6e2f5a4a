//! `csrf_token()`: the token of this request's forms.
//!
//! It is a value of the context, and a function too because a component sees nothing of the
//! context, and a form is what one makes a component of.

use std::cell::RefCell;

use tera::{Context, Error, Kwargs, State, TeraResult, Value};

/// The name of the value.
const NAME: &str = "csrf_token";

thread_local! {
    /// Of the page that this thread renders.
    static TOKEN: RefCell<Option<Value>> = const { RefCell::new(None) };
}

/// Takes the token back when the page is rendered.
pub(crate) struct Lent(());

impl Drop for Lent {
    fn drop(&mut self) {
        TOKEN.set(None);
    }
}

/// Makes a context's token known to the function.
pub(crate) fn lend(context: &Context) -> Lent {
    TOKEN.set(context.get(NAME).filter(|token| token.is_string()).cloned());
    Lent(())
}

pub(super) fn csrf_token(_: Kwargs, _: &State<'_>) -> TeraResult<Value> {
    TOKEN.with_borrow(Clone::clone).ok_or_else(|| {
        Error::message(
            "there is no CSRF token: turn on the CSRF protection of the SDK, or give the \
             context a text `csrf_token`",
        )
    })
}
