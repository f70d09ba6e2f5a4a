//! What `runtime` carries inside: the Python SDK and the WIT.
//!
//! Listed one by one, so that cargo knows them as inputs of this crate.

use std::fs;
use std::path::Path;

use super::BuildError;

macro_rules! embedded {
    ($folder:literal: $($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!($folder, $name)))),*]
    };
}

/// The package `wasgi`.
pub(super) const PYTHON: &[(&str, &str)] = embedded!("../../../guest-sdk/python/src/":
    "wasgi/__init__.py",
    "wasgi/_build.py",
    "wasgi/_entry_point.py",
    "wasgi/_errors.py",
    "wasgi/_finalizer.py",
    "wasgi/_hashing.py",
    "wasgi/_host.py",
    "wasgi/_missing.py",
    "wasgi/_models.py",
    "wasgi/_native.py",
    "wasgi/_page.py",
    "wasgi/_tracking.py",
    "wasgi/_wake.py",
    "wasgi/_warmup.py",
    "wasgi/adapter.py",
    "wasgi/config.py",
    "wasgi/crypto.py",
    "wasgi/dbapi/__init__.py",
    "wasgi/dbapi/connection.py",
    "wasgi/dbapi/cursor.py",
    "wasgi/dbapi/types.py",
    "wasgi/entry.py",
    "wasgi/orm/__init__.py",
    "wasgi/orm/_native.py",
    "wasgi/orm/_wit.py",
    "wasgi/orm/binding.py",
    "wasgi/orm/build.py",
    "wasgi/orm/bulk.py",
    "wasgi/orm/chain.py",
    "wasgi/orm/compile/__init__.py",
    "wasgi/orm/compile/arena.py",
    "wasgi/orm/compile/change.py",
    "wasgi/orm/compile/lookups.py",
    "wasgi/orm/compile/lower.py",
    "wasgi/orm/compile/node.py",
    "wasgi/orm/compile/prefetch.py",
    "wasgi/orm/compile/scope.py",
    "wasgi/orm/compile/select.py",
    "wasgi/orm/errors.py",
    "wasgi/orm/execute.py",
    "wasgi/orm/expressions.py",
    "wasgi/orm/fields.py",
    "wasgi/orm/functions.py",
    "wasgi/orm/kinds.py",
    "wasgi/orm/loading.py",
    "wasgi/orm/model.py",
    "wasgi/orm/options.py",
    "wasgi/orm/page.py",
    "wasgi/orm/pairs.py",
    "wasgi/orm/query.py",
    "wasgi/orm/raw.py",
    "wasgi/orm/registry.py",
    "wasgi/orm/relations.py",
    "wasgi/orm/schema.py",
    "wasgi/orm/shapes.py",
    "wasgi/orm/transaction.py",
    "wasgi/orm/write.py",
    "wasgi/py.typed",
    "wasgi/streams.py",
    "wasgi/templates/__init__.py",
    "wasgi/templates/_native.py",
    "wasgi/templates/_wit.py",
    "wasgi/templates/errors.py",
    "wasgi/templates/flask.py",
    "wasgi/templates/lazy.py",
    "wasgi/templates/queries.py",
    "wasgi/templates/values.py",
);

/// The interfaces.
pub(super) const WIT: &[(&str, &str)] = embedded!("../../../wit/":
    "application.wit",
    "config.wit",
    "crypto.wit",
    "models.wit",
    "orm.wit",
    "templates.wit",
    "types.wit",
    "world.wit",
);

/// Writes files into a folder.
pub(super) fn unpack(files: &[(&str, &str)], folder: &Path) -> Result<(), BuildError> {
    for (name, text) in files {
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(BuildError::write(parent))?;
        }
        fs::write(&path, text).map_err(BuildError::write(&path))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(folder: &str, files: &[(&str, &str)]) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("..")
            .join(folder);
        let mut there: Vec<String> = super::super::sources::walk(&folder)
            .expect("walk")
            .into_iter()
            .map(|source| source.name)
            .collect();
        there.retain(|name| name.starts_with("wasgi/") || name.ends_with(".wit"));
        let here: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
        assert_eq!(there, here);
    }

    #[test]
    fn every_file_of_the_sdk_and_every_interface_is_inside() {
        listed("guest-sdk/python/src", PYTHON);
        listed("wit", WIT);
    }
}
