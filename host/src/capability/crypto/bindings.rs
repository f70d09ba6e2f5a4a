//! The host's side of `wit/crypto.wit`, generated.

#![allow(missing_docs, unreachable_pub)]

wasmtime::component::bindgen!({
    path: "../wit",
    inline: "package wasgi:host; world host { import wasgi:app/crypto@0.1.0; }",
    world: "wasgi:host/host",
    imports: { default: async | trappable },
    trappable_error_type: { "wasgi:app/crypto.crypto-error" => super::error::CryptoError },
});
