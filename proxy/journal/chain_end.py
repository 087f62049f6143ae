"""Where the chain of a file ends: looked up at its end, whatever its size."""

import contextlib
import os
from typing import Final

from proxy.journal.chain import link_of
from proxy.journal.chain_records import PlaceRecord
from proxy.journal.files import Directory
from proxy.platform import files

_FIRST_LOOK: Final = 8 * 1024
_LAST_LOOK: Final = 256 * 1024
_MOST_FILES: Final = 8


def chain_end(directory: Directory, name: str) -> PlaceRecord | None:
    """The last whole line of a file that is linked; None where there is none near its end, or no such file."""
    try:
        descriptor = directory.open(name)
    except OSError:
        return None
    try:
        size = os.fstat(descriptor).st_size
        for look in (_FIRST_LOOK, _LAST_LOOK):
            start = max(0, size - look)
            tail = files.read_at(descriptor, look, start)
            for line in reversed(tail.split(b"\n")[bool(start) :]):
                if link := link_of(line):
                    return PlaceRecord(file=name, seq=link.seq, hash=link.hash.decode("ascii"))
            if start == 0:
                return None
    except OSError:  # no regular file: a pipe, a folder
        return None
    finally:
        with contextlib.suppress(OSError):
            os.close(descriptor)
    return None


def newest_ends(directory: Directory) -> list[PlaceRecord]:
    """The ends of the newest files that are there, oldest first. Raises OSError."""
    names = [entry.name for entry in directory.entries()[-_MOST_FILES:]]
    return [end for name in names if (end := chain_end(directory, name)) is not None]
