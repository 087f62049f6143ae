"""Digests that several departures share. All take a key and a text, and return raw octets."""

import base64
import hashlib
from collections.abc import Callable
from typing import Final

from proxy.core.diagnosis.departures.base import Keyed

type Arrange = Callable[[bytes, bytes], bytes]
type Compute = Callable[[Keyed, bytes], bytes]


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
    return lambda keyed, text: keyed.under(name).digest(text)


def plain(name: str, arrange: Arrange) -> Compute:
    """A hash of the text with the secret put somewhere."""
    make = _HASHES[name]
    return lambda keyed, text: make(arrange(keyed.key, text), usedforsecurity=False).digest()


def hash_of(name: str) -> Callable[[bytes], bytes]:
    """A hash of the text, its function looked up once: `hashlib.new` takes as long again to find it."""
    make = _HASHES[name]
    return lambda text: make(text, usedforsecurity=False).digest()


_HASHES: Final = {
    "md5": hashlib.md5,
    "sha1": hashlib.sha1,
    "sha256": hashlib.sha256,
    "sha512": hashlib.sha512,
    "sha3_256": hashlib.sha3_256,
}


def prehashed(name: str, write: Callable[[bytes], bytes]) -> Compute:
    """HMAC-SHA256 over a hash of the text."""

    make = hash_of(name)
    return lambda keyed, text: keyed.digest(write(make(text)))
