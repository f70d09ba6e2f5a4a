//! Derive macros of the SDK: `#[derive(Model)]`.
