"""Make a key pair, and write its private half so that nobody else ever could read it."""

import contextlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)

from proxy.core.secret import Secret
from proxy.core.signing.algorithms import PrivateKey
from proxy.platform import files
from proxy.runtime.files import require_name

type KeyKind = Literal["ed25519", "rsa"]


@dataclass(frozen=True, slots=True)
class KeyPair:
    """PKCS#8 in PEM, and SubjectPublicKeyInfo in PEM, the form that Binance registers."""

    private_pem: Secret
    public_pem: str


def generate(kind: KeyKind, *, bits: int = 2048, passphrase: Secret | None = None) -> KeyPair:
    """A new pair; `bits` counts for RSA only (Binance takes 2048 to 4096)."""
    private = (
        ed25519.Ed25519PrivateKey.generate()
        if kind == "ed25519"
        else rsa.generate_private_key(public_exponent=65537, key_size=bits)
    )
    lock: KeySerializationEncryption = (
        BestAvailableEncryption(passphrase.reveal()) if passphrase is not None else NoEncryption()
    )
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock)
    return KeyPair(Secret(pem), PrivateKey(private).public_pem())


def write_private(path: str, content: Secret) -> None:
    """A new file of mode 0600, whole or not at all. Raises FileExistsError, or another OSError.

    Written beside its place first, then put there, which fails where something stands already, so nothing is
    overwritten even by two at once, and no half-written key is ever seen under the name.
    """
    target = Path(path)
    require_name(target)
    draft = target.with_name(f".{target.name}.{secrets.token_hex(6)}")
    handle = files.open_new(draft)
    try:
        with open(handle, "wb") as file:  # noqa: PTH123  # a descriptor, not a path
            files.make_private(handle)
            file.write(content.reveal())
            file.flush()
            os.fsync(handle)
        files.place_new(draft, target)
    finally:
        draft.unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # where the file system lets us
        files.sync_directory(target.parent)
