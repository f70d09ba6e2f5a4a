"""Password hashing at the host's native speed.

`hash_password` and `verify_password` are what an application needs. The rest is
for stored hashes of other formats. The host bounds the cost of each call and
raises `TooCostly` above it.
"""

from __future__ import annotations

from typing import Any

from wasgi._host import Err, imports

__all__ = ["TooCostly", "argon2id", "hash_password", "pbkdf2_hmac", "scrypt", "verify_password"]

# PBKDF2's hashes in the order of the WIT enum `digest`.
DIGESTS = ("sha1", "sha224", "sha256", "sha384", "sha512")

# OWASP's recommendation for Argon2id, which is also the host's default.
_MEMORY_KIB = 19_456
_ITERATIONS = 2
_LANES = 1


class TooCostly(ValueError):
    """The parameters cost more memory or time than the host allows."""


def hash_password(
    password: str | bytes,
    *,
    memory_kib: int = _MEMORY_KIB,
    iterations: int = _ITERATIONS,
    lanes: int = _LANES,
) -> str:
    """Hashes a password with Argon2id and a random salt, into a PHC string."""
    host = imports("crypto")
    params = host.Argon2Params(memory_kib, iterations, lanes)
    return _call(host.hash_password, _secret_bytes(password), params)


def verify_password(password: str | bytes, phc: str) -> bool:
    """Tells, in constant time, whether a password fits what `hash_password` returned."""
    return _call(imports("crypto").verify_password, _secret_bytes(password), phc)


def argon2id(
    password: bytes, salt: bytes, *, memory_kib: int, iterations: int, lanes: int, length: int = 32
) -> bytes:
    """Derives `length` bytes with Argon2id (RFC 9106)."""
    host = imports("crypto")
    params = host.Argon2Params(memory_kib, iterations, lanes)
    return _call(host.argon2id, bytes(password), bytes(salt), params, length)


def scrypt(password: bytes, salt: bytes, *, n: int, r: int, p: int, length: int = 64) -> bytes:
    """Derives `length` bytes with scrypt (RFC 7914); `n` is the cost, a power of two."""
    return _call(imports("crypto").scrypt, bytes(password), bytes(salt), n, r, p, length)


def pbkdf2_hmac(digest: str, password: bytes, salt: bytes, iterations: int, length: int) -> bytes:
    """Derives `length` bytes with PBKDF2 (RFC 8018); `digest` is one of `DIGESTS`."""
    host = imports("crypto")
    if digest not in DIGESTS:
        raise ValueError(f"digest {digest!r} is none of {', '.join(DIGESTS)}")
    member = host.Digest(DIGESTS.index(digest))
    return _call(host.pbkdf2_hmac, member, bytes(password), bytes(salt), iterations, length)


def _secret_bytes(password: str | bytes) -> bytes:
    return password.encode() if isinstance(password, str) else bytes(password)


def _call(function: Any, *arguments: Any) -> Any:
    """Calls the host; its refusal becomes an exception of this module."""
    try:
        return function(*arguments)
    except Err as refusal:
        reason = refusal.value
        message = str(getattr(reason, "value", reason))
        if type(reason).__name__.endswith("TooCostly"):
            raise TooCostly(message) from None
        raise ValueError(message) from None
