"""Files: locked by `msvcrt`, put in place by renaming, without modes.

Opened as octets (the C library would end lines in its own way), and closed for children (PEP 446). What somebody
has open can neither be removed nor renamed; readers here close soon, so it is tried again.
"""

import contextlib
import errno
import msvcrt
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

assert sys.platform == "win32"  # so that mypy looks with the right library

KEEPS_MODES = False

_LOCKED_AT: Final = 1 << 30
"""The octet that is locked. Locks here keep others from reading, so it lies behind everything that is written."""
_LOCK_OF_DIRECTORY: Final = ".lock"
_PAUSE_SECONDS: Final = 0.01
_TRIES: Final = 20


class Space(NamedTuple):
    full: bool
    free_octets: int
    free_files: int | None


def open_to_read(path: str | Path, *, follow: bool) -> int:
    if not follow:
        refuse_link(path)
    return os.open(path, os.O_RDONLY | os.O_BINARY)


def refuse_link(path: str | Path) -> None:
    """Raises OSError. A moment before it is opened: Windows has no way to do both at once."""
    if os.path.islink(path) or os.path.isjunction(path):  # noqa: PTH114  # half the cost
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))


def open_new(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_BINARY, 0o600)


def open_lockable(path: Path, *, create: bool) -> int:
    refuse_link(path)
    return os.open(path, os.O_RDWR | os.O_BINARY | (os.O_CREAT if create else 0), 0o600)


def lock(descriptor: int) -> None:
    os.lseek(descriptor, _LOCKED_AT, os.SEEK_SET)
    try:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    except PermissionError as error:  # EACCES, of somebody else's lock
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN)) from error
    finally:
        os.lseek(descriptor, 0, os.SEEK_SET)


@contextlib.contextmanager
def locked_directory(directory: Path) -> Iterator[None]:
    """By a file in it, which stays."""
    descriptor = open_lockable(directory / _LOCK_OF_DIRECTORY, create=True)
    try:
        while True:
            try:
                lock(descriptor)
                break
            except BlockingIOError:
                time.sleep(_PAUSE_SECONDS)
        yield
    finally:
        os.close(descriptor)


def replace(draft: Path, target: Path) -> None:
    _patiently(lambda: draft.replace(target))


def _patiently(act: Callable[[], object]) -> None:
    """Again while somebody has the file open. Raises OSError."""
    for _ in range(_TRIES - 1):
        try:
            act()
        except PermissionError:
            time.sleep(_PAUSE_SECONDS)
        else:
            return
    act()


def place_new(draft: Path, target: Path) -> None:
    """Without a second name in between: renaming fails here where anything has the name."""
    draft.rename(target)


def remove_locked(path: Path, descriptor: int) -> None:
    """Closed first: whoever takes it between the two keeps it, and it stays for that one to remove."""
    with contextlib.suppress(OSError):
        os.close(descriptor)
    with contextlib.suppress(OSError):
        path.unlink()


def sync_directory(directory: Path) -> None:
    """Not possible here, and not needed on NTFS, which keeps a journal of names."""


def read_at(descriptor: int, octets: int, place: int) -> bytes:
    os.lseek(descriptor, place, os.SEEK_SET)
    return os.read(descriptor, octets)


def has_input(descriptor: int, seconds: float) -> bool:
    """Not known: `select` takes sockets alone here. Whoever reads then waits for the end of the pipe."""
    return True


def make_private(descriptor: int) -> None:
    """Nothing: whoever may read the directory may read what is made in it."""


def is_own(facts: os.stat_result) -> bool:
    """Not known by what `stat` tells here."""
    return True


def own_user() -> int:
    return 0


def is_open_to_others(facts: os.stat_result) -> bool:
    """Not known by what `stat` tells here."""
    return False


def is_writable_by_others(facts: os.stat_result) -> bool:
    """Not known by what `stat` tells here."""
    return False


def space(place: Path) -> Space:
    free = shutil.disk_usage(place).free
    return Space(full=free == 0, free_octets=free, free_files=None)
