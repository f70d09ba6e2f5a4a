//! What the host passes with a call, behind the types of this crate.

use super::bindings::wasgi::app::types;
use crate::{InputError, StartError, WriteError};

pub(crate) struct Input(pub(super) types::Input);

impl Input {
    pub(crate) fn read(&self, max: u32) -> Result<Vec<u8>, InputError> {
        self.0.read(max).map_err(|error| match error {
            types::InputError::Disconnected => InputError::Disconnected,
            types::InputError::Malformed => InputError::Malformed,
            types::InputError::TooLarge => InputError::TooLarge,
            types::InputError::Timeout => InputError::Timeout,
        })
    }
}

#[derive(Debug)]
pub(crate) struct StartResponse(pub(super) types::StartResponse);

impl StartResponse {
    pub(crate) fn recorder() -> Self {
        Self(types::StartResponse::new())
    }

    pub(crate) fn recorded(&self) -> Option<(String, Vec<(String, String)>)> {
        self.0.recorded()
    }

    pub(crate) fn call(
        &self,
        status: &str,
        headers: &[(&str, &str)],
        exc_info: bool,
    ) -> Result<(), StartError> {
        let headers: Vec<_> = headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        self.0
            .call(status, &headers, exc_info)
            .map_err(|error| match error {
                types::StartError::AlreadyCalled => StartError::AlreadyCalled,
                types::StartError::HeadersSent => StartError::HeadersSent,
                types::StartError::InvalidStatus(what) => StartError::InvalidStatus(what),
                types::StartError::InvalidHeader(what) => StartError::InvalidHeader(what),
                types::StartError::HopByHop(what) => StartError::HopByHop(what),
            })
    }

    pub(crate) fn write(&self, chunk: &[u8]) -> Result<(), WriteError> {
        self.0.write(chunk).map_err(|error| match error {
            types::WriteError::NotStarted => WriteError::NotStarted,
            types::WriteError::Disconnected => WriteError::Disconnected,
        })
    }
}
