//! What the engine is given before anything is rendered: the templates, and the limits.

use std::collections::HashMap;

/// A template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Path below the folder of templates, with `/`.
    pub name: String,
    /// The text.
    pub source: String,
}

/// What templates may be, and what they are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Bytes of one page, where it is whole before it is sent. Default 64 MiB.
    pub max_output: u64,
    /// Templates one within another by `include`, and by `extends`. Default 32.
    pub max_depth: u32,
    /// URLs of static files by their path: what `url_for(file=...)` answers with.
    pub urls: HashMap<String, String>,
    /// The URL under which files without an entry are. Default `/static`.
    pub static_url: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            max_output: 64 << 20,
            max_depth: 32,
            urls: HashMap::new(),
            static_url: "/static".into(),
        }
    }
}
