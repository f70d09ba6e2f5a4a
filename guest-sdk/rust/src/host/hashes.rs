//! The double of the host's `crypto`: the same crates, in the test's own process.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Params, Version};

use crate::crypto::{Argon2, CryptoError, Digest, Scrypt};

fn invalid(error: impl std::fmt::Display) -> CryptoError {
    CryptoError::Invalid(error.to_string())
}

fn key(length: u32) -> Result<Vec<u8>, CryptoError> {
    if length == 0 {
        return Err(invalid("the key length is 0"));
    }
    Ok(vec![0; usize::try_from(length).map_err(invalid)?])
}

fn hasher(costs: Argon2) -> Result<argon2::Argon2<'static>, CryptoError> {
    let params = Params::new(costs.memory_kib, costs.iterations, costs.lanes, None);
    let params = params.map_err(invalid)?;
    Ok(argon2::Argon2::new(
        Algorithm::Argon2id,
        Version::V0x13,
        params,
    ))
}

pub(crate) fn hash_password(password: &[u8], costs: Option<Argon2>) -> Result<String, CryptoError> {
    let hash = hasher(costs.unwrap_or_default())?.hash_password(password);
    Ok(hash.map_err(invalid)?.to_string())
}

pub(crate) fn verify_password(password: &[u8], phc: &str) -> Result<bool, CryptoError> {
    let hash = PasswordHash::new(phc).map_err(invalid)?;
    match argon2::Argon2::default().verify_password(password, &hash) {
        Ok(()) => Ok(true),
        Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
        Err(error) => Err(invalid(error)),
    }
}

pub(crate) fn argon2id(
    password: &[u8],
    salt: &[u8],
    costs: Argon2,
    length: u32,
) -> Result<Vec<u8>, CryptoError> {
    let mut key = key(length)?;
    hasher(costs)?
        .hash_password_into(password, salt, &mut key)
        .map_err(invalid)?;
    Ok(key)
}

pub(crate) fn scrypt(
    password: &[u8],
    salt: &[u8],
    Scrypt { n, r, p }: Scrypt,
    length: u32,
) -> Result<Vec<u8>, CryptoError> {
    let mut key = key(length)?;
    if n < 2 || !n.is_power_of_two() {
        return Err(invalid("n is not a power of two greater than 1"));
    }
    let log_n = u8::try_from(n.trailing_zeros()).map_err(invalid)?;
    let params = scrypt::Params::new(log_n, r, p).map_err(invalid)?;
    scrypt::scrypt(password, salt, &params, &mut key).map_err(invalid)?;
    Ok(key)
}

pub(crate) fn pbkdf2_hmac(
    digest: Digest,
    password: &[u8],
    salt: &[u8],
    iterations: u32,
    length: u32,
) -> Result<Vec<u8>, CryptoError> {
    let mut key = key(length)?;
    if iterations == 0 {
        return Err(invalid("the iteration count is 0"));
    }
    let derive = match digest {
        Digest::Sha1 => pbkdf2::pbkdf2_hmac::<sha1::Sha1>,
        Digest::Sha224 => pbkdf2::pbkdf2_hmac::<sha2::Sha224>,
        Digest::Sha256 => pbkdf2::pbkdf2_hmac::<sha2::Sha256>,
        Digest::Sha384 => pbkdf2::pbkdf2_hmac::<sha2::Sha384>,
        Digest::Sha512 => pbkdf2::pbkdf2_hmac::<sha2::Sha512>,
    };
    derive(password, salt, iterations, &mut key);
    Ok(key)
}
