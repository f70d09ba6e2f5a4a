//! The functions that templates have beside Tera's own.

mod csrf_token;
mod now;
mod url_for;

use std::sync::Arc;

use tera::Tera;

use crate::settings::Settings;
pub(crate) use csrf_token::lend as lend_token;

/// Adds them.
pub(crate) fn register(tera: &mut Tera, settings: &Arc<Settings>) {
    tera.register_function("csrf_token", csrf_token::csrf_token);
    tera.register_function("now", now::now);
    tera.register_function("url_for", url_for::UrlFor::new(Arc::clone(settings)));
}
