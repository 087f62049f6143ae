"""Private files that other processes may read or change at the same time: written whole, locked, watched.

Every file has mode 0600 from its first octet.
"""

import contextlib
import fcntl
import os
import re
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from proxy.core.errors import ConfigError
from proxy.core.key_shapes import described, is_key_as_name

_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_LOCKABLE: Final = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC

_DRAFT_OCTETS: Final = 6

type Stamp = tuple[int, int, int]
"""Inode, size and time of change in ns: if it differs, the file is another one."""


def require_name(path: Path) -> None:
    """Nothing is made under a name that could be a key: it was given where a path belongs, and a directory listing, a
    backup and the first line of output would show it. What is there already may have any name. Raises ConfigError.
    """
    for place in (path, *path.parents):
        if os.path.exists(place):  # noqa: PTH110  # False for what the system takes no path for
            return
        if is_key_as_name(place.name):
            raise ConfigError(
                f"this is no name for a new file or directory: {described(place.name)}",
                "a secret never belongs on the command line or in the place of a path; if it was real, replace it. "
                "If the name is meant, make the directory yourself",
            )


def replace_whole(path: Path, content: bytes, *, durable: bool) -> None:
    """Put a new file in the place of `path`: whole, or the old one stays. Raises OSError.

    `durable`: it is on the disk when this returns (fsync); without, a loss of power may leave an empty file.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(_DRAFT_OCTETS)}")
    try:
        with os.fdopen(os.open(draft, _NEW, 0o600), "wb") as file:
            file.write(content)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise
    if durable:
        _sync_directory(path.parent)


def remove_drafts(path: Path) -> None:
    """Remove what killed processes left of `replace_whole`. Only for who holds the lock of `path`: nobody else then
    has one that is still needed. What cannot be removed stays."""
    pattern = re.compile(re.escape(f".{path.name}.") + f"[0-9a-f]{{{2 * _DRAFT_OCTETS}}}")
    with contextlib.suppress(OSError):
        for one in path.parent.iterdir():
            if pattern.fullmatch(one.name):
                one.unlink()


def stamp(path: Path, *, follow: bool = True) -> Stamp | None:
    """Differs once the file was changed or replaced; None where there is no file. `follow`: symbolic links."""
    try:
        facts = os.stat(path, follow_symlinks=follow)  # noqa: PTH116  # half the cost of Path.stat, many times a second
    except OSError:
        return None
    return facts.st_ino, facts.st_size, facts.st_mtime_ns


@contextlib.contextmanager
def locked(path: Path, *, tries: int = 1, pause_seconds: float = 0.0) -> Iterator[None]:
    """Hold the lock that stands beside `path`, for this block. The lock file stays.

    Raises OSError where it cannot be made, BlockingIOError where another process keeps it for all the tries.
    """
    descriptor = os.open(path.with_name(path.name + ".lock"), _LOCKABLE, 0o600)
    try:
        for attempt in range(tries):
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if attempt == tries - 1:
                    raise
                time.sleep(pause_seconds)
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def locked_directory(directory: Path) -> Iterator[None]:
    """Hold the lock of a directory for this block, waiting for whoever has it. Raises OSError."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def lock_for_life(path: Path, *, create: bool) -> int | None:
    """The file, open and locked until it is closed or the process dies; None where another process has the lock, or
    took the file away at this moment. Raises OSError."""
    flags = os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | (os.O_CREAT if create else 0)
    descriptor = os.open(path, flags, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(descriptor), path.lstat()):
            return descriptor
    except (BlockingIOError, FileNotFoundError):
        pass
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
