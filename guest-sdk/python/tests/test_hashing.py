"""`hashlib.scrypt` and `hashlib.pbkdf2_hmac` of the SDK against the standard library's."""

import enum
import hashlib
import unittest

from wasgi import _hashing, _host, crypto
from wasgi._host import Err, HostNotAvailable


class CryptoError_TooCostly:
    value = "scrypt takes 1 GiB, and 256 MiB are allowed"


class FakeCrypto:
    """The host's crypto, by way of the real hashlib."""

    Digest = enum.Enum("Digest", {name.upper(): i for i, name in enumerate(crypto.DIGESTS)})

    @staticmethod
    def Argon2Params(*costs):
        return costs

    @staticmethod
    def scrypt(password, salt, n, r, p, length):
        if n > 2**20:
            raise Err(CryptoError_TooCostly())
        return hashlib.scrypt(password, salt=salt, n=n, r=r, p=p, dklen=length, maxmem=2**30)

    @staticmethod
    def pbkdf2_hmac(digest, password, salt, iterations, length):
        return hashlib.pbkdf2_hmac(digest.name.lower(), password, salt, iterations, length)

    @staticmethod
    def hash_password(password, params):
        return f"$argon2id${password.hex()}${params}"

    @staticmethod
    def verify_password(password, phc):
        return password.hex() in phc


class Hashing(unittest.TestCase):
    def setUp(self):
        previous = _host.use("crypto", FakeCrypto)
        self.addCleanup(_host.use, "crypto", previous)

    def same(self, ours, real, *arguments, **options):
        def outcome(function):
            try:
                return function(*arguments, **options)
            except Exception as error:
                # OpenSSL's own classes are kinds of ValueError.
                return ValueError if isinstance(error, ValueError) else type(error)

        self.assertEqual(outcome(ours), outcome(real), (arguments, options))

    def test_pbkdf2_gives_what_the_standard_library_gives(self):
        for name in ("sha1", "sha256", "SHA512", "sha224", "SHA-256", "md5", "sha3_256", "blake2b"):
            for dklen in (None, 1, 20, 100):
                self.same(_hashing.pbkdf2_hmac, hashlib.pbkdf2_hmac, name, b"password", b"salt", 7, dklen)
        self.same(_hashing.pbkdf2_hmac, hashlib.pbkdf2_hmac, "sha256", bytearray(b"p"), memoryview(b"s"), 1)
        self.same(_hashing.pbkdf2_hmac, hashlib.pbkdf2_hmac, hash_name="sha256", password=b"", salt=b"", iterations=2)

    def test_pbkdf2_refuses_what_the_standard_library_refuses(self):
        for arguments in [
            ("nosuch", b"p", b"s", 1),
            (b"sha256", b"p", b"s", 1),
            ("sha256", "p", b"s", 1),
            ("sha256", b"p", "s", 1),
            ("sha256", b"p", b"s", 0),
            ("sha256", b"p", b"s", -1),
            ("sha256", b"p", b"s", 1, 0),
            ("sha256", b"p", b"s", 1, -1),
            ("sha256", b"p", b"s", "1"),
        ]:
            self.same(_hashing.pbkdf2_hmac, hashlib.pbkdf2_hmac, *arguments)

    def test_scrypt_gives_what_the_standard_library_gives(self):
        self.same(_hashing.scrypt, hashlib.scrypt, b"pw", salt=b"salt", n=16, r=8, p=1)
        self.same(_hashing.scrypt, hashlib.scrypt, b"pw", salt=b"salt", n=2, r=1, p=3, dklen=17)
        # What Werkzeug asks for.
        n, r, p = 2**15, 8, 1
        self.same(_hashing.scrypt, hashlib.scrypt, b"pw", salt=b"s", n=n, r=r, p=p, maxmem=132 * n * r * p)

    def test_scrypt_refuses_what_the_standard_library_refuses(self):
        for change in [
            {"n": 3}, {"n": 1}, {"n": 0}, {"r": 0}, {"p": 0}, {"dklen": 0}, {"maxmem": -1},
            {"n": 2**15}, {"salt": "text"}, {"maxmem": 1000},
        ]:
            options = {"salt": b"s", "n": 16, "r": 8, "p": 1, **change}
            self.same(_hashing.scrypt, hashlib.scrypt, b"pw", **options)
        self.same(_hashing.scrypt, hashlib.scrypt, "text", salt=b"s", n=16, r=8, p=1)
        self.same(_hashing.scrypt, hashlib.scrypt, b"pw", salt=b"s")

    def test_the_hosts_refusal_says_its_bound(self):
        with self.assertRaisesRegex(crypto.TooCostly, "256 MiB are allowed"):
            crypto.scrypt(b"pw", b"salt", n=2**21, r=1, p=1)

    def test_passwords_are_text_or_bytes(self):
        stored = crypto.hash_password("pässword")
        self.assertTrue(crypto.verify_password("pässword".encode(), stored))
        self.assertIn("(19456, 2, 1)", stored)

    def test_without_a_host_the_exception_says_so(self):
        _host.use("crypto", None)
        with self.assertRaisesRegex(HostNotAvailable, "runtime run"):
            crypto.hash_password("x")

    def test_in_a_build_the_host_is_not_called(self):
        _host.state.building = True
        self.addCleanup(setattr, _host.state, "building", False)
        with self.assertRaisesRegex(HostNotAvailable, "being built"):
            crypto.hash_password("x")
        self.assertTrue(_host.state.asked)
        _host.state.asked = False

    def test_a_secret_shows_its_value_only_when_asked(self):
        from wasgi import config

        class Host:
            @staticmethod
            def get_secret(name):
                return type("Handle", (), {"reveal": lambda self: "s3cr3t"})() if name == "key" else None

            @staticmethod
            def get(name):
                return {"a": "1"}.get(name)

            @staticmethod
            def all():
                return [("a", "1")]

        previous = _host.use("config", Host)
        self.addCleanup(_host.use, "config", previous)
        secret = config.secret("key")
        self.assertNotIn("s3cr3t", f"{secret} {secret!r} {vars(config)}")
        self.assertEqual(secret.reveal(), "s3cr3t")
        self.assertIsNone(config.secret("none"))
        self.assertEqual((config.get("a"), config.get("b"), config.get("b", "2")), ("1", None, "2"))
        self.assertEqual(config.all(), {"a": "1"})


