"""Lines of files that anybody may have written: within bounds of memory, and never waiting for a pipe."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

import msgspec

from proxy.core.errors import ConfigError
from proxy.platform import files

LONGEST_LINE: Final = 4 * 1024 * 1024
"""With its newline. The writer's own are far shorter."""
_CHUNK: Final = 1024 * 1024
_TOO_LONG: Final = b"\0"
"""Stands for the beginning of a line that is too long: no record begins like that."""


def open_regular(path: Path) -> IO[bytes]:
    """Open for reading without following a link in the last step. Raises FileNotFoundError or ConfigError."""
    try:
        descriptor = files.open_to_read(path, follow=False)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise ConfigError(f"{path} is not a regular file")
    return os.fdopen(descriptor, "rb")


def bounded_lines(file: IO[bytes]) -> Iterator[bytes]:
    """Lines without their newlines; of one that is too long its beginning alone, once."""
    while line := file.readline(LONGEST_LINE):
        yield line.rstrip(b"\n")
        while len(line) == LONGEST_LINE and not line.endswith(b"\n"):
            line = file.readline(LONGEST_LINE)


class Tail(msgspec.Struct):
    """A file that is still being written."""

    path: Path
    rest: bytes = b""
    """The beginning of a line that has not ended yet."""
    place: int = 0

    def lines(self) -> Iterator[bytes]:
        """The whole lines that came since the last time. Raises FileNotFoundError or ConfigError."""
        with open_regular(self.path) as file:
            file.seek(self.place)
            while chunk := file.read(_CHUNK):
                self.place += len(chunk)
                *whole, self.rest = (self.rest + chunk).split(b"\n")
                if len(self.rest) >= LONGEST_LINE:
                    self.rest = _TOO_LONG
                yield from whole
