"""The gateway's own Ed25519 key, with which it signs checkpoints: nothing of it is known to Binance."""

import binascii
import sys
from functools import cached_property
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

LIBRARY: Final = "cryptography.hazmat.primitives.asymmetric.ed25519"
"""Takes as long to load as a tenth of the start, and is first needed some seconds later."""


class CheckpointKey:
    """Signs; loads the library at the first use. Its seed is never shown."""

    def __init__(self, seed: bytes) -> None:
        """`seed`: 32 octets (RFC 8032, 5.1.5)."""
        self.seed = seed

    @property
    def ready(self) -> bool:
        """Whether signing takes no longer than that: the library is loaded, by whoever needed it first."""
        return LIBRARY in sys.modules

    def __repr__(self) -> str:
        return "CheckpointKey(***)"

    @cached_property
    def _private(self) -> "Ed25519PrivateKey":
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415  # see LIBRARY

        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @cached_property
    def public(self) -> str:
        """The public half: Base64 of 32 octets."""
        octets = self._private.public_key().public_bytes_raw()
        return binascii.b2a_base64(octets, newline=False).decode("ascii")

    def sign(self, message: bytes) -> bytes:
        """64 octets."""
        return self._private.sign(message)


def is_signed(public: str, signature: bytes, message: bytes) -> bool:
    """Whether the signature is one of this public key over the message; False for what is no key."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415  # see LIBRARY
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415  # see LIBRARY

    try:
        Ed25519PublicKey.from_public_bytes(binascii.a2b_base64(public, strict_mode=True)).verify(
            signature, message
        )
    except (ValueError, InvalidSignature):
        return False
    return True
