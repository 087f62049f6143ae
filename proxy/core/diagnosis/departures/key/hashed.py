"""The secret was hashed, and the hash used as the key."""

import base64
import hashlib
from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import KeyMaterial, KeyRule, RuleText


def keys(material: KeyMaterial) -> Iterator[bytes]:
    for name in ("sha256", "md5", "sha1", "sha512"):
        hashed = hashlib.new(name, material.secret, usedforsecurity=False)
        yield hashed.digest()
        yield hashed.hexdigest().encode()
        yield hashed.hexdigest().upper().encode()
        yield base64.b64encode(hashed.digest())


RULE = KeyRule(
    about=RuleText(
        rule="secret-hashed-first",
        says="The secret was hashed before it was used as HMAC key.",
        why="Some recipes derive the HMAC key as SHA-256 or MD5 of the secret.",
        see="A hash call around the secret in the code.",
        remedy="Use the letters of the secret as they are, as ASCII bytes; do not hash it.",
        example="hmac.new(secret.encode('ascii'), payload, 'sha256')",
    ),
    keys=keys,
    size=16,
    composed=16,
    usual=4,
)
