//! Templates for native tests, rendered by the crate that the host runs.

use std::path::Path;

use crate::host::renderer as double;

/// Templates, which are those of this thread as long as this is there.
#[must_use = "the templates are gone when this is dropped: keep it in a variable"]
pub struct Templates {
    _opened: double::Opened,
}

/// Makes these the templates of this thread, by their names and texts. Without this, and
/// without a client that has others, they are the project's own.
///
/// ```
/// use wasgi::templates::{context, render_string};
/// use wasgi::test;
///
/// let _templates = test::templates([("hello.txt", "Hello, {{ name }}!")]);
/// assert_eq!(render_string("hello.txt", context! { name: "Ann" })?, "Hello, Ann!");
/// # Ok::<(), wasgi::templates::Error>(())
/// ```
pub fn templates<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Templates {
    let none = double::Templates::default();
    let templates = files.into_iter().fold(none, |templates, (name, source)| {
        templates.with(name, source)
    });
    Templates {
        _opened: templates.open(),
    }
}

/// Reads a folder, whose path begins at the package's.
pub(super) fn read(folder: &Path) -> double::Templates {
    let package = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    match double::Templates::of_folder(&Path::new(&package).join(folder)) {
        Ok(templates) => templates,
        Err(what) => panic!("there are no templates: {what}"),
    }
}

impl std::fmt::Debug for Templates {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Templates")
    }
}
