//! The host's side of `wit/orm.wit`, generated.

#![allow(missing_docs, unreachable_pub)]
// WIT's `function.lower` stands beside the derive macro's associated type `Lower`, which
// is meant: the lint is about a variant taking its place one day.
#![allow(ambiguous_associated_items)]

wasmtime::component::bindgen!({
    path: "../wit",
    inline: "package wasgi:host; world host { import wasgi:app/orm@0.1.0; }",
    world: "wasgi:host/host",
    imports: {
        default: async | trappable,
        "wasgi:app/orm.[method]statement.columns": trappable,
    },
    trappable_error_type: { "wasgi:app/orm.error" => super::error::OrmError },
    with: {
        "wasgi:app/orm.statement": super::host::Statement,
        "wasgi:app/orm.transaction": super::host::Transaction,
        "wasgi:app/orm.savepoint": super::host::Savepoint,
        "wasgi:app/orm.cursor": super::cursor::Cursor,
        "wasgi:app/orm.held-rows": crate::capability::rows::HeldRows,
    },
});
