//! The host's `crypto`, behind the types of this crate.

use super::bindings::wasgi::app::crypto as wit;
use crate::crypto::{Argon2, CryptoError, Digest, Scrypt};

fn refused(error: wit::CryptoError) -> CryptoError {
    match error {
        wit::CryptoError::TooCostly(why) => CryptoError::TooCostly(why),
        wit::CryptoError::Invalid(why) => CryptoError::Invalid(why),
    }
}

fn params(costs: Argon2) -> wit::Argon2Params {
    wit::Argon2Params {
        memory_kib: costs.memory_kib,
        iterations: costs.iterations,
        lanes: costs.lanes,
    }
}

pub(crate) fn hash_password(password: &[u8], costs: Option<Argon2>) -> Result<String, CryptoError> {
    wit::hash_password(password, costs.map(params)).map_err(refused)
}

pub(crate) fn verify_password(password: &[u8], phc: &str) -> Result<bool, CryptoError> {
    wit::verify_password(password, phc).map_err(refused)
}

pub(crate) fn argon2id(
    password: &[u8],
    salt: &[u8],
    costs: Argon2,
    length: u32,
) -> Result<Vec<u8>, CryptoError> {
    wit::argon2id(password, salt, params(costs), length).map_err(refused)
}

pub(crate) fn scrypt(
    password: &[u8],
    salt: &[u8],
    Scrypt { n, r, p }: Scrypt,
    length: u32,
) -> Result<Vec<u8>, CryptoError> {
    wit::scrypt(password, salt, n, r, p, length).map_err(refused)
}

pub(crate) fn pbkdf2_hmac(
    digest: Digest,
    password: &[u8],
    salt: &[u8],
    iterations: u32,
    length: u32,
) -> Result<Vec<u8>, CryptoError> {
    let digest = match digest {
        Digest::Sha1 => wit::Digest::Sha1,
        Digest::Sha224 => wit::Digest::Sha224,
        Digest::Sha256 => wit::Digest::Sha256,
        Digest::Sha384 => wit::Digest::Sha384,
        Digest::Sha512 => wit::Digest::Sha512,
    };
    wit::pbkdf2_hmac(digest, password, salt, iterations, length).map_err(refused)
}
