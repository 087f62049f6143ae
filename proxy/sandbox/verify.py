"""Does this signature cover these octets? Three algorithms, a few lines each, and no help from elsewhere.

HMAC-SHA256 in hex (letter case free), RSASSA-PKCS1-v1_5 with SHA-256 and pure Ed25519 in base64.
Source: binance/binance-spot-api-docs, rest-api.md, "SIGNED endpoint security".
"""

import base64
import binascii
import hashlib
import hmac
import re

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from proxy.sandbox.keys import SandboxKey

HMAC_LEGAL_RANGE = "^[A-Fa-f0-9]{64}$"
_HMAC_FORM = re.compile(r"[A-Fa-f0-9]{64}")


def has_legal_form(key: SandboxKey, signature: str) -> bool:
    """Only HMAC signatures have a documented legal range (-1100); base64 is judged by the check itself."""
    return key.kind != "hmac" or _HMAC_FORM.fullmatch(signature) is not None


def covers(key: SandboxKey, payload: bytes, signature: str) -> bool:
    """`signature` is the parameter's value after percent-decoding it once."""
    if key.kind == "hmac":
        right = hmac.new(key.secret.encode(), payload, hashlib.sha256).hexdigest()
        return hmac.compare_digest(right, signature.lower())
    try:
        octets = base64.b64decode(signature.encode(), validate=True)
    except (binascii.Error, ValueError):
        return False
    return _public_half_accepts(key.secret, payload, octets)


def _public_half_accepts(pem: str, payload: bytes, signature: bytes) -> bool:
    public = load_pem_public_key(pem.encode())
    try:
        if isinstance(public, rsa.RSAPublicKey):
            public.verify(signature, payload, padding.PKCS1v15(), hashes.SHA256())
            return True
        if isinstance(public, ed25519.Ed25519PublicKey):
            public.verify(signature, payload)
            return True
    except InvalidSignature:
        return False
    raise TypeError("a registered public key must be RSA or Ed25519")
