"""Signing is a function: request, key and *time* go in, a signed request comes out."""

from proxy.core.signing.algorithms import HmacKey, KeyType, PrivateKey, PublicKey, SigningKey
from proxy.core.signing.payload import PreparedRequest, prepare, signature_payload
from proxy.core.signing.signer import SignedRequest, finish, sign

__all__ = [
    "HmacKey",
    "KeyType",
    "PreparedRequest",
    "PrivateKey",
    "PublicKey",
    "SignedRequest",
    "SigningKey",
    "finish",
    "prepare",
    "sign",
    "signature_payload",
]
