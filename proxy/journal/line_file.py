"""One file after another to append whole lines to; survives full disks, removed files and short writes.

With a chain each line is linked to the one before it when it is written, and each file begins with a line that says
which chain it continues. What could not be written completely is no part of the chain: the next line that can be
written bears the hash of the octets that stand in its place.
"""

import errno
import os
from collections.abc import Sequence
from typing import Final

import msgspec

from proxy.core.errors import ConfigError
from proxy.core.redaction.record import SCHEMA, rfc3339
from proxy.journal.chain import Chain, Sign
from proxy.journal.chain_records import ChainRecord, PlaceRecord, encode_own
from proxy.journal.files import Directory, free_names

_NEWLINE: Final = 0x0A


class Written(msgspec.Struct):
    """What became of a batch."""

    lines: int  # that stand in the file completely
    fault: str = ""  # symbolic name of the error that stopped the rest


class LineFile:
    """Appends lines to the current file of a directory."""

    def __init__(
        self,
        directory: Directory,
        file_octets: int,
        chain: Chain | None = None,
        beside: Sequence[PlaceRecord] = (),
    ) -> None:
        """`beside`: the last lines of other files, which the first line of the chain bears witness to."""
        self._directory = directory
        self._file_octets = file_octets
        self._chain = chain
        self._beside = tuple(beside)
        self._last_file = ""  # that holds a line of the chain
        self._bare = False  # the file has no first line yet
        self._rest = b"\n"  # octets behind the last whole line: its newline, and what is no line
        self._rest_before = b"\n"  # the same when the file was begun
        self._fd = -1
        self._identity = (0, 0)
        self._torn = False  # the file ends in the middle of a line
        self._kept = _any_descriptor()
        self.name = ""
        self.octets = 0

    def full(self, coming: int) -> bool:
        """Whether `coming` more octets would make the file too big."""
        return self.octets > 0 and self.octets + coming > self._file_octets

    def write(self, lines: Sequence[bytes], unix_ms: int, sign: Sign | None = None) -> Written:
        """Append lines (without newlines) by one write if the kernel takes it whole; `sign` signs the last one.
        Never raises OSError."""
        try:
            self._ready(unix_ms)
        except (OSError, ConfigError) as error:
            return Written(0, _name(error))
        own = 0  # lines that the caller did not give
        if self._chain is not None:
            if self._bare:
                own, lines = 1, [self._first_line(self._chain, unix_ms), *lines]
            lines = self._chain.bind(lines, torn=self._rest[1:].removesuffix(b"\n"), sign=sign)
        prefix = b"\n" if self._torn else b""
        data = prefix + b"\n".join((*lines, b""))
        done, fault = self._append(data)
        self.octets += done
        if done:
            self._torn = data[done - 1] != _NEWLINE
        if not fault:
            self._stand(len(lines), b"\n")
            return Written(len(lines) - own)
        whole, end = _whole(lines, done - len(prefix))
        self._stand(whole, data[len(prefix) + end : done] if whole else self._rest + data[:done])
        if fault == "EFBIG":
            self.rotate()
        return Written(max(0, whole - own), fault)

    def rotate(self) -> None:
        """Close the current file; the next write opens another. Its descriptor is kept for that one."""
        if self._fd >= 0:
            os.close(self._fd)
            self._kept = _any_descriptor()
            if self._bare:  # nothing in it can be told to belong to the chain
                self._rest = self._rest_before
            elif not self._rest.endswith(b"\n"):
                self._rest += b"\n"
        self._fd, self._torn, self.octets = -1, False, 0

    def close(self) -> None:
        """Close the current file, and keep nothing."""
        self.rotate()
        self._let_go()

    def _first_line(self, chain: Chain, unix_ms: int) -> bytes:
        return encode_own(
            ChainRecord(
                schema=SCHEMA,
                time=rfc3339(unix_ms),
                chain=chain.name,
                file=self.name,
                previous=self._last_file,
                before=chain.head.decode("ascii"),
                beside=() if chain.lines else self._beside,
            )
        )

    def _stand(self, whole: int, rest: bytes) -> None:
        """So many of the lines that were just written stand, and behind them these octets."""
        self._rest = rest
        if whole and self._chain is not None:
            self._chain.keep(whole)
            self._bare, self._last_file = False, self.name

    def _ready(self, unix_ms: int) -> None:
        """Have an open file that still stands in the directory under its name."""
        if self._fd >= 0 and self._directory.holds(self.name, self._identity):
            return
        self.rotate()
        try:
            self._open(unix_ms)
        except OSError:  # the directory is gone, or its disk was taken away and another stands in its place
            self._directory.reopen()
            self._open(unix_ms)
        finally:
            if self._fd < 0:
                self._kept = _any_descriptor()

    def _open(self, unix_ms: int) -> None:
        self._let_go()  # to list a directory takes one, too
        entries = self._directory.entries()
        last = max([self.name, *(entry.name for entry in entries)])
        for name in free_names(unix_ms, last):
            try:
                self._fd = self._directory.create(name)
            except FileExistsError:
                continue
            status = os.fstat(self._fd)
            self.name, self._identity = name, (status.st_dev, status.st_ino)
            self._bare, self._rest_before = True, self._rest
            return
        raise FileExistsError("no free name")

    def _let_go(self) -> None:
        """Give the descriptor back that was kept: the very next one that is opened has its place."""
        if self._kept >= 0:
            os.close(self._kept)
        self._kept = -1

    def _append(self, data: bytes) -> tuple[int, str]:
        """How many octets were taken, and the fault that stopped it."""
        done = 0
        while done < len(data):
            try:
                taken = os.write(self._fd, data[done:])
            except OSError as error:
                return done, _name(error)
            if taken == 0:
                return done, "EIO"
            done += taken
        return done, ""


def _any_descriptor() -> int:
    """A descriptor that is held for later, -1 where there is none: connections may take all the others, and who
    has none left cannot open a file (open(2), EMFILE)."""
    try:
        return os.open(os.devnull, os.O_RDONLY)
    except OSError:
        return -1


def _whole(lines: Sequence[bytes], done: int) -> tuple[int, int]:
    """How many lines stand completely when `done` octets of them were taken, and the octets of those; the last may
    lack its newline, which the next write begins with and which is not counted."""
    whole, end, start = 0, 0, 0
    for line in lines:
        if done < start + len(line):
            break
        whole, end = whole + 1, start + len(line)
        start = end + 1
    return whole, end


def _name(error: Exception) -> str:
    number = error.errno if isinstance(error, OSError) and error.errno else 0
    return errno.errorcode.get(number, type(error).__name__)
