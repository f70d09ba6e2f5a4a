//! What an operator can set of an app's templates.

use std::time::Duration;

/// Bounds of one app's templates.
#[derive(Clone, Debug)]
pub struct TemplateOptions {
    /// Bytes of all templates together. Default 2 MiB, as `[limits] templates`.
    pub bytes: u64,
    /// Number of templates. Default 1,000.
    pub files: usize,
    /// Templates one within another, by `include` and by `extends`. Default 32.
    pub depth: u32,
    /// Bytes of one page. Default 64 MiB, as `[limits] response_body`.
    pub output: u64,
    /// Bytes of memory that a rendering may use. Default 128 MiB, as `[limits] memory`.
    pub memory: usize,
    /// CPU time of one rendering. Default 5 s, as `[limits] cpu`.
    pub time: Duration,
    /// Pages that are rendered at the same time. Default 8, as `[limits] concurrency`.
    pub instances: usize,
}

impl Default for TemplateOptions {
    fn default() -> Self {
        Self {
            bytes: 2 << 20,
            files: 1000,
            depth: 32,
            output: 64 << 20,
            memory: 128 << 20,
            time: Duration::from_secs(5),
            instances: 8,
        }
    }
}

/// Renderings after which an instance is replaced.
pub(super) const REUSE: u32 = 10_000;

/// An instance whose memory has grown beyond this is not kept: memory never shrinks. A page
/// of 10,000 rows takes some 20 MiB.
pub(super) const KEPT_MEMORY: usize = 48 << 20;
