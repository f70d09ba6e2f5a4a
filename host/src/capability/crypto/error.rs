//! Why a hash was refused, and what the guest sees of it.

use super::bindings::wasgi::app::crypto::CryptoError as Wit;

/// Why a hash was refused.
#[derive(Debug, thiserror::Error)]
pub enum CryptoError {
    /// A parameter is beyond its bound.
    #[error("{0}")]
    TooCostly(String),
    /// A parameter makes no sense.
    #[error("{0}")]
    Invalid(String),
    /// The host is at fault; the guest traps.
    #[error("hashing failed in the host")]
    Host(#[source] tokio::task::JoinError),
}

impl CryptoError {
    pub(super) fn into_wit(self) -> wasmtime::Result<Wit> {
        match self {
            Self::TooCostly(why) => Ok(Wit::TooCostly(why)),
            Self::Invalid(why) => Ok(Wit::Invalid(why)),
            Self::Host(error) => Err(error.into()),
        }
    }
}
