//! The host's side of `wit/types.wit` and `wit/application.wit`, generated.

#![allow(missing_docs, unreachable_pub)]

wasmtime::component::bindgen!({
    path: "../wit",
    world: "wasgi:app/gateway",
    imports: {
        default: trappable,
        "wasgi:app/types.[method]input.read": async | trappable,
        "wasgi:app/types.[method]start-response.write": async | trappable,
    },
    exports: { default: async },
    with: {
        "wasgi:app/types.input": super::input::Input,
        "wasgi:app/types.start-response": super::start_response::StartResponse,
        // Capabilities, of which the application interface uses a type.
        "wasgi:app/orm": crate::capability::orm::bindings::wasgi::app::orm,
        "wasgi:app/templates": crate::capability::templates::bindings::wasgi::app::templates,
    },
    require_store_data_send: true,
});
