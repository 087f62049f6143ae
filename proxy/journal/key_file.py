"""The journal's own keys: state files, so one that cannot be used stops nobody from trading.

A key is made whole or not at all: a gateway that is killed while it makes one leaves none. One that is damaged, a
link or pipe in its place, or one that others may touch is set aside under another name, and a new key is drawn: what
was made with the old one keeps its meaning, and the owner who puts the old file back goes on with it.
"""

import contextlib
import errno
import os
import secrets
import stat
from typing import Final

import msgspec

from proxy.core.errors import ConfigError
from proxy.journal.files import Directory
from proxy.platform import files

KEY_OCTETS: Final = 32


class KeyFile(msgspec.Struct, frozen=True):
    """A key of the directory by the name of its file."""

    name: str
    if_renewed: str
    """What differs once it was made anew."""


TAG_KEY: Final = KeyFile("tag.key", "its tags will differ from older ones")
CHAIN_KEY: Final = KeyFile("chain.key", "its checkpoints will bear another public key than older ones")
"""The seed of an Ed25519 key (RFC 8032, 5.1.5: any 32 octets)."""

_NO_LINKS: Final = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})
"""What file systems without hard links say."""


def draw_key() -> bytes:
    return os.urandom(KEY_OCTETS)


def read_key(directory: Directory, file: KeyFile) -> bytes:
    """The key that is there. Raises FileNotFoundError where none is, ConfigError where it cannot be used."""
    try:
        descriptor = directory.open(file.name)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise _unusable(directory, file, f"cannot be read: {error.strerror}") from None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise _unusable(directory, file, "is not a regular file")
        if not files.is_own(status) or files.is_open_to_others(status):
            raise _unusable(directory, file, "must be yours and have mode 0600")
        key = os.read(descriptor, KEY_OCTETS + 1)
    finally:
        os.close(descriptor)
    if len(key) != KEY_OCTETS:
        raise _unusable(directory, file, "is damaged")
    return key


def make_key(directory: Directory, file: KeyFile) -> bytes:
    """Draw a key and put it where none is; see `put_key`."""
    return put_key(directory, file, draw_key())


def put_key(directory: Directory, file: KeyFile, key: bytes) -> bytes:
    """Put a key where none is. Returns the one that is there then: that of another gateway, if it was faster.
    Raises OSError, and ConfigError where what came meanwhile cannot be used."""
    draft = f".{file.name}.{secrets.token_hex(6)}"
    descriptor = directory.create(draft)
    try:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(key)
        try:
            directory.link(draft, file.name)
        except FileExistsError:
            return read_key(directory, file)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            directory.rename(draft, file.name)
    finally:
        with contextlib.suppress(OSError):
            directory.remove(draft)
    return key


def set_aside(directory: Directory, file: KeyFile) -> str:
    """Give what stands in the key's place another name, and say which. Raises OSError."""
    name = f"{file.name}.unusable-{secrets.token_hex(4)}"
    directory.rename(file.name, name)
    return name


def _unusable(directory: Directory, file: KeyFile, why: str) -> ConfigError:
    return ConfigError(
        f"{directory.path / file.name} {why}",
        f"the next start of the gateway sets it aside and makes a new one; {file.if_renewed}",
    )
