"""HMAC-SHA256, RSA (PKCS#1 v1.5 with SHA-256) and Ed25519, equal citizens.

Source: binance-spot-api-docs rest-api.md and faqs/api_key_types.md. HMAC signatures travel as 64 hex digits;
RSA and Ed25519 ones as base64, percent-encoded once for REST.
"""

import base64
import hmac
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from proxy.core.errors import ConfigError
from proxy.core.secret import Secret


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


@dataclass(frozen=True, slots=True)
class HmacKey:
    secret: Secret

    @property
    def key_type(self) -> KeyType:
        return KeyType.HMAC

    def sign(self, payload: bytes) -> str:
        return hmac.digest(self.secret.reveal(), payload, "sha256").hex()

    def verify(self, payload: bytes, signature: str) -> bool:
        """Hex digits compare without case (Binance accepts both)."""
        return hmac.compare_digest(self.sign(payload).encode(), signature.lower().encode("utf-8"))


type _Private = rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey
type _Public = rsa.RSAPublicKey | ed25519.Ed25519PublicKey

_RSA_BITS: Final = range(2048, 4097)


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The public half: verifies, cannot sign. What diagnosis needs for RSA and Ed25519."""

    public: _Public

    @property
    def key_type(self) -> KeyType:
        return KeyType.RSA if isinstance(self.public, rsa.RSAPublicKey) else KeyType.ED25519

    def verify(self, payload: bytes, signature: str) -> bool:
        try:
            octets = base64.b64decode(signature, validate=True)
        except ValueError:
            return False
        try:
            if isinstance(self.public, rsa.RSAPublicKey):
                self.public.verify(octets, payload, padding.PKCS1v15(), SHA256())
            else:
                self.public.verify(octets, payload)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True, repr=False)
class PrivateKey:
    """An RSA or Ed25519 private key."""

    private: _Private

    def __repr__(self) -> str:
        return f"PrivateKey({self.key_type.value})"

    @property
    def key_type(self) -> KeyType:
        return KeyType.RSA if isinstance(self.private, rsa.RSAPrivateKey) else KeyType.ED25519

    def sign(self, payload: bytes) -> str:
        if isinstance(self.private, rsa.RSAPrivateKey):
            octets = self.private.sign(payload, padding.PKCS1v15(), SHA256())
        else:
            octets = self.private.sign(payload)
        return base64.b64encode(octets).decode("ascii")

    def verify(self, payload: bytes, signature: str) -> bool:
        return self.public().verify(payload, signature)

    def public(self) -> PublicKey:
        return PublicKey(self.private.public_key())

    def public_pem(self) -> str:
        """The half to register at Binance: SubjectPublicKeyInfo in PEM."""
        pem = self.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        return pem.decode("ascii")


def load_private_key(pem: Secret, passphrase: Secret | None) -> PrivateKey:
    """Read a PEM private key. Raises ConfigError, never with a word of the key in it."""
    try:
        key = load_pem_private_key(pem.reveal(), passphrase.reveal() if passphrase else None)
    except TypeError as error:
        if passphrase is None:
            raise ConfigError(
                "the private key is encrypted and no passphrase was given",
                "set BINANCE_PRIVATE_KEY_PASSPHRASE_FILE to a file that holds it",
            ) from None
        raise ConfigError(
            "a passphrase was given but the private key is not encrypted", "remove the passphrase"
        ) from error.__cause__
    except ValueError:
        raise ConfigError(
            "the private key cannot be read" + (", or its passphrase is wrong" if passphrase else ""),
            "it must be a PEM file (PKCS#8) that begins with -----BEGIN PRIVATE KEY-----",
        ) from None
    if isinstance(key, rsa.RSAPrivateKey):
        if key.key_size not in _RSA_BITS:
            raise ConfigError(
                f"the RSA key has {key.key_size} bits", "Binance takes 2048 to 4096: signing-proxy keygen rsa"
            )
        return PrivateKey(key)
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return PrivateKey(key)
    raise ConfigError(
        "the private key is neither RSA nor Ed25519", "make one with: signing-proxy keygen ed25519"
    )
