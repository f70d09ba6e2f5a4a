//! Bindings to `wit/`, generated: nothing here is written by hand.

#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    unsafe_code,
    unused_qualifications,
    clippy::all,
    reason = "generated code, which crosses into the host through raw pointers"
)]

wit_bindgen::generate!({
    path: "../../wit",
    world: "app",
    pub_export_macro: true,
    export_macro_name: "export_bindings",
});
