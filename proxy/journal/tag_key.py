"""The journal's own key for tags: a state file, so one that cannot be used stops nobody from trading.

It is made whole or not at all: a gateway that is killed while it makes one leaves none. One that is damaged, a link
or pipe in its place, or one that others may touch is set aside under another name, and a new key is drawn: what was
tagged before keeps its tags, and the owner who puts the old file back has them again.
"""

import contextlib
import errno
import os
import secrets
import stat
from typing import Final

from proxy.core.errors import ConfigError
from proxy.journal.files import Directory

TAG_KEY: Final = "tag.key"
TAG_KEY_OCTETS: Final = 32

_NO_LINKS: Final = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})
"""What file systems without hard links say."""


def draw_key() -> bytes:
    return os.urandom(TAG_KEY_OCTETS)


def read_key(directory: Directory) -> bytes:
    """The key that is there. Raises FileNotFoundError where none is, ConfigError where it cannot be used."""
    try:
        # non-blocking, so that a named pipe cannot hold the start
        descriptor = directory.open(TAG_KEY, os.O_RDONLY | os.O_NONBLOCK)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise _unusable(directory, f"cannot be read: {error.strerror}") from None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise _unusable(directory, "is not a regular file")
        if status.st_uid != os.geteuid() or stat.S_IMODE(status.st_mode) & 0o077:
            raise _unusable(directory, "must be yours and have mode 0600")
        key = os.read(descriptor, TAG_KEY_OCTETS + 1)
    finally:
        os.close(descriptor)
    if len(key) != TAG_KEY_OCTETS:
        raise _unusable(directory, "is damaged")
    return key


def make_key(directory: Directory) -> bytes:
    """Draw a key and put it where none is; the one of another gateway that was faster. Raises OSError, and
    ConfigError where what came meanwhile cannot be used."""
    key = draw_key()
    draft = f".{TAG_KEY}.{secrets.token_hex(6)}"
    descriptor = directory.create(draft)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(key)
        try:
            directory.link(draft, TAG_KEY)
        except FileExistsError:
            return read_key(directory)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            directory.rename(draft, TAG_KEY)
    finally:
        with contextlib.suppress(OSError):
            directory.remove(draft)
    return key


def set_aside(directory: Directory) -> str:
    """Give what stands in the key's place another name, and say which. Raises OSError."""
    name = f"{TAG_KEY}.unusable-{secrets.token_hex(4)}"
    directory.rename(TAG_KEY, name)
    return name


def _unusable(directory: Directory, why: str) -> ConfigError:
    return ConfigError(
        f"{directory.path / TAG_KEY} {why}",
        "the next start of the gateway sets it aside and makes a new one; its tags will differ from older ones",
    )
