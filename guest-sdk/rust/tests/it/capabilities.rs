//! What the host lends, in its native doubles.

use wasgi::crypto::{self, Argon2, CryptoError, Digest, Scrypt};
use wasgi::test::Client;
use wasgi::web::Router;
use wasgi::{chunks, config};

const CHEAP: Argon2 = Argon2 {
    memory_kib: 64,
    iterations: 1,
    lanes: 1,
};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn settings_are_those_that_this_client_granted() {
    let app = || {
        Router::new().get("/", || {
            format!("{:?} {:?}", config::get("A"), config::all())
        })
    };
    let client = Client::new(app)
        .setting("B", "2")
        .setting("A", "1")
        .secret("S", "3");
    assert_eq!(
        client.get("/").text(),
        "Some(\"1\") [(\"A\", \"1\"), (\"B\", \"2\")]"
    );
    assert_eq!(Client::new(app).get("/").text(), "None []");
    assert_eq!(config::get("A"), None);
}

#[test]
fn settings_are_there_while_the_body_is_pulled() {
    let app = || {
        Router::new().get("/", || {
            chunks((0..2).map(|_| config::get("A").unwrap_or_default()))
        })
    };
    assert_eq!(Client::new(app).setting("A", "a").get("/").text(), "aa");
}

#[test]
fn a_secret_is_revealed_and_never_printed() {
    let app = || {
        Router::new().get("/", || match config::secret("KEY") {
            Some(secret) => format!("{secret:?} {}", secret.reveal()),
            None => "none".to_owned(),
        })
    };
    assert_eq!(
        Client::new(app).secret("KEY", "s3cret").get("/").text(),
        "Secret(..) s3cret"
    );
    assert_eq!(
        Client::new(app).setting("KEY", "no secret").get("/").text(),
        "none"
    );
}

#[test]
fn a_password_fits_its_hash_and_no_other() {
    let hash = crypto::hash_password_with("secret", CHEAP).unwrap();
    assert!(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{hash}");
    assert_eq!(crypto::verify_password("secret", &hash), Ok(true));
    assert_eq!(crypto::verify_password("Secret", &hash), Ok(false));
    let nonsense = crypto::verify_password("secret", "no hash");
    assert!(matches!(nonsense, Err(CryptoError::Invalid(_))));
}

#[test]
fn keys_are_those_of_the_standards() {
    // RFC 6070, the second vector; RFC 7914 section 12, the first.
    let key = crypto::pbkdf2_hmac(Digest::Sha1, "password", "salt", 2, 20).unwrap();
    assert_eq!(hex(&key), "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957");
    let key = crypto::scrypt("", "", Scrypt { n: 16, r: 1, p: 1 }, 64).unwrap();
    assert!(hex(&key).starts_with("77d6576238657b203b19ca42c18a0497"));
    let key = crypto::argon2id("password", "saltsalt", CHEAP, 24).unwrap();
    assert_eq!(key.len(), 24);
}

#[test]
fn parameters_that_make_no_sense_are_refused() {
    for refused in [
        crypto::scrypt("x", "x", Scrypt { n: 15, r: 1, p: 1 }, 32),
        crypto::scrypt("x", "x", Scrypt { n: 16, r: 0, p: 0 }, 32),
        crypto::scrypt("x", "x", Scrypt { n: 16, r: 1, p: 1 }, 0),
        crypto::pbkdf2_hmac(Digest::Sha512, "x", "x", 0, 32),
        crypto::argon2id("x", "", CHEAP, 32),
    ] {
        assert!(
            matches!(refused, Err(CryptoError::Invalid(_))),
            "{refused:?}"
        );
    }
}
