//! Templates, rendered by the crate that the host runs.

mod errors;
mod pages;
mod queries;
mod shapes;
mod values;

use wasgi::templates::{IntoContext, render_text};

/// Renders a text into a text.
fn shown(text: &str, context: impl IntoContext) -> String {
    let page = render_text(text, context).and_then(|page| page.into_string());
    page.expect("page")
}
