//! Asks an app for its models: the export of `wit/models.wit`.

use wasgi_orm::schema::Schema;
use wasmtime::Store;
use wasmtime::component::Instance;

/// The interface an app exports its models by.
pub const MODELS: &str = "wasgi:app/models@0.1.0";

#[allow(missing_docs, unreachable_pub)]
mod bindings {
    wasmtime::component::bindgen!({
        path: "../wit",
        inline: "package wasgi:host; world models { export wasgi:app/models@0.1.0; }",
        world: "wasgi:host/models",
        exports: { default: async },
        with: { "wasgi:app/orm": crate::capability::orm::bindings::wasgi::app::orm },
        require_store_data_send: true,
    });
}

/// Returns the schema that an instance exports.
///
/// # Errors
///
/// Where it exports none, or traps.
pub async fn schema<T: Send + 'static>(
    store: &mut Store<T>,
    instance: &Instance,
) -> wasmtime::Result<Schema> {
    let exports = bindings::Models::new(&mut *store, instance)?;
    let schema = exports.wasgi_app_models().call_get(store).await?;
    Ok(Schema {
        models: schema.models.into_iter().map(Into::into).collect(),
        steps: schema.steps.into_iter().map(Into::into).collect(),
    })
}
