//! The renderer's world (`host/renderer/wit`), generated.

#![allow(missing_docs, unreachable_pub)]

wasmtime::component::bindgen!({
    path: "renderer/wit",
    world: "wasgi:renderer/renderer",
    imports: { default: async | trappable },
    exports: { default: async },
    require_store_data_send: true,
});
