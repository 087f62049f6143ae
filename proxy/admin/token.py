"""The token for what changes something on the admin port: a new one at each start, in a file that only you can
read.

Gateways may share a directory, and each has a file of its own: it is locked (flock) for as long as its gateway
lives, so that a lock that can be had tells of a dead one, however it died. Beside it stands the address of the admin
port that takes it, so that commands on this machine find each gateway of a directory.
"""

import contextlib
import errno
import hashlib
import hmac
import os
import secrets
from pathlib import Path
from typing import Final

import msgspec

from proxy.platform import files
from proxy.runtime.files import lock_for_life, replace_whole

NAME: Final = "admin-token"
_ADDRESS: Final = "admin-address"
_MOST_OCTETS: Final = 512
_MOST_FILES: Final = 1000


class AdminToken(msgspec.Struct, frozen=True):
    """Where the token stands, and its digest to compare with. `descriptor` is of the file, and holds its lock."""

    path: Path
    sha256: bytes
    descriptor: int

    def matches(self, authorization: bytes | None) -> bool:
        """Whether an `Authorization` header carries it as a Bearer token (RFC 6750 section 2.1)."""
        scheme, _, token = (authorization or b"").partition(b" ")
        right = hmac.compare_digest(hashlib.sha256(token.strip()).digest(), self.sha256)
        return right and scheme.lower() == b"bearer"

    def tell_address(self, url: str) -> None:
        """Write down which admin port takes the token; where that fails, commands must be told with --admin."""
        with contextlib.suppress(OSError):
            replace_whole(_address_file(self.path), f"{url}\n".encode("ascii"), durable=False)

    def withdraw(self) -> None:
        """Remove both files and unlock their name for another gateway. Once only."""
        with contextlib.suppress(OSError):
            if os.path.samestat(
                os.fstat(self.descriptor), self.path.lstat()
            ):  # the directory may be another one by now
                _address_file(self.path).unlink(missing_ok=True)
                files.remove_locked(self.path, self.descriptor)
                return
        with contextlib.suppress(OSError):  # of a dead disk: the descriptor is gone all the same
            os.close(self.descriptor)


class AdminPort(msgspec.Struct, frozen=True):
    """An admin port and its token. `url` is "" where it is not known."""

    url: str
    token: str

    def __repr__(self) -> str:
        """Without the token."""
        return f"AdminPort({self.url})"


def admin_ports(directory: Path) -> list[AdminPort]:
    """The admin ports of the gateways with this journal directory; dead ones that left their files may be among
    them."""
    found = []
    for path in sorted(directory.glob(f"{NAME}*")):
        number = path.name.removeprefix(NAME)
        if (number == "" or number.removeprefix("-").isdecimal()) and (token := _first_line(path)):
            found.append(AdminPort(_first_line(_address_file(path)), token))
    return found


def _first_line(path: Path) -> str:
    """Of a small file of this user's own; "" where there is none."""
    try:
        descriptor = files.open_to_read(path, follow=False)
    except OSError:
        return ""
    try:
        mine = files.is_own(os.fstat(descriptor))
        return os.read(descriptor, _MOST_OCTETS).decode("ascii", "replace").partition("\n")[0] if mine else ""
    except OSError:
        return ""
    finally:
        os.close(descriptor)


def _address_file(token_file: Path) -> Path:
    return token_file.with_name(token_file.name.replace(NAME, _ADDRESS, 1))


def write_admin_token(directory: Path) -> AdminToken | None:
    """Make a token and put it into a file of `directory` with mode 0600; None where it cannot be written: then
    nothing on the admin port changes anything.

    The file is `admin-token`, or, while other gateways with the same directory live, the first of `admin-token-2`,
    `admin-token-3` ... that none of them has. What dead ones left is used again or removed.
    """
    token = secrets.token_urlsafe(32)
    try:
        path, descriptor = _own_file(directory)
    except OSError:
        return None
    made = AdminToken(path, hashlib.sha256(token.encode("ascii")).digest(), descriptor)
    try:
        _address_file(path).unlink(missing_ok=True)  # a dead gateway's
        files.make_private(descriptor)
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{token}\n".encode("ascii"))
    except OSError:
        made.withdraw()
        return None
    _remove_stale(directory)
    return made


def _own_file(directory: Path) -> tuple[Path, int]:
    """The first name that no living gateway has, open and locked. Raises OSError."""
    for number in range(1, _MOST_FILES + 1):
        path = directory / (NAME if number == 1 else f"{NAME}-{number}")
        descriptor = lock_for_life(path, create=True)
        if descriptor is not None:
            return path, descriptor
    raise FileExistsError(errno.EEXIST, "too many gateways share the directory")


def _remove_stale(directory: Path) -> None:
    """Remove the token files that dead gateways left."""
    with contextlib.suppress(OSError):
        for path in directory.glob(f"{NAME}-*"):
            if not path.name.removeprefix(f"{NAME}-").isdecimal():
                continue
            descriptor = lock_for_life(path, create=False)
            if descriptor is not None:
                _address_file(path).unlink(missing_ok=True)
                files.remove_locked(path, descriptor)
