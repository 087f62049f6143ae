"""Reading a journal: tolerant of torn lines, across files, and onward while the gateway writes.

It may be somebody else's, and a client's or the exchange's words stand in one's own: all of its texts are `Foreign`.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from proxy.core.errors import ConfigError
from proxy.core.foreign import Foreign
from proxy.core.key_shapes import shown_place
from proxy.core.redaction.foreign_record import (
    ForeignDropped,
    ForeignFlow,
    ForeignIntent,
    ForeignOutcome,
    ForeignRecord,
    decode_foreign,
)
from proxy.journal.chain_records import CHAIN_LINES
from proxy.journal.files import BUNDLED, PATTERN
from proxy.journal.lines import Tail, bounded_lines, open_regular

_SHORTEST_RECORD: Final = 40
"""Octets; the least has 49. What is shorter need not be looked at: gigabytes of tiny lines are skipped fast."""
_MOST_OPEN: Final = 100_000
_OUTCOME: Final = b'{"type":"outcome"'
_ZIP: Final = b"PK\x03\x04"

type Wait = Callable[[], None]
"""Waits a little before the journal is looked at again."""


class Entry(msgspec.Struct, frozen=True):
    """One flow of the journal with its intent and outcome, or an intent that no flow followed."""

    record: ForeignFlow | ForeignIntent
    line: bytes
    intent: ForeignIntent | None = None
    outcome: ForeignOutcome | None = None
    outcome_line: bytes = b""
    again: bool = False
    """The flow was handed out before, and its outcome came later; only while following."""

    @property
    def unfinished(self) -> bool:
        """The gateway ended before it could say how this write ended: look it up at the exchange."""
        return isinstance(self.record, ForeignIntent)


class Reader(msgspec.Struct):
    """Reads one journal directory, or one file of lines. Counts what it could not read."""

    path: Path
    torn: int = 0
    """Lines cut by a full disk or a killed process, or damaged since."""
    dropped: int = 0
    """Lines that the gateway says it could not write."""
    _open: dict[Foreign, tuple[ForeignIntent, bytes]] = msgspec.field(default_factory=dict)
    _outcomes: dict[Foreign, tuple[ForeignOutcome, bytes]] = msgspec.field(default_factory=dict)
    _unknown: dict[Foreign, Entry] = msgspec.field(default_factory=dict)
    """Flows whose outcome may still come."""

    def records(self) -> Iterator[tuple[ForeignRecord, bytes]]:
        """Every record that can be read, in the order of writing. Raises ConfigError if there is no journal."""
        for path in self.files():
            with suppress(FileNotFoundError), open_regular(path) as file:  # retention may be faster
                yield from self._decoded(bounded_lines(file))

    def entries(self) -> Iterator[Entry]:
        """Flows joined with their intents and outcomes; at the end the intents that stayed alone."""
        self._read_outcomes()
        for record, line in self.records():
            yield from self._joined(record, line)
        yield from self._alone()

    def follow(self, wait: Wait) -> Iterator[Entry]:
        """As `entries`, then on for ever with what is written later, across rotation."""
        for line in self._growing(wait):
            for record, kept in self._decoded([line]):
                yield from self._joined(record, kept)

    def files(self) -> list[Path]:
        """The journal's files, oldest first. Raises ConfigError if there is no journal, or it is not ours."""
        if self.path.is_file():
            return [_no_archive(self.path)]
        if not self.path.is_dir():
            raise ConfigError(
                f"there is no journal at {shown_place(self.path)}",
                "name its directory with --journal, or start the gateway",
            )
        try:
            names = sorted(path for path in self.path.iterdir() if PATTERN.fullmatch(path.name))
        except PermissionError:
            raise ConfigError(
                f"the journal at {self.path} is not readable", "it belongs to the user who runs the gateway"
            ) from None
        return names or self._unpacked()

    def _unpacked(self) -> list[Path]:
        """The lines of a bundle: in this folder, or in the only one below it that holds some."""
        here = self.path / BUNDLED
        below = [here] if here.is_file() else list(self.path.glob(f"*/{BUNDLED}"))
        return below if len(below) == 1 and below[0].is_file() else []

    def _decoded(self, lines: Iterator[bytes] | list[bytes]) -> Iterator[tuple[ForeignRecord, bytes]]:
        for line in lines:
            if not line or line.startswith(CHAIN_LINES):
                continue
            try:
                record = _decode(line)
            except ValueError:
                self.torn += 1
                continue
            if isinstance(record, ForeignDropped):
                self.dropped += record.count
            yield record, line

    def _joined(self, record: ForeignRecord, line: bytes) -> Iterator[Entry]:
        if isinstance(record, ForeignIntent):
            if len(self._open) < _MOST_OPEN:
                self._open[record.request_id] = record, line
        elif isinstance(record, ForeignFlow):
            intent = self._open.pop(record.request_id, None)
            outcome = self._outcomes.pop(record.request_id, (None, b""))
            entry = Entry(record, line, intent[0] if intent else None, *outcome)
            if (
                intent
                and record.execution == "unknown"
                and entry.outcome is None
                and len(self._unknown) < _MOST_OPEN
            ):
                self._unknown[record.request_id] = entry
            yield entry
        elif isinstance(record, ForeignOutcome):
            if known := self._unknown.pop(record.request_id, None):
                yield msgspec.structs.replace(known, outcome=record, outcome_line=line, again=True)
            elif record.request_id in self._open:  # its flow is still to come
                self._outcomes[record.request_id] = record, line

    def _alone(self) -> Iterator[Entry]:
        for record, line in self._open.values():
            outcome = self._outcomes.pop(record.request_id, (None, b""))
            yield Entry(record, line, None, *outcome)
        self._open.clear()

    def _read_outcomes(self) -> None:
        """An outcome stands behind its flow as often as before it, so they are read first."""
        for path in self.files():
            with suppress(FileNotFoundError), open_regular(path) as file:
                for line in bounded_lines(file):
                    if line.startswith(_OUTCOME) and len(self._outcomes) < _MOST_OPEN:
                        with suppress(ValueError):
                            record = decode_foreign(line)
                            if isinstance(record, ForeignOutcome):
                                self._outcomes[record.request_id] = record, line

    def _growing(self, wait: Wait) -> Iterator[bytes]:
        """Whole lines of all files, waiting at the end of the newest."""
        tail: Tail | None = None
        while True:
            files = self.files()
            later = [path for path in files if tail is None or path.name > tail.path.name]
            if tail is not None and tail.path in files:
                with suppress(FileNotFoundError):
                    yield from tail.lines()
            if later:
                self.torn += bool(tail and tail.rest)
                tail = Tail(later[0])
            else:
                wait()


def _decode(line: bytes) -> ForeignRecord:
    """Raises ValueError for anything but a record."""
    if len(line) < _SHORTEST_RECORD:
        raise ValueError("too short for a record")
    return decode_foreign(line)


def find_flow(directory: Path | str, request_id: str) -> bytes | None:
    """The line of one flow, looked for from the newest file on; None while it is not written (yet)."""
    wanted = b'"request_id":"%b"' % request_id.encode("ascii", "replace")
    try:
        files = Reader(Path(directory)).files()
    except ConfigError:
        return None
    for path in reversed(files):
        with suppress(FileNotFoundError), open_regular(path) as file:
            for line in bounded_lines(file):
                if wanted in line and line.startswith(b'{"type":"flow"'):
                    return line
    return None


def _no_archive(path: Path) -> Path:
    """The path, unless it is a zip such as a bundle. Raises ConfigError."""
    with suppress(FileNotFoundError), open_regular(path) as file:
        if file.read(len(_ZIP)) == _ZIP:
            raise ConfigError(
                f"{shown_place(path)} is a zip, not a journal",
                "unpack it, and name the directory with --journal; `signing-proxy explain FILE` reads it as it is",
            )
    return path
