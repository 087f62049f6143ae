"""An open directory: everything in it is reached through a descriptor, so that nobody can swap the path between two
steps, and never through a link.
"""

import contextlib
import os
import stat
import sys
from pathlib import Path

from proxy.platform.posix import files

assert sys.platform != "win32"  # so that mypy looks with the right library


class Handle:
    """Whatever opens something returns a descriptor, closed for children. All of it may raise OSError."""

    __slots__ = ("_fd",)

    def __init__(self, path: Path | None = None) -> None:
        """Without a path one that is closed."""
        self._fd = -1 if path is None else os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)

    def take(self) -> bool:
        """Whether it belongs to this user; then nobody else may enter it (0700) from now on."""
        facts = os.fstat(self._fd)
        if not files.is_own(facts):
            return False
        if stat.S_IMODE(facts.st_mode) & 0o077:
            os.fchmod(self._fd, 0o700)
        return True

    def close(self) -> None:
        """May be called again. Never raises."""
        if self._fd >= 0:
            fd, self._fd = self._fd, -1
            with contextlib.suppress(OSError):  # of a dead disk: the descriptor is gone all the same
                os.close(fd)

    def create(self, name: str) -> int:
        """A new file for appending, 0600; FileExistsError where anything has that name."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_NOFOLLOW
        descriptor = os.open(name, flags, 0o600, dir_fd=self._fd)
        os.fchmod(descriptor, 0o600)
        return descriptor

    def open_to_read(self, name: str) -> int:
        """A pipe is not waited for."""
        return os.open(name, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW, dir_fd=self._fd)

    def open_to_append(self, name: str) -> int:
        return os.open(name, os.O_WRONLY | os.O_APPEND | os.O_NONBLOCK | os.O_NOFOLLOW, dir_fd=self._fd)

    def names(self) -> list[str]:
        return os.listdir(self._fd)  # noqa: PTH208  # by descriptor

    def stat(self, name: str) -> os.stat_result:
        """Of the name itself, also where it is a link."""
        return os.stat(name, dir_fd=self._fd, follow_symlinks=False)

    def remove(self, name: str) -> None:
        os.unlink(name, dir_fd=self._fd)

    def link(self, name: str, other: str) -> None:
        """Give a file a second name; FileExistsError where anything has that name."""
        os.link(name, other, src_dir_fd=self._fd, dst_dir_fd=self._fd, follow_symlinks=False)

    def rename(self, name: str, other: str) -> None:
        os.rename(name, other, src_dir_fd=self._fd, dst_dir_fd=self._fd)
