"""`hashlib.scrypt` and `hashlib.pbkdf2_hmac`, which a CPython without OpenSSL lacks.

Same signatures, same results and the same exceptions as the standard library's,
so that `werkzeug.security` and Django's hashers run unmodified. The work is
done by the host, natively.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from wasgi import crypto

# What OpenSSL assumes for `maxmem=0`.
_SCRYPT_DEFAULT_MEMORY = 32 * 1024 * 1024
_MAX_LENGTH = 2**31 - 1


def install() -> None:
    """Adds the functions to `hashlib` where they are missing."""
    if not hasattr(hashlib, "scrypt"):
        hashlib.scrypt = scrypt  # type: ignore[attr-defined]
    if not hasattr(hashlib, "pbkdf2_hmac"):
        hashlib.pbkdf2_hmac = pbkdf2_hmac  # type: ignore[attr-defined]


def scrypt(
    password: Any, *, salt: Any, n: int, r: int, p: int, maxmem: int = 0, dklen: int = 64
) -> bytes:
    """scrypt password-based key derivation function, as `hashlib.scrypt`."""
    password, salt = _buffer(password), _buffer(salt)
    if n < 2 or n & (n - 1):
        raise ValueError("n must be a power of 2.")
    if maxmem < 0 or maxmem > _MAX_LENGTH:
        raise ValueError(f"maxmem must be positive and smaller than {_MAX_LENGTH}")
    if dklen < 1 or dklen > _MAX_LENGTH:
        raise ValueError(f"dklen must be greater than 0 and smaller than {_MAX_LENGTH}")
    if r < 1 or p < 1:
        raise ValueError("Invalid parameter combination for n, r, p, maxmem.")
    # p blocks of 128 r bytes, n of them for the mixing, and two to work in.
    if 128 * r * (n + p + 2) > (maxmem or _SCRYPT_DEFAULT_MEMORY):
        raise ValueError("Invalid parameter combination for n, r, p, maxmem: memory limit exceeded")
    return crypto.scrypt(password, salt, n=n, r=r, p=p, length=dklen)


def pbkdf2_hmac(
    hash_name: str, password: Any, salt: Any, iterations: int, dklen: int | None = None
) -> bytes:
    """Password based key derivation function 2 (PKCS #5 v2.0) with HMAC, as `hashlib.pbkdf2_hmac`."""
    if not isinstance(hash_name, str):
        raise TypeError(
            f"pbkdf2_hmac() argument 'hash_name' must be str, not {type(hash_name).__name__}"
        )
    password, salt = _buffer(password), _buffer(salt)
    name = _normalised(hash_name)
    try:
        size = hashlib.new(name).digest_size
    except ValueError:
        raise ValueError(f"unsupported hash type {hash_name}") from None
    if iterations < 1:
        raise ValueError("iteration value must be greater than 0.")
    length = size if dklen is None else dklen
    if length < 1:
        raise ValueError("key length must be greater than 0.")
    if iterations > _MAX_LENGTH or length > _MAX_LENGTH:
        raise OverflowError("iteration value or key length is too great.")
    if name in crypto.DIGESTS:
        return crypto.pbkdf2_hmac(name, password, salt, iterations, length)
    return _pbkdf2(name, password, salt, iterations, length)


def _normalised(hash_name: str) -> str:
    """Returns OpenSSL's spellings (`SHA-256`, `SHA2-256`) as hashlib's."""
    name = hash_name.lower().replace("sha2-", "sha")
    return name.replace("-", "") if name.startswith("sha-") else name.replace("sha3-", "sha3_")


def _buffer(value: Any) -> bytes:
    if isinstance(value, str):
        raise TypeError("a bytes-like object is required, not 'str'")
    return bytes(memoryview(value))


def _pbkdf2(name: str, password: bytes, salt: bytes, iterations: int, length: int) -> bytes:
    """PBKDF2 (RFC 8018 section 5.2) for the hashes the host does not lend (MD5, SHA-3, BLAKE2)."""
    keyed = hmac.new(password, digestmod=name)
    derived = bytearray()
    block = 0
    while len(derived) < length:
        block += 1
        inner = keyed.copy()
        inner.update(salt + block.to_bytes(4, "big"))
        digest = inner.digest()
        mixed = int.from_bytes(digest, "big")
        for _ in range(iterations - 1):
            inner = keyed.copy()
            inner.update(digest)
            digest = inner.digest()
            mixed ^= int.from_bytes(digest, "big")
        derived += mixed.to_bytes(len(digest), "big")
    return bytes(derived[:length])
