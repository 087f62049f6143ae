"""HMAC-SHA256, RSA (PKCS#1 v1.5 with SHA-256) and Ed25519, equal citizens.

Source: binance-spot-api-docs rest-api.md and faqs/api_key_types.md. HMAC signatures travel as 64 hex digits;
RSA and Ed25519 ones as base64, percent-encoded once for REST.
"""

import base64
import hmac
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

import msgspec

from proxy.core.hmacs import HmacSha256
from proxy.core.secret import Secret

if TYPE_CHECKING:  # see asymmetric.py
    from cryptography.hazmat.primitives.asymmetric import ed25519, rsa


class KeyType(StrEnum):
    HMAC = "hmac"
    RSA = "rsa"
    ED25519 = "ed25519"


class SigningKey(Protocol):
    """Whatever can sign a payload and tell whether a signature is right."""

    @property
    def key_type(self) -> KeyType: ...

    def sign(self, payload: bytes) -> str:
        """The signature as text before percent-encoding: hex, or base64."""
        ...

    def verify(self, payload: bytes, signature: str) -> bool:
        """Whether the signature (text, percent-decoded) is right for the payload."""
        ...


class HmacKey:
    """The secret of an HMAC key."""

    __slots__ = ("_hmac", "secret")

    def __init__(self, secret: Secret) -> None:
        self.secret = secret
        self._hmac = HmacSha256(secret.reveal())

    def __reduce_ex__(self, _protocol: Any) -> NoReturn:
        raise TypeError("a signing key is not copied, pickled or serialised")

    @property
    def key_type(self) -> KeyType:
        return KeyType.HMAC

    def sign(self, payload: bytes) -> str:
        return self._hmac.hexdigest(payload)

    def verify(self, payload: bytes, signature: str) -> bool:
        """Hex digits compare without case (Binance accepts both)."""
        return hmac.compare_digest(self.sign(payload).encode(), signature.lower().encode("utf-8"))


type _Private = rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey
type _Public = rsa.RSAPublicKey | ed25519.Ed25519PublicKey


class PublicKey(msgspec.Struct, frozen=True):
    """The public half: verifies, cannot sign. What diagnosis needs for RSA and Ed25519."""

    public: _Public

    @property
    def key_type(self) -> KeyType:
        from proxy.core.signing import asymmetric  # noqa: PLC0415  # see there

        return KeyType.RSA if asymmetric.is_rsa(self.public) else KeyType.ED25519

    def verify(self, payload: bytes, signature: str) -> bool:
        from proxy.core.signing import asymmetric  # noqa: PLC0415  # see there

        try:
            octets = base64.b64decode(signature, validate=True)
        except ValueError:
            return False
        return asymmetric.verifies(self.public, octets, payload)


class PrivateKey(msgspec.Struct, frozen=True):
    """An RSA or Ed25519 private key."""

    private: _Private
    text: Secret | None = None
    """Its PEM file: what a client signs with that takes it for an HMAC secret."""

    def __repr__(self) -> str:
        return f"PrivateKey({self.key_type.value})"

    @property
    def key_type(self) -> KeyType:
        from proxy.core.signing import asymmetric  # noqa: PLC0415  # see there

        return KeyType.RSA if asymmetric.is_rsa(self.private) else KeyType.ED25519

    def sign(self, payload: bytes) -> str:
        from proxy.core.signing import asymmetric  # noqa: PLC0415  # see there

        return base64.b64encode(asymmetric.sign(self.private, payload)).decode("ascii")

    def verify(self, payload: bytes, signature: str) -> bool:
        return self.public().verify(payload, signature)

    def public(self) -> PublicKey:
        return PublicKey(self.private.public_key())

    def public_pem(self) -> str:
        """The half to register at Binance: SubjectPublicKeyInfo in PEM."""
        from proxy.core.signing import asymmetric  # noqa: PLC0415  # see there

        return asymmetric.public_pem(self.private.public_key())


def load_private_key(pem: Secret, passphrase: Secret | None) -> PrivateKey:
    """Read a PEM private key. Raises ConfigError, never with a word of the key in it."""
    from proxy.core.signing import asymmetric  # noqa: PLC0415  # see there

    return PrivateKey(asymmetric.load(pem, passphrase), pem)
