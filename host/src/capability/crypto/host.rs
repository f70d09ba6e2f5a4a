//! Carries hashing from the guest's thread to one of its own, within bounds.

use std::sync::Arc;

use super::{Grant, View};
use super::bindings::wasgi::app::crypto::{self as wit, Host};
use super::config::Bounds;
use super::error::CryptoError;
use super::hash::{self, Argon2Costs, Digest};

/// Runs a hash off the request threads, no more at once than there are slots.
async fn run<T: Send + 'static>(
    grant: Arc<Grant>,
    hash: impl FnOnce(&Bounds) -> Result<T, CryptoError> + Send + 'static,
) -> Result<T, CryptoError> {
    let slot = Arc::clone(&grant.slots).acquire_owned().await;
    tokio::task::spawn_blocking(move || {
        // Held by the work and not by the caller: a request that times out
        // leaves its hash running, and that must still count.
        let _slot = slot;
        hash(&grant.bounds)
    })
    .await
    .map_err(CryptoError::Host)?
}

impl View<'_> {
    fn grant(&self) -> Arc<Grant> {
        Arc::clone(&self.lent.0)
    }
}

impl Host for View<'_> {
    async fn hash_password(
        &mut self,
        password: Vec<u8>,
        params: Option<wit::Argon2Params>,
    ) -> Result<String, CryptoError> {
        let costs = params.map_or(hash::DEFAULT_COSTS, Into::into);
        run(self.grant(), move |bounds| hash::hash_password(bounds, &password, costs))
            .await
    }

    async fn verify_password(
        &mut self,
        password: Vec<u8>,
        phc: String,
    ) -> Result<bool, CryptoError> {
        run(self.grant(), move |bounds| hash::verify_password(bounds, &password, &phc))
            .await
    }

    async fn argon2id(
        &mut self,
        password: Vec<u8>,
        salt: Vec<u8>,
        params: wit::Argon2Params,
        length: u32,
    ) -> Result<Vec<u8>, CryptoError> {
        run(self.grant(), move |bounds| hash::argon2id(bounds, &password, &salt, params.into(), length))
            .await
    }

    async fn scrypt(
        &mut self,
        password: Vec<u8>,
        salt: Vec<u8>,
        n: u64,
        r: u32,
        p: u32,
        length: u32,
    ) -> Result<Vec<u8>, CryptoError> {
        run(self.grant(), move |bounds| hash::scrypt(bounds, &password, &salt, (n, r, p), length))
            .await
    }

    async fn pbkdf2_hmac(
        &mut self,
        digest: wit::Digest,
        password: Vec<u8>,
        salt: Vec<u8>,
        iterations: u32,
        length: u32,
    ) -> Result<Vec<u8>, CryptoError> {
        let digest = digest.into();
        run(self.grant(), move |bounds| {
            hash::pbkdf2_hmac(bounds, digest, &password, &salt, iterations, length)
        })
        .await
    }

    fn convert_crypto_error(&mut self, error: CryptoError) -> wasmtime::Result<wit::CryptoError> {
        error.into_wit()
    }
}

impl From<wit::Argon2Params> for Argon2Costs {
    fn from(params: wit::Argon2Params) -> Self {
        Self {
            memory_kib: params.memory_kib,
            iterations: params.iterations,
            lanes: params.lanes,
        }
    }
}

impl From<wit::Digest> for Digest {
    fn from(digest: wit::Digest) -> Self {
        match digest {
            wit::Digest::Sha1 => Self::Sha1,
            wit::Digest::Sha224 => Self::Sha224,
            wit::Digest::Sha256 => Self::Sha256,
            wit::Digest::Sha384 => Self::Sha384,
            wit::Digest::Sha512 => Self::Sha512,
        }
    }
}
