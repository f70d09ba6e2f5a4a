//! Answers a guest's look-ups from its grant.

use secrecy::{ExposeSecret, SecretString};
use wasmtime::component::Resource;

use super::View;
use super::bindings::wasgi::app::config::{Host, HostSecret};

/// What a guest's `secret` handle stands for.
#[allow(unreachable_pub)]
pub struct Granted(SecretString);

impl Host for View<'_> {
    fn get(&mut self, name: String) -> wasmtime::Result<Option<String>> {
        Ok(self.lent.0.settings.get(&name).cloned())
    }

    fn all(&mut self) -> wasmtime::Result<Vec<(String, String)>> {
        let settings = self.lent.0.settings.iter();
        Ok(settings
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect())
    }

    fn get_secret(&mut self, name: String) -> wasmtime::Result<Option<Resource<Granted>>> {
        let Some(secret) = self.lent.0.secrets.get(&name) else {
            return Ok(None);
        };
        Ok(Some(self.table.push(Granted(secret.clone()))?))
    }
}

impl HostSecret for View<'_> {
    fn reveal(&mut self, secret: Resource<Granted>) -> wasmtime::Result<String> {
        Ok(self.table.get(&secret)?.0.expose_secret().to_owned())
    }

    fn drop(&mut self, secret: Resource<Granted>) -> wasmtime::Result<()> {
        self.table.delete(secret)?;
        Ok(())
    }
}
