"""RSA and Ed25519 verified in other ways than Binance does. Nothing here can sign."""

import hashlib
from collections.abc import Callable
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa

_HASHES: Final[dict[str, hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1(),  # noqa: S303  # what a client may have used
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}

type Verify = Callable[[object, bytes, bytes], bool]


def right(public: object, signature: bytes, text: bytes) -> bool:
    """Whether a signature verifies as Binance checks it: PKCS#1 v1.5 with SHA-256, or pure Ed25519."""
    try:
        if isinstance(public, rsa.RSAPublicKey):
            public.verify(signature, text, padding.PKCS1v15(), _HASHES["sha256"])
        elif isinstance(public, ed25519.Ed25519PublicKey):
            public.verify(signature, text)
        else:
            return False
    except InvalidSignature:
        return False
    return True


def pss(name: str) -> Verify:
    """RSA with PSS padding, any salt length."""

    def verify(public: object, signature: bytes, text: bytes) -> bool:
        if not isinstance(public, rsa.RSAPublicKey):
            return False
        scheme = padding.PSS(padding.MGF1(_HASHES[name]), padding.PSS.AUTO)
        try:
            public.verify(signature, text, scheme, _HASHES[name])
        except InvalidSignature:
            return False
        return True

    return verify


def pkcs1(name: str) -> Verify:
    """RSA PKCS#1 v1.5 with another hash."""

    def verify(public: object, signature: bytes, text: bytes) -> bool:
        if not isinstance(public, rsa.RSAPublicKey):
            return False
        try:
            public.verify(signature, text, padding.PKCS1v15(), _HASHES[name])
        except InvalidSignature:
            return False
        return True

    return verify


def over_hash(name: str, write: Callable[[bytes], bytes]) -> Verify:
    """The right scheme over a hash of the text."""
    return lambda public, signature, text: right(public, signature, write(hashlib.new(name, text).digest()))
