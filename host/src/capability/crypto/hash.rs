//! The hashes themselves: pure, bounded, by the RustCrypto crates.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

use super::config::Bounds;
use super::error::CryptoError;

/// Costs of Argon2id (RFC 9106 section 3.1).
#[derive(Clone, Copy, Debug)]
pub(super) struct Argon2Costs {
    pub(super) memory_kib: u32,
    pub(super) iterations: u32,
    pub(super) lanes: u32,
}

/// OWASP's recommendation for Argon2id, its Password Storage Cheat Sheet.
pub(super) const DEFAULT_COSTS: Argon2Costs = Argon2Costs {
    memory_kib: 19_456,
    iterations: 2,
    lanes: 1,
};

/// The hash under HMAC in PBKDF2.
#[derive(Clone, Copy, Debug)]
pub(super) enum Digest {
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

impl Digest {
    fn bytes(self) -> u64 {
        match self {
            Self::Sha1 => 20,
            Self::Sha224 => 28,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}

impl Bounds {
    fn bytes(&self, name: &str, length: usize) -> Result<(), CryptoError> {
        within(&format!("{name} bytes"), length as u64, self.bytes as u64)
    }

    fn key(&self, length: u32) -> Result<usize, CryptoError> {
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        if length == 0 {
            return Err(CryptoError::Invalid("the key length is 0".into()));
        }
        self.bytes("key", length)?;
        Ok(length)
    }

    fn argon2(&self, costs: Argon2Costs) -> Result<Argon2<'static>, CryptoError> {
        let memory = u64::from(costs.memory_kib) << 10;
        within("memory", memory, self.memory)?;
        let work = memory.saturating_mul(costs.iterations.into());
        within("memory times iterations", work, self.work)?;
        let params = Params::new(costs.memory_kib, costs.iterations, costs.lanes, None)
            .map_err(invalid)?;
        Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
    }
}

fn within(what: &str, value: u64, bound: u64) -> Result<(), CryptoError> {
    if value > bound {
        return Err(CryptoError::TooCostly(format!(
            "{what}: {value} is more than the {bound} that the host allows"
        )));
    }
    Ok(())
}

fn invalid(error: impl std::fmt::Display) -> CryptoError {
    CryptoError::Invalid(error.to_string())
}

/// Hashes a password into a PHC string, with a random salt.
pub(super) fn hash_password(
    bounds: &Bounds,
    password: &[u8],
    costs: Argon2Costs,
) -> Result<String, CryptoError> {
    bounds.bytes("password", password.len())?;
    let hasher = bounds.argon2(costs)?;
    let hash = hasher.hash_password(password).map_err(invalid)?;
    Ok(hash.to_string())
}

/// Tells whether a password fits a PHC string of Argon2.
pub(super) fn verify_password(
    bounds: &Bounds,
    password: &[u8],
    phc: &str,
) -> Result<bool, CryptoError> {
    bounds.bytes("password", password.len())?;
    bounds.bytes("hash", phc.len())?;
    let hash = PasswordHash::new(phc).map_err(invalid)?;
    let params = Params::try_from(&hash).map_err(invalid)?;
    // The costs stand in the hash, which may come from anywhere.
    bounds.argon2(Argon2Costs {
        memory_kib: params.m_cost(),
        iterations: params.t_cost(),
        lanes: params.p_cost(),
    })?;
    match Argon2::default().verify_password(password, &hash) {
        Ok(()) => Ok(true),
        Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
        Err(error) => Err(invalid(error)),
    }
}

/// Argon2id's raw key.
pub(super) fn argon2id(
    bounds: &Bounds,
    password: &[u8],
    salt: &[u8],
    costs: Argon2Costs,
    length: u32,
) -> Result<Vec<u8>, CryptoError> {
    bounds.bytes("password", password.len())?;
    bounds.bytes("salt", salt.len())?;
    let mut key = vec![0; bounds.key(length)?];
    bounds
        .argon2(costs)?
        .hash_password_into(password, salt, &mut key)
        .map_err(invalid)?;
    Ok(key)
}

/// scrypt (RFC 7914).
pub(super) fn scrypt(
    bounds: &Bounds,
    password: &[u8],
    salt: &[u8],
    (n, r, p): (u64, u32, u32),
    length: u32,
) -> Result<Vec<u8>, CryptoError> {
    bounds.bytes("password", password.len())?;
    bounds.bytes("salt", salt.len())?;
    let mut key = vec![0; bounds.key(length)?];
    if n < 2 || !n.is_power_of_two() {
        return Err(CryptoError::Invalid(
            "n is not a power of two greater than 1".into(),
        ));
    }
    // RFC 7914 section 2: V takes 128 * r * n bytes, B takes 128 * r * p.
    let block = 128_u64.saturating_mul(r.into());
    let memory = block
        .saturating_mul(n)
        .saturating_add(block.saturating_mul(p.into()));
    within("memory", memory, bounds.memory)?;
    let work = block.saturating_mul(n).saturating_mul(p.into());
    within("memory times p", work, bounds.work)?;
    let log_n = u8::try_from(n.trailing_zeros()).unwrap_or(u8::MAX);
    let params = scrypt::Params::new(log_n, r, p).map_err(invalid)?;
    scrypt::scrypt(password, salt, &params, &mut key).map_err(invalid)?;
    Ok(key)
}

/// PBKDF2 with HMAC (RFC 8018 section 5.2).
pub(super) fn pbkdf2_hmac(
    bounds: &Bounds,
    digest: Digest,
    password: &[u8],
    salt: &[u8],
    iterations: u32,
    length: u32,
) -> Result<Vec<u8>, CryptoError> {
    bounds.bytes("password", password.len())?;
    bounds.bytes("salt", salt.len())?;
    let mut key = vec![0; bounds.key(length)?];
    if iterations == 0 {
        return Err(CryptoError::Invalid("the iteration count is 0".into()));
    }
    let blocks = u64::from(length).div_ceil(digest.bytes());
    let work = blocks.saturating_mul(iterations.into());
    within("iterations times blocks", work, bounds.iterations)?;
    match digest {
        Digest::Sha1 => pbkdf2::pbkdf2_hmac::<sha1::Sha1>(password, salt, iterations, &mut key),
        Digest::Sha224 => pbkdf2::pbkdf2_hmac::<sha2::Sha224>(password, salt, iterations, &mut key),
        Digest::Sha256 => pbkdf2::pbkdf2_hmac::<sha2::Sha256>(password, salt, iterations, &mut key),
        Digest::Sha384 => pbkdf2::pbkdf2_hmac::<sha2::Sha384>(password, salt, iterations, &mut key),
        Digest::Sha512 => pbkdf2::pbkdf2_hmac::<sha2::Sha512>(password, salt, iterations, &mut key),
    }
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: Argon2Costs = Argon2Costs {
        memory_kib: 64,
        iterations: 1,
        lanes: 1,
    };

    #[test]
    fn pbkdf2_gives_the_keys_of_rfc_6070() {
        let key = pbkdf2_hmac(&Bounds::default(), Digest::Sha1, b"password", b"salt", 2, 20);
        let expected = "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957";
        assert_eq!(hex::encode(key.unwrap()), expected);
    }

    #[test]
    fn scrypt_gives_the_first_key_of_rfc_7914() {
        let key = scrypt(&Bounds::default(), b"", b"", (16, 1, 1), 64).unwrap();
        assert!(hex::encode(key).starts_with("77d6576238657b203b19ca42c18a0497"));
    }

    #[test]
    fn argon2id_gives_the_same_key_for_the_same_input() {
        let key = |salt: &[u8]| argon2id(&Bounds::default(), b"secret", salt, CHEAP, 32).unwrap();
        assert_eq!(key(b"saltsalt"), key(b"saltsalt"));
        assert_ne!(key(b"saltsalt"), key(b"saltsal2"));
    }

    #[test]
    fn a_hash_verifies_its_password_and_no_other() {
        let bounds = Bounds::default();
        let phc = hash_password(&bounds, b"secret", CHEAP).unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{phc}");
        assert!(verify_password(&bounds, b"secret", &phc).unwrap());
        assert!(!verify_password(&bounds, b"Secret", &phc).unwrap());
        assert_ne!(phc, hash_password(&bounds, b"secret", CHEAP).unwrap());
    }

    #[test]
    fn what_costs_too_much_is_refused_before_any_work() {
        let bounds = Bounds::default();
        let costly = Argon2Costs { memory_kib: u32::MAX, iterations: u32::MAX, lanes: 1 };
        let phc = "$argon2id$v=19$m=4000000,t=9,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA";
        for result in [
            hash_password(&bounds, b"x", costly).map(drop),
            verify_password(&bounds, b"x", phc).map(drop),
            argon2id(&bounds, b"x", b"saltsalt", costly, 32).map(drop),
            scrypt(&bounds, b"x", b"x", (1 << 40, 8, 1), 32).map(drop),
            scrypt(&bounds, b"x", b"x", (1 << 14, 8, u32::MAX), 32).map(drop),
            scrypt(&bounds, b"x", b"x", (16, 1, 1), u32::MAX).map(drop),
            pbkdf2_hmac(&bounds, Digest::Sha1, b"x", b"x", u32::MAX, 20).map(drop),
            pbkdf2_hmac(&bounds, Digest::Sha1, &[0; 70_000], b"x", 1, 20).map(drop),
        ] {
            assert!(matches!(result, Err(CryptoError::TooCostly(_))), "{result:?}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let bounds = Bounds::default();
        for result in [
            scrypt(&bounds, b"x", b"x", (15, 1, 1), 32).map(drop),
            scrypt(&bounds, b"x", b"x", (0, 1, 1), 32).map(drop),
            scrypt(&bounds, b"x", b"x", (16, 0, 0), 32).map(drop),
            scrypt(&bounds, b"x", b"x", (16, 1, 1), 0).map(drop),
            pbkdf2_hmac(&bounds, Digest::Sha1, b"x", b"x", 0, 20).map(drop),
            argon2id(&bounds, b"x", b"", CHEAP, 32).map(drop),
            verify_password(&bounds, b"x", "not a hash").map(drop),
        ] {
            assert!(matches!(result, Err(CryptoError::Invalid(_))), "{result:?}");
        }
    }
}
