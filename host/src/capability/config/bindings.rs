//! The host's side of `wit/config.wit`, generated.

#![allow(missing_docs, unreachable_pub)]

wasmtime::component::bindgen!({
    path: "../wit",
    inline: "package wasgi:host; world host { import wasgi:app/config@0.1.0; }",
    world: "wasgi:host/host",
    imports: { default: trappable },
    with: { "wasgi:app/config.secret": super::host::Granted },
});
