"""A directory, by its path: Windows opens none. Links in it are looked for a moment before something is opened."""

import errno
import os
import sys
from pathlib import Path
from typing import Final

from proxy.platform.windows import files

assert sys.platform == "win32"  # so that mypy looks with the right library

_APPEND: Final = os.O_WRONLY | os.O_APPEND | os.O_BINARY


class Handle:
    """As in `posix/directory.py`."""

    __slots__ = ("_path",)

    def __init__(self, path: Path | None = None) -> None:
        """Without a path one that is closed."""
        self._path = Path() if path is None else path.absolute()
        files.refuse_link(self._path)
        if not self._path.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(path))

    def take(self) -> bool:
        """Who may enter is said by the directory's access control list, which is left as it is."""
        return True

    def close(self) -> None:
        pass

    def create(self, name: str) -> int:
        return os.open(self._path / name, _APPEND | os.O_CREAT | os.O_EXCL, 0o600)

    def open_to_read(self, name: str) -> int:
        return files.open_to_read(self._path / name, follow=False)

    def open_to_append(self, name: str) -> int:
        files.refuse_link(self._path / name)
        return os.open(self._path / name, _APPEND)

    def names(self) -> list[str]:
        return os.listdir(self._path)  # noqa: PTH208  # names alone

    def stat(self, name: str) -> os.stat_result:
        return (self._path / name).lstat()

    def remove(self, name: str) -> None:
        (self._path / name).unlink()

    def link(self, name: str, other: str) -> None:
        """The file has the new name alone: renaming fails here where anything has it."""
        (self._path / name).rename(self._path / other)

    def rename(self, name: str, other: str) -> None:
        (self._path / name).replace(self._path / other)
