//! What the host lends: settings, secrets, password hashing.

use std::collections::BTreeMap;

use wasgi::crypto::{self, Argon2, CryptoError, Digest, Scrypt};
use wasgi::{Iterable, Result, config};

use crate::{Answer, Call};

pub(crate) fn answer(path: &str, call: Call) -> Answer {
    Ok(match path {
        "/config" => match call.environ.query_parameter("name") {
            Some(name) => call.ok(config::get(&name).unwrap_or_else(|| "none".to_owned())),
            None => {
                let all: BTreeMap<_, _> = config::all().into_iter().collect();
                call.json(&serde_json::json!(all))
            }
        },
        "/secret" => match config::secret(&call.parameter("name")) {
            Some(secret) => call.ok(format!("{secret:?} {}", secret.reveal())),
            None => call.ok("none"),
        },
        "/crypto/hash" => crypto_outcome(&call, hash(&call)),
        "/crypto/verify" => {
            let fits = crypto::verify_password(call.parameter("password"), &call.parameter("hash"));
            crypto_outcome(&call, fits.map(|fits| fits.to_string()))
        }
        "/crypto/argon2id" | "/crypto/scrypt" | "/crypto/pbkdf2" => match key(path, &call) {
            Ok(key) => crypto_outcome(&call, key.map(|key| hex(&key))),
            Err(error) => Err(error),
        },
        _ => return Err(call),
    })
}

fn crypto_outcome(call: &Call, outcome: Result<String, CryptoError>) -> Result<Iterable> {
    match outcome {
        Ok(text) => call.ok(text),
        Err(CryptoError::TooCostly(why)) => call.ok(format!("too-costly: {why}")),
        Err(CryptoError::Invalid(why)) => call.ok(format!("invalid: {why}")),
    }
}

/// Hashes at cheap costs unless `memory` says otherwise, or `default` is there.
fn hash(call: &Call) -> Result<String, CryptoError> {
    let password = call.parameter("password");
    if call.environ.query_parameter("default").is_some() {
        return crypto::hash_password(password);
    }
    let memory = call.parameter("memory").parse().unwrap_or(64);
    let costs = Argon2 {
        memory_kib: memory,
        iterations: 1,
        lanes: 1,
    };
    crypto::hash_password_with(password, costs)
}

type Key = Result<Vec<u8>, CryptoError>;

fn key(path: &str, call: &Call) -> Result<Key> {
    let (password, salt) = (call.parameter("password"), call.parameter("salt"));
    let small =
        |name: &str, default| -> Result<u32> { Ok(u32::try_from(call.number(name, default)?)?) };
    let length = small("length", 32)?;
    Ok(match path {
        "/crypto/argon2id" => {
            let costs = Argon2 {
                memory_kib: small("memory", 64)?,
                iterations: small("iterations", 1)?,
                lanes: 1,
            };
            crypto::argon2id(password, salt, costs, length)
        }
        "/crypto/scrypt" => {
            let costs = Scrypt {
                n: call.number("n", 16)?,
                r: small("r", 1)?,
                p: small("p", 1)?,
            };
            crypto::scrypt(password, salt, costs, length)
        }
        _ => {
            let digest = match call.parameter("digest").as_str() {
                "sha1" => Digest::Sha1,
                "sha224" => Digest::Sha224,
                "sha384" => Digest::Sha384,
                "sha512" => Digest::Sha512,
                _ => Digest::Sha256,
            };
            crypto::pbkdf2_hmac(digest, password, salt, small("iterations", 1)?, length)
        }
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
