"""The only writer of flows. It takes redacted ones and nothing else.

An intent is handed to the kernel by one write before the first octet of the request leaves; there is no fsync,
since what has to be survived is the death of the process. Flows are written in batches after the answer was
given: one write for each costs more than the record itself, and 64 at once would show in the latency.
A fault never reaches the caller: lines that could not be written are counted, told, and written about.

The lines are a chain (`chain.py`), of this process alone. It is signed after so many lines, or so many seconds after
the first that is not: never on the way of a request that waits for its intent.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Protocol

from proxy.core.errors import ConfigError
from proxy.core.readings import Reading, counter
from proxy.core.redaction import (
    SCHEMA,
    AnyRecord,
    DroppedRecord,
    RedactedFlow,
    RedactedIntent,
    RedactedOutcome,
    RemovedRecord,
    encode_record,
    rfc3339,
)
from proxy.core.settings import JournalSettings
from proxy.journal.chain import LINK_OCTETS, Chain
from proxy.journal.chain_end import chain_end, newest_ends
from proxy.journal.chain_records import CheckpointRecord, PlaceRecord, encode_own
from proxy.journal.checkpoint_key import CheckpointKey
from proxy.journal.files import Directory
from proxy.journal.key_file import (
    CHAIN_KEY,
    TAG_KEY,
    KeyFile,
    draw_key,
    make_key,
    put_key,
    read_key,
    set_aside,
)
from proxy.journal.line_file import LineFile
from proxy.journal.retention import Surplus, surplus

_BATCH_LINES: Final = 8
_BATCH_SECONDS: Final = 0.05
_TELL_SECONDS: Final = 60.0
_TIDY_SECONDS: Final = 3600.0
_SIGNED_LINES: Final = 256
_SIGNED_SECONDS: Final = 10.0
_PATIENCE: Final = 6
"""So many times as many lines, or as long, are awaited while the library that signs is not loaded yet: the program
loads it in idle moments, and requests would feel it."""
_OWN_OCTETS: Final = 2048
"""Room in a file for its first line and its last checkpoint."""

type Tell = Callable[[str, dict[str, Any]], None]
"""Called with an event name and its facts: `journal_dropped`, `journal_recovered`, `journal_removed` ..."""

type Later = Callable[[float, Callable[[], None]], object]
"""Calls back after some seconds, as `loop.call_later` does."""


class Clock(Protocol):
    """The two clocks the journal reads."""

    def unix_ms(self) -> int: ...

    def monotonic(self) -> float: ...


def _program_log() -> Tell:
    """Tells the program's log. Imported when a journal is opened to be written: readers have nothing to say, and
    on a broken disk it would be too late."""
    import structlog  # noqa: PLC0415  # when a journal is opened, see above

    log = structlog.get_logger("journal")

    def tell(event: str, facts: dict[str, Any]) -> None:
        (log.info if event == "journal_removed" else log.warning)(event, **facts)

    return tell


class Journal:
    """The append-only record of redacted flows in one directory."""

    def __init__(
        self, settings: JournalSettings, clock: Clock, *, later: Later | None = None, tell: Tell | None = None
    ) -> None:
        """Open the directory and its keys. Without `later` every record is written at once.

        Raises ConfigError when the directory cannot be used safely; a full or broken disk is no reason.
        """
        self._directory = Directory(Path(settings.directory))
        self._settings = settings
        self._clock = clock
        self._later = later
        self._tell = tell or _program_log()
        self._file_octets = min(settings.file_bytes, settings.max_bytes // 2)
        self._chain = Chain(secrets.token_hex(5))
        self._sink = LineFile(self._directory, self._file_octets, self._chain, self._others())
        self._signed = 0  # lines of the chain up to the last checkpoint
        self._signs_later = False
        self._waited = 0
        self._closed = False
        self._notes: list[AnyRecord] = []  # on removed files, not written yet
        self._pending: list[bytes] = []
        self._scheduled = False
        self._untold = 0  # lines lost since the last `dropped` line
        self._untold_intents = 0
        self._fault = ""  # of the last line that was lost
        self._next_tell = 0.0
        self._next_tidy = 0.0
        self.dropped = 0
        """Lines lost since the start."""
        self.written = 0
        self._keys_stored_in = self._directory.opened
        self.tag_key = self._key(TAG_KEY)
        self.chain_key = CheckpointKey(self._key(CHAIN_KEY))

    def intent(self, intent: RedactedIntent) -> None:
        """Write at once, together with whatever waits; when this returns the line survives our death."""
        self._write([*self._take(), intent.line], intents=1)

    def record(self, flow: RedactedFlow | RedactedOutcome) -> None:
        """Write soon: with the eighth record or 50 ms after the first."""
        self._pending.append(flow.line)
        if self._later is None or len(self._pending) >= _BATCH_LINES:
            self.flush()
        elif not self._scheduled:
            self._scheduled = True
            self._later(_BATCH_SECONDS, self._on_time)

    def facts(self) -> dict[str, str | int]:
        """What `/version` tells: the public half of the key that signs this journal, and which chain is written.
        The first call may take as long as loading the library that signs."""
        return {"key": self.chain_key.public, "chain": self._chain.name, "lines": self._chain.lines}

    def trouble(self) -> str:
        """Why the next record cannot be written, as far as can be told without writing; "" if nothing shows."""
        if self._untold:
            return f"the last records could not be written to the journal ({self._fault})"
        return self._directory.trouble()

    def readings(self) -> Iterator[Reading]:
        yield counter("records_dropped", "Records lost: the journal could not be written", self.dropped)

    def flush(self) -> None:
        """Write what waits."""
        if self._pending:
            self._write(self._take())
            self._sign_in_time()

    def close(self) -> None:
        """Write what waits and close the file. Nothing may be recorded afterwards."""
        self._write(self._take())
        if self._untold:
            self._tell("journal_dropped", {"count": self._untold, "intents": self._untold_intents})
        if self._chain.lines:
            self._sign("end")
        self._closed = True
        self._sink.close()
        self._directory.close()

    def _on_time(self) -> None:
        self._scheduled = False
        self.flush()

    def _take(self) -> list[bytes]:
        lines, self._pending = self._pending, []
        return lines

    def _write(self, lines: list[bytes], intents: int = 0) -> None:
        """Write `lines`, the last `intents` of which are intents, after whatever has to be said first."""
        self._tidy(sum(map(len, lines)) + len(lines) * (1 + LINK_OCTETS))
        if self._untold and not self._say_dropped():
            self._lose(len(lines), intents, "")
            return
        if not lines:
            return
        written = self._sink.write(lines, self._clock.unix_ms())
        self.written += written.lines
        if lost := len(lines) - written.lines:
            self._lose(lost, min(lost, intents), written.fault)

    def _say_dropped(self) -> bool:
        """Write the line that tells of lost ones; True when that worked, which means recovery."""
        record = DroppedRecord(
            schema=SCHEMA, time=self._now(), count=self._untold, intents=self._untold_intents
        )
        if self._sink.write([encode_record(record)], self._clock.unix_ms()).lines == 0:
            return False
        self._tell("journal_recovered", {"count": self._untold, "intents": self._untold_intents})
        self._untold = self._untold_intents = 0
        self._next_tell = 0.0
        return True

    def _lose(self, lines: int, intents: int, fault: str) -> None:
        self.dropped += lines
        self._untold += lines
        self._fault = fault or self._fault
        self._untold_intents += intents
        now = self._clock.monotonic()
        if self._untold and now >= self._next_tell:
            self._next_tell = now + _TELL_SECONDS
            facts = {"count": self._untold, "intents": self._untold_intents}
            self._tell("journal_dropped", {**facts, "fault": fault} if fault else facts)

    def _sign_in_time(self) -> None:
        """Sign where many lines are not; else see to it that it is done before long."""
        most = _SIGNED_LINES if self.chain_key.ready else _SIGNED_LINES * _PATIENCE
        if self._chain.lines - self._signed >= most:
            self._sign()
        elif self._later is not None and not self._signs_later and self._chain.lines > self._signed:
            self._signs_later = True
            self._later(_SIGNED_SECONDS, self._sign_on_time)

    def _sign_on_time(self) -> None:
        self._signs_later = False
        if self._closed or self._chain.lines == self._signed:
            return
        if not self.chain_key.ready and self._waited < _PATIENCE:
            self._waited += 1
            self._sign_in_time()
        else:
            self._sign()

    def _sign(self, why: str = "") -> None:
        """Write a checkpoint. One that cannot be written is no loss: the next one signs the same lines."""
        key = self.chain_key
        record = CheckpointRecord(
            schema=SCHEMA, time=self._now(), chain=self._chain.name, key=key.public, why=why
        )
        if self._sink.write([encode_own(record)], self._clock.unix_ms(), key.sign).lines:
            self._signed = self._chain.lines
            self._store_keys()

    def _rotate(self) -> None:
        if self._sink.octets:
            self._sign("full")
        self._sink.rotate()

    def _tidy(self, coming: int) -> None:
        """Rotate when the file is full; remove what is beyond the bounds, then and once an hour."""
        now = self._clock.monotonic()
        if coming and self._sink.full(coming + _OWN_OCTETS):
            self._rotate()
        elif now < self._next_tidy:
            return
        self._next_tidy = now + _TIDY_SECONDS
        try:
            self._remove_surplus()
        except OSError as error:
            self._tell("journal_not_tidied", {"error": type(error).__name__})

    def _remove_surplus(self) -> None:
        entries = self._directory.entries()
        gone = surplus(
            entries,
            current=self._sink.name if self._sink.octets else "",
            reserved=self._file_octets,
            max_octets=self._settings.max_bytes,
            max_age_days=self._settings.max_age_days,
            now_ms=self._clock.unix_ms(),
        )
        if gone and self._sink.octets and entries[-1].name > self._sink.name:
            # a note must outlive the files that it is about: it belongs into the newest one, which goes last
            self._rotate()
        # first the notes: a file that is gone without one looks as if somebody else had taken it
        self._notes += map(self._removal, gone)
        if self._notes:
            written = self._sink.write(list(map(encode_record, self._notes)), self._clock.unix_ms())
            del self._notes[: written.lines]
        for one in gone:
            self._directory.remove(one.entry.name)
            facts = {"file": one.entry.name, "octets": one.entry.octets, "reason": one.reason}
            self._tell("journal_removed", facts)

    def _removal(self, one: Surplus) -> RemovedRecord:
        """With the last hash of the file, so that what follows it can still be told to be complete."""
        end = chain_end(self._directory, one.entry.name)
        return RemovedRecord(
            schema=SCHEMA,
            time=self._now(),
            file=one.entry.name,
            octets=one.entry.octets,
            reason=one.reason,
            last_seq=end.seq if end else 0,
            last_hash=end.hash if end else "",
        )

    def _others(self) -> list[PlaceRecord]:
        """What other chains have written here so far."""
        try:
            return newest_ends(self._directory)
        except OSError:
            return []

    def _now(self) -> str:
        return rfc3339(self._clock.unix_ms())

    def _key(self, file: KeyFile) -> bytes:
        """A key of this directory, made on first use, renewed where it cannot be used; on a disk that takes
        nothing, one for this run."""
        try:
            try:
                return read_key(self._directory, file)
            except FileNotFoundError:
                pass
            except ConfigError as error:
                kept_as = set_aside(self._directory, file)
                self._tell("journal_key_renewed", {"reason": error.message, "old_kept_as": kept_as})
            return make_key(self._directory, file)
        except (OSError, ConfigError) as error:
            self._keys_stored_in = 0
            self._tell("journal_key_not_stored", {"file": file.name, "error": type(error).__name__})
            return draw_key()

    def _store_keys(self) -> None:
        """Once more, into a directory that was made anew or that took nothing before: so that the next start goes on
        with the keys under which its first lines were written. One that is there stays."""
        if self._keys_stored_in == self._directory.opened:
            return
        with suppress(OSError, ConfigError):
            put_key(self._directory, TAG_KEY, self.tag_key)
            put_key(self._directory, CHAIN_KEY, self.chain_key.seed)
            self._keys_stored_in = self._directory.opened
