"""Files: opened without waiting, private, locked, put in place.

Python opens every file closed for children (PEP 446: O_CLOEXEC).
"""

import contextlib
import fcntl
import os
import select
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

assert sys.platform != "win32"  # so that mypy looks with the right library

KEEPS_MODES = True
"""Whether the mode of a file says who may use it."""


class Space(NamedTuple):
    """What a disk has left: for everybody, for this user, in files (None: without a bound)."""

    full: bool
    free_octets: int
    free_files: int | None


def open_to_read(path: str | Path, *, follow: bool) -> int:
    """Open whatever stands there, a pipe without waiting for its writer. `follow`: a link in the last step. Raises
    OSError, ValueError for what is no path."""
    return os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | (0 if follow else os.O_NOFOLLOW))


def open_new(path: Path) -> int:
    """A new file to write, 0600. Raises OSError; FileExistsError where anything has that name."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)


def open_lockable(path: Path, *, create: bool) -> int:
    """A file to lock, 0600 if it is made. Raises OSError."""
    flags = os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | (os.O_CREAT if create else 0)
    return os.open(path, flags, 0o600)


def lock(descriptor: int) -> None:
    """Lock for this descriptor alone, until it is closed or the process dies. Raises BlockingIOError where another
    has it, OSError."""
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextlib.contextmanager
def locked_directory(directory: Path) -> Iterator[None]:
    """Hold the lock of a directory for this block, waiting for whoever has it. Raises OSError."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def replace(draft: Path, target: Path) -> None:
    """Put a file in the place of another at once, though others read that one. Raises OSError."""
    draft.replace(target)


def place_new(draft: Path, target: Path) -> None:
    """Give a file a name that nothing has; the draft may still stand. Raises OSError; FileExistsError."""
    os.link(draft, target)


def remove_locked(path: Path, descriptor: int) -> None:
    """Remove a file whose lock is ours, and let go of it. Never raises OSError."""
    with contextlib.suppress(OSError):
        path.unlink()
    with contextlib.suppress(OSError):  # of a dead disk: the descriptor is gone all the same
        os.close(descriptor)


def sync_directory(directory: Path) -> None:
    """Have the names in it on the disk. Raises OSError."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_at(descriptor: int, octets: int, place: int) -> bytes:
    return os.pread(descriptor, octets, place)


def has_input(descriptor: int, seconds: float) -> bool:
    """Whether a pipe or file has something to read, or has ended, within this time."""
    return bool(select.select([descriptor], [], [], seconds)[0])


def make_private(descriptor: int) -> None:
    """0600, whatever the umask. Raises OSError."""
    os.fchmod(descriptor, 0o600)


def is_own(facts: os.stat_result) -> bool:
    """Whether the file belongs to the user who runs this."""
    return facts.st_uid == os.geteuid()


def own_user() -> int:
    """The number of that user, for words to a person."""
    return os.geteuid()


def is_open_to_others(facts: os.stat_result) -> bool:
    """Whether its mode lets others read or write it."""
    return bool(stat.S_IMODE(facts.st_mode) & 0o077)


def is_writable_by_others(facts: os.stat_result) -> bool:
    return bool(stat.S_IMODE(facts.st_mode) & 0o022)


def space(place: Path) -> Space:
    """Raises OSError."""
    facts = os.statvfs(place)
    left = facts.f_bavail if os.geteuid() else facts.f_bfree
    return Space(
        full=bool(facts.f_blocks and not left),
        free_octets=facts.f_bavail * facts.f_frsize,
        free_files=facts.f_favail if facts.f_files else None,
    )
