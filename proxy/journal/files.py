"""The journal's directory: names, modes, and opening without ever following a link.

All files are opened relative to the open directory, so that nobody can swap the path between two steps. The directory
is 0700 and the files 0600 whatever the umask. (What of it holds on which system: `platform/`.)
"""

import os
import re
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from proxy.core.errors import ConfigError
from proxy.platform import directory, files
from proxy.runtime.files import require_name

PATTERN: Final = re.compile(r"flows-[0-9]{8}T[0-9]{9}Z-[0-9]{4}\.jsonl")
BUNDLED: Final = "flows.jsonl"
"""The journal's lines in a bundle that `export` made."""
BUNDLED_HAR: Final = "flows.har"
"""The same flows beside them."""
AUDITED: Final = re.compile(r"audit-[0-9]{8}\.jsonl")
"""The audit's sweeps: they lie beside the flows, in a journal as in a bundle, and are none."""
_MOST_NAMES: Final = 10_000


class Entry(msgspec.Struct, frozen=True):
    """One journal file."""

    name: str
    octets: int
    changed_ms: int  # Unix ms


class Directory:
    """An open journal directory."""

    def __init__(self, path: Path) -> None:
        """Make the directory if it is missing. Raises ConfigError when it cannot be used safely."""
        self.path = path
        self.opened = 0
        """How often: each time it may be another one than before."""
        self._handle = directory.Handle()
        self.reopen()

    def reopen(self) -> None:
        """Open anew, making it where it is gone. Raises ConfigError."""
        self.close()
        require_name(self.path)
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._handle = directory.Handle(self.path)
            own = self._handle.take()
        except OSError as error:
            self.close()
            raise ConfigError(
                f"the journal directory {self.path} cannot be opened: {error.strerror}",
                "set journal.directory (or --journal) to a directory of your own, not to a link",
            ) from None
        if not own:
            self.close()
            raise ConfigError(f"the journal directory {self.path} belongs to another user")
        self.opened += 1

    def trouble(self) -> str:
        """Why nothing can be written here, as far as can be seen from outside; "" if nothing shows."""
        try:
            place = next(one for one in (self.path, *self.path.absolute().parents) if one.exists())
            if not os.access(place, os.W_OK | os.X_OK, effective_ids=os.access in os.supports_effective_ids):
                return f"the journal directory {self.path} cannot be written"
            full = files.space(place).full
        except OSError as error:
            return f"the journal directory {self.path}: {error.strerror}"
        return f"the disk of the journal directory {self.path} is full" if full else ""

    def close(self) -> None:
        self._handle.close()

    def create(self, name: str) -> int:
        """A new file for appending, 0600. Raises OSError; FileExistsError where anything has that name."""
        return self._handle.create(name)

    def holds(self, name: str, identity: tuple[int, int]) -> bool:
        """Whether `name` still is the very file (device and inode) that was opened."""
        try:
            found = self._handle.stat(name)
        except OSError:
            return False
        return (found.st_dev, found.st_ino) == identity

    def entries(self) -> list[Entry]:
        """The journal files, oldest first. Links and strangers are left out."""
        found: list[Entry] = []
        for name in sorted(filter(PATTERN.fullmatch, self._handle.names())):
            try:
                status = self._handle.stat(name)
            except FileNotFoundError:
                continue
            if stat.S_ISREG(status.st_mode):
                found.append(Entry(name, status.st_size, status.st_mtime_ns // 1_000_000))
        return found

    def remove(self, name: str) -> None:
        self._handle.remove(name)

    def open(self, name: str) -> int:
        """A file that is there, to read, never through a link; a pipe is not waited for. Raises OSError."""
        return self._handle.open_to_read(name)

    def open_to_append(self, name: str) -> int:
        """The same to write at its end."""
        return self._handle.open_to_append(name)

    def link(self, name: str, other: str) -> None:
        """Give a file a second name. Raises OSError; FileExistsError where anything has that name."""
        self._handle.link(name, other)

    def rename(self, name: str, other: str) -> None:
        self._handle.rename(name, other)


def free_names(unix_ms: int, after: str) -> "Names":
    """Names for a new file at this time, each later in order than `after`, also when the clock stepped back."""
    stamp = datetime.fromtimestamp(unix_ms / 1000, UTC).strftime("%Y%m%dT%H%M%S") + f"{unix_ms % 1000:03d}Z"
    number = 0
    if after and after[6:-11] >= stamp:
        stamp, number = after[6:-11], int(after[-10:-6]) + 1
    return Names(stamp, number)


class Names(msgspec.Struct):
    """Counts through the names of one stamp."""

    stamp: str
    number: int

    def __iter__(self) -> "Names":
        return self

    def __next__(self) -> str:
        if self.number >= _MOST_NAMES:
            raise StopIteration
        self.number += 1
        return f"flows-{self.stamp}-{self.number - 1:04d}.jsonl"
