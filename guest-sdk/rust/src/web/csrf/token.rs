//! Tokens: a random number, and its signature.

use std::fmt::Write;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;

/// Separates these signatures from others under the same secret.
const PURPOSE: &[u8] = b"wasgi csrf 1\0";
/// Hex digits of the random number.
const NONCE: usize = 32;

/// Signs tokens of one session.
pub(super) struct Signer {
    key: Vec<u8>,
    session: String,
}

impl Signer {
    pub(super) fn new(key: Vec<u8>, session: String) -> Self {
        Self { key, session }
    }

    /// Makes a token.
    pub(super) fn make(&self) -> String {
        // 122 bits of the system's randomness.
        let mut token = Uuid::new_v4().simple().to_string();
        let signature = self.sign(&token).map(|mac| mac.finalize().into_bytes());
        for byte in signature.into_iter().flatten() {
            write!(token, "{byte:02x}").ok();
        }
        token
    }

    /// Tells whether this made a token.
    pub(super) fn made(&self, token: &str) -> bool {
        let Some((nonce, signature)) = token.split_at_checked(NONCE) else {
            return false;
        };
        let Some(signature) = bytes(signature) else {
            return false;
        };
        let mac = self.sign(nonce);
        mac.is_some_and(|mac| mac.verify_slice(&signature).is_ok())
    }

    /// Tells whether two texts are equal, in a time that says nothing of where they differ:
    /// their signatures are compared.
    pub(super) fn equal(&self, a: &str, b: &str) -> bool {
        let b = self.sign(b).map(|mac| mac.finalize().into_bytes());
        let equal = self.sign(a).zip(b);
        equal.is_some_and(|(a, b)| a.verify_slice(&b).is_ok())
    }

    fn sign(&self, text: &str) -> Option<Hmac<Sha256>> {
        // HMAC takes keys of any length.
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).ok()?;
        mac.update(PURPOSE);
        mac.update(text.as_bytes());
        mac.update(b"\0");
        mac.update(self.session.as_bytes());
        Some(mac)
    }
}

/// Reads hex digits.
fn bytes(digits: &str) -> Option<Vec<u8>> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    let pairs = digits.as_bytes().chunks(2).map(|pair| match pair {
        [high, low] => u8::try_from(digit(high)? << 4 | digit(low)?).ok(),
        _ => None,
    });
    pairs.collect()
}

#[cfg(test)]
mod tests {
    use super::Signer;

    fn signer(key: u8, session: &str) -> Signer {
        Signer::new(vec![key; 32], session.to_owned())
    }

    #[test]
    fn a_token_is_known_to_its_own_key_and_session_alone() {
        let token = signer(1, "ann").make();
        assert_eq!(token.len(), 96);
        assert!(signer(1, "ann").made(&token));
        assert!(!signer(2, "ann").made(&token));
        assert!(!signer(1, "bob").made(&token));
        assert_ne!(token, signer(1, "ann").make());
    }

    #[test]
    fn a_token_that_was_changed_anywhere_is_unknown() {
        let signer = signer(1, "");
        let token = signer.make();
        for place in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[place] = if changed[place] == b'0' { b'1' } else { b'0' };
            let changed = String::from_utf8(changed).expect("ASCII");
            assert!(!signer.made(&changed), "{place}");
        }
        for token in ["", "0", &token[..32], &token[..95], &"\u{e4}".repeat(48)] {
            assert!(!signer.made(token), "{token}");
        }
    }

    #[test]
    fn equal_texts_are_equal() {
        let signer = signer(1, "");
        assert!(signer.equal("abc", "abc"));
        assert!(!signer.equal("abc", "abd"));
        assert!(!signer.equal("", "abd"));
    }
}
