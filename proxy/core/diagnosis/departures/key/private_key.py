"""The private key of an RSA or Ed25519 pair was used as if it were an HMAC secret."""

import base64
import binascii
from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import KeyMaterial, KeyRule, RuleText


def keys(material: KeyMaterial) -> Iterator[bytes]:
    """The PEM file in the spellings in which it gets into a program."""
    if material.private_key is None:
        return
    text = material.private_key.replace(b"\r\n", b"\n").strip()
    lines = text.split(b"\n")
    bare = b"".join(line.strip() for line in lines if not line.startswith(b"-----"))
    yield material.private_key
    yield from (text, text + b"\n", text.replace(b"\n", b"\r\n"), text.replace(b"\n", b"\r\n") + b"\r\n")
    yield from (text.replace(b"\n", b"\\n"), text.replace(b"\n", b"\\n") + b"\\n")  # one line in an .env file
    yield from (text.replace(b"\n", b" "), text.replace(b"\n", b""))
    yield from (bare, b"\n".join(lines[1:-1]))  # without its frame
    try:
        yield base64.b64decode(bare, validate=True)
    except binascii.Error:
        return


RULE = KeyRule(
    about=RuleText(
        rule="secret-is-private-key",
        says="An HMAC was computed with a private key (PEM) as its secret.",
        why=(
            "A self-generated RSA or Ed25519 key does not sign by HMAC: its private key makes the signature."
            " Only keys that Binance generates have an HMAC secret."
        ),
        see="The secret begins with -----BEGIN PRIVATE KEY-----, and the signature has 64 hex characters.",
        remedy="Sign with the private key (Ed25519, or RSA with PKCS#1 v1.5 and SHA-256), and send base64.",
        example="base64.b64encode(private_key.sign(payload))   # then percent-encode it",
    ),
    keys=keys,
    size=12,
    composed=12,
)
