"""Private files that other processes may read or change at the same time: written whole, locked, watched.

Every file has mode 0600 from its first octet.
"""

import contextlib
import os
import re
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from proxy.core.errors import ConfigError
from proxy.core.key_shapes import described, is_key_as_name
from proxy.platform import files as system

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
        with os.fdopen(system.open_new(draft), "wb") as file:
            file.write(content)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        system.replace(draft, path)
    except BaseException:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise
    if durable:
        system.sync_directory(path.parent)


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
    descriptor = system.open_lockable(path.with_name(path.name + ".lock"), create=True)
    try:
        for attempt in range(tries):
            try:
                system.lock(descriptor)
                break
            except BlockingIOError:
                if attempt == tries - 1:
                    raise
                time.sleep(pause_seconds)
        yield
    finally:
        os.close(descriptor)


def lock_for_life(path: Path, *, create: bool) -> int | None:
    """The file, open and locked until it is closed or the process dies; None where another process has the lock, or
    took the file away at this moment. Raises OSError."""
    descriptor = system.open_lockable(path, create=create)
    try:
        system.lock(descriptor)
        if os.path.samestat(os.fstat(descriptor), path.lstat()):
            return descriptor
    except (BlockingIOError, FileNotFoundError):
        pass
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None
