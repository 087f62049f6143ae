"""The secret was decoded from hex or base64 before it was used, or encoded to it."""

import base64
from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import KeyMaterial, KeyRule, RuleText


def keys(material: KeyMaterial) -> Iterator[bytes]:
    secret = material.secret
    for decode in (base64.b64decode, base64.urlsafe_b64decode, bytes.fromhex):
        try:
            yield decode(
                (secret + b"=" * (-len(secret) % 4 if decode is not bytes.fromhex else 0)).decode("ascii")
            )
        except ValueError:
            continue
    yield base64.b64encode(secret)
    yield base64.urlsafe_b64encode(secret)
    yield secret.hex().encode()
    yield secret.hex().upper().encode()


RULE = KeyRule(
    about=RuleText(
        rule="secret-decoded-hex-or-base64",
        says="The secret was hex- or base64-decoded (or encoded) before it was used as HMAC key.",
        why=(
            "Other exchanges hand out base64 secrets. Binance's secret is text: its ASCII characters "
            "are the key."
        ),
        see="bytes.fromhex, b64decode or Buffer.from(secret, 'hex') in the code.",
        remedy="Use the letters of the secret as they are, as ASCII bytes; do not decode it.",
        example="hmac.new(secret.encode('ascii'), payload, 'sha256')",
    ),
    keys=keys,
    size=7,
    composed=7,
)
