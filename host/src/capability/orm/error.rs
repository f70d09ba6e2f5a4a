//! What a guest's call ends in: a typed error, or the host's own fault.

use wasgi_orm::Error;

use super::bindings::wasgi::app::orm::Error as Wit;

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
pub enum OrmError {
    /// For the guest.
    #[error(transparent)]
    Guest(#[from] Error),
    /// The host is at fault, or the guest used a handle it has not; the guest traps.
    #[error("the ORM failed in the host")]
    Host(#[source] wasmtime::Error),
}

impl From<wasmtime::component::ResourceTableError> for OrmError {
    fn from(error: wasmtime::component::ResourceTableError) -> Self {
        Self::Host(error.into())
    }
}

impl From<tokio::task::JoinError> for OrmError {
    fn from(error: tokio::task::JoinError) -> Self {
        Self::Host(error.into())
    }
}

impl OrmError {
    pub(super) fn into_wit(self) -> wasmtime::Result<Wit> {
        match self {
            Self::Guest(error) => Ok(error.into()),
            Self::Host(error) => Err(error),
        }
    }
}
