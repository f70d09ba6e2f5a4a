//! The host's side of `wit/templates.wit`, generated.

#![allow(missing_docs, unreachable_pub)]

wasmtime::component::bindgen!({
    path: "../wit",
    inline: "package wasgi:host; world host { import wasgi:app/templates@0.1.0; }",
    world: "wasgi:host/host",
    imports: { default: async | trappable },
    trappable_error_type: { "wasgi:app/templates.error" => super::error::TemplatesError },
    with: {
        // The types of columns and of held rows, which are the database's.
        "wasgi:app/orm": crate::capability::orm::bindings::wasgi::app::orm,
        "wasgi:app/templates.page": super::page::Page,
    },
});
