"""What RSA and Ed25519 keys do, in the words of the library that does it.

Imported by `algorithms` when the first such key is used: most gateways have an HMAC secret, and importing the library
takes longer than checking a thousand signatures.
"""

from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from proxy.core.errors import ConfigError
from proxy.core.secret import Secret

type Private = rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey
type Public = rsa.RSAPublicKey | ed25519.Ed25519PublicKey

_RSA_BITS: Final = range(2048, 4097)


def is_rsa(key: Private | Public) -> bool:
    return isinstance(key, rsa.RSAPrivateKey | rsa.RSAPublicKey)


def sign(private: Private, payload: bytes) -> bytes:
    if isinstance(private, rsa.RSAPrivateKey):
        return private.sign(payload, padding.PKCS1v15(), SHA256())
    return private.sign(payload)


def verifies(public: Public, signature: bytes, payload: bytes) -> bool:
    try:
        if isinstance(public, rsa.RSAPublicKey):
            public.verify(signature, payload, padding.PKCS1v15(), SHA256())
        else:
            public.verify(signature, payload)
    except InvalidSignature:
        return False
    return True


def public_pem(public: Public) -> str:
    """SubjectPublicKeyInfo in PEM."""
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")


def load(pem: Secret, passphrase: Secret | None) -> Private:
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
    except UnsupportedAlgorithm:
        raise ConfigError(
            "the private key is of a kind that cannot be read", "make one with: signing-proxy keygen ed25519"
        ) from None
    if isinstance(key, rsa.RSAPrivateKey):
        if key.key_size not in _RSA_BITS:
            raise ConfigError(
                f"the RSA key has {key.key_size} bits", "Binance takes 2048 to 4096: signing-proxy keygen rsa"
            )
        return key
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key
    raise ConfigError(
        "the private key is neither RSA nor Ed25519", "make one with: signing-proxy keygen ed25519"
    )
