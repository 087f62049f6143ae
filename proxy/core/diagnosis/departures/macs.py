"""Digests that several departures share. All take (key, text) and return raw octets."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import Final

type Arrange = Callable[[bytes, bytes], bytes]
type Compute = Callable[[bytes, bytes], bytes]


def TEXT_ALONE(key: bytes, text: bytes) -> bytes:  # noqa: N802  # one of the ARRANGEMENTS, compared by identity
    return text


ARRANGEMENTS: Final[tuple[Arrange, ...]] = (
    lambda key, text: text + key,
    lambda key, text: key + text,
    TEXT_ALONE,
    lambda key, text: text + b"&secret=" + key,
    lambda key, text: key + text + key,
    lambda key, text: text + b"&" + key,
    lambda key, text: key + b"&" + text,
    lambda key, text: text + b"&secretKey=" + key,
    lambda key, text: text + b"&secret_key=" + key,
    lambda key, text: text + b"&key=" + key,
    lambda key, text: text + b":" + key,
)
"""Where a secret is put when there is no HMAC."""

PIPED: Final[tuple[Arrange, ...]] = (
    lambda key, text: key + b"|" + text,
    lambda key, text: text + b"|" + key,
)
"""With a vertical bar between them, as some recipes of signed links have it."""

WRITINGS: Final[tuple[Callable[[bytes], bytes], ...]] = (
    lambda digest: digest.hex().encode(),
    lambda digest: digest,
    base64.b64encode,
    lambda digest: digest.hex().upper().encode(),
)


def hmac_of(name: str) -> Compute:
    return lambda key, text: hmac.digest(key, text, name)


def plain(name: str, arrange: Arrange) -> Compute:
    """A hash of the text with the secret put somewhere."""
    return lambda key, text: hashlib.new(name, arrange(key, text), usedforsecurity=False).digest()


def prehashed(name: str, write: Callable[[bytes], bytes]) -> Compute:
    """HMAC-SHA256 over a hash of the text."""

    def compute(key: bytes, text: bytes) -> bytes:
        return hmac.digest(key, write(hashlib.new(name, text, usedforsecurity=False).digest()), "sha256")

    return compute
