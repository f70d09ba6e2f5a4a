//! The bindings' types to those of `wasgi-orm`, which the database double runs.

wasgi_orm::convert_wit!(crate::host::bindings::wasgi::app::orm);
