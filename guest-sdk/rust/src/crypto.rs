//! Password hashing by the host, at native speed and with bounded cost.
//!
//! Native tests hash in their own process, so that hashes agree with the host's;
//! only its bounds on cost are not there.
//!
//! ```
//! # use wasgi::crypto::{self, Argon2};
//! # fn main() -> Result<(), crypto::CryptoError> {
//! # let cheap = Argon2 { memory_kib: 64, ..Argon2::default() };
//! # let hash = crypto::hash_password_with("correct horse", cheap)?;
//! # let _ = || crypto::hash_password("correct horse");
//! // let hash = crypto::hash_password("correct horse")?;
//! assert!(crypto::verify_password("correct horse", &hash)?);
//! # Ok(())
//! # }
//! ```

use crate::host;

/// Why a hash was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CryptoError {
    /// The parameters cost more memory or time than the host allows.
    #[error("the hash costs too much: {0}")]
    TooCostly(String),
    /// The parameters make no sense, or a stored hash cannot be parsed.
    #[error("invalid hash or parameters: {0}")]
    Invalid(String),
}

/// The hash under HMAC in PBKDF2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the hashes")]
pub enum Digest {
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

/// Costs of Argon2id (RFC 9106 section 3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Argon2 {
    /// Memory in KiB. Default 19,456.
    pub memory_kib: u32,
    /// Passes over the memory. Default 2.
    pub iterations: u32,
    /// Degree of parallelism. Default 1.
    pub lanes: u32,
}

/// What OWASP's Password Storage Cheat Sheet recommends.
impl Default for Argon2 {
    fn default() -> Self {
        Self {
            memory_kib: 19_456,
            iterations: 2,
            lanes: 1,
        }
    }
}

/// Costs of scrypt (RFC 7914 section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scrypt {
    /// The cost, a power of two. Default 32,768.
    pub n: u64,
    /// The block size. Default 8.
    pub r: u32,
    /// The parallelism. Default 1.
    pub p: u32,
}

/// What Werkzeug uses, so that its hashes verify.
impl Default for Scrypt {
    fn default() -> Self {
        Self {
            n: 32_768,
            r: 8,
            p: 1,
        }
    }
}

/// Hashes a password with Argon2id and a random salt into a PHC string, which
/// holds all that [`verify_password`] needs.
///
/// # Errors
///
/// [`CryptoError`] where the host refuses.
pub fn hash_password(password: impl AsRef<[u8]>) -> Result<String, CryptoError> {
    host::crypto::hash_password(password.as_ref(), None)
}

/// Hashes a password as [`hash_password`] does, at other costs.
///
/// # Errors
///
/// [`CryptoError`] where the host refuses.
pub fn hash_password_with(
    password: impl AsRef<[u8]>,
    costs: Argon2,
) -> Result<String, CryptoError> {
    host::crypto::hash_password(password.as_ref(), Some(costs))
}

/// Tells, in constant time, whether a password fits a hash that
/// [`hash_password`] made.
///
/// # Errors
///
/// [`CryptoError::Invalid`] where the hash is no PHC string of Argon2.
pub fn verify_password(password: impl AsRef<[u8]>, phc: &str) -> Result<bool, CryptoError> {
    host::crypto::verify_password(password.as_ref(), phc)
}

/// Returns Argon2id's raw key of `length` bytes (RFC 9106).
///
/// # Errors
///
/// [`CryptoError`] where the host refuses.
pub fn argon2id(
    password: impl AsRef<[u8]>,
    salt: impl AsRef<[u8]>,
    costs: Argon2,
    length: u32,
) -> Result<Vec<u8>, CryptoError> {
    host::crypto::argon2id(password.as_ref(), salt.as_ref(), costs, length)
}

/// Returns scrypt's key of `length` bytes (RFC 7914).
///
/// # Errors
///
/// [`CryptoError`] where the host refuses.
pub fn scrypt(
    password: impl AsRef<[u8]>,
    salt: impl AsRef<[u8]>,
    costs: Scrypt,
    length: u32,
) -> Result<Vec<u8>, CryptoError> {
    host::crypto::scrypt(password.as_ref(), salt.as_ref(), costs, length)
}

/// Returns PBKDF2's key of `length` bytes, with HMAC (RFC 8018 section 5.2).
///
/// # Errors
///
/// [`CryptoError`] where the host refuses.
pub fn pbkdf2_hmac(
    digest: Digest,
    password: impl AsRef<[u8]>,
    salt: impl AsRef<[u8]>,
    iterations: u32,
    length: u32,
) -> Result<Vec<u8>, CryptoError> {
    let (password, salt) = (password.as_ref(), salt.as_ref());
    host::crypto::pbkdf2_hmac(digest, password, salt, iterations, length)
}
