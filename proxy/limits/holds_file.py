"""The holds that several gateways share, and that outlive them: one small file, replaced whole.

Each process keeps its own holds in memory and merges them into the file; where two know of the same hold the later
end counts, so nothing that is merged can be lost, and the order of writers does not matter. A lock file keeps two
writers from replacing each other's work between reading and writing.

An end is written twice: on the machine's steady clock, which no step of the wall clock can move, together with the
id of the boot it counts from; and on the wall clock, for the time after a reboot. An entry never counts for longer
than its hold was, or three days, whatever a clock or a stranger's file says.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

import msgspec

from proxy.core.errors import ConfigError
from proxy.core.foreign_json import UnreadableError, read_json
from proxy.core.retry_after import MOST_SECONDS, Scope
from proxy.platform import files, process
from proxy.runtime.files import Stamp, locked, remove_drafts, replace_whole, require_name, stamp

FILE: Final = "holds.json"
_MOST_OCTETS: Final = 256 * 1024
_MOST_ENTRIES: Final = 1000
_LOCK_TRIES: Final = 10
_LOCK_PAUSE_SECONDS: Final = 0.001
_ROUNDING_SECONDS: Final = 1.0

type Key = tuple[Scope, str, str]
"""Scope, upstream base, and account ("" where the IP counts)."""


class TimedHold(msgspec.Struct):
    """A hold: when it ends, on the steady clock, and how long it was, in seconds."""

    until: float
    seconds: float


class _Line(msgspec.Struct):
    scope: Scope
    host: str
    account: str
    seconds: float
    until_ms: int  # wall clock
    until_steady: float
    boot: str


class _Content(msgspec.Struct):
    holds: list[_Line]


_DECODER: Final = msgspec.json.Decoder(_Content)


class HoldsFile:
    """One file, by path. All methods are quick and block; none of them raises for what a disk can do."""

    def __init__(
        self,
        path: Path,
        steady: Callable[[], float],
        unix_ms: Callable[[], int],
        *,
        makes_place: bool = False,
    ) -> None:
        """`makes_place`: its directory is made for the first hold, where there is none."""
        self._path = path
        self._makes_place = makes_place
        self._steady = steady
        self._unix_ms = unix_ms
        self._boot = process.boot_id()
        self._last_stamp: Stamp | None = None

    def changed(self) -> bool:
        """Whether it is another file than the one last read or written: one `stat`."""
        return self._stamp() != self._last_stamp

    def read(self) -> dict[Key, TimedHold]:
        """The holds that are not over. An unreadable file has none."""
        self._last_stamp = self._stamp()
        try:
            descriptor = files.open_to_read(self._path, follow=False)
            with os.fdopen(descriptor, "rb") as file:
                content = read_json(file.read(_MOST_OCTETS), _DECODER)
        except (OSError, UnreadableError):
            return {}
        return dict(self._active(content.holds[:_MOST_ENTRIES]))

    def merge(self, ours: Mapping[Key, TimedHold]) -> dict[Key, TimedHold] | None:
        """Add holds to the file and give back all that it has now; None where it could not be written."""
        try:
            if self._makes_place and ours and not self._path.parent.exists():
                require_name(self._path.parent)
                self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with locked(self._path, tries=_LOCK_TRIES, pause_seconds=_LOCK_PAUSE_SECONDS):
                remove_drafts(self._path)
                merged = self.read()
                for key, hold in ours.items():
                    known = merged.get(key)
                    if known is None or known.until < hold.until:
                        merged[key] = hold
                self._replace(merged)
        except (OSError, ConfigError):
            return None
        return merged

    def _replace(self, holds: Mapping[Key, TimedHold]) -> None:
        now, now_ms = self._steady(), self._unix_ms()
        lines = [
            _Line(*key, one.seconds, now_ms + round((one.until - now) * 1000), one.until, self._boot)
            for key, one in holds.items()
            if one.until > now
        ]
        replace_whole(self._path, msgspec.json.encode(_Content(lines)), durable=False)
        self._last_stamp = self._stamp()

    def _active(self, lines: list[_Line]) -> Iterator[tuple[Key, TimedHold]]:
        now, now_ms = self._steady(), self._unix_ms()
        for line in lines:
            if line.boot and line.boot == self._boot:
                left = line.until_steady - now
            else:
                left = (line.until_ms - now_ms) / 1000
            left = min(left, line.seconds + _ROUNDING_SECONDS, MOST_SECONDS)
            if left > 0:
                yield (line.scope, line.host, line.account), TimedHold(now + left, line.seconds)

    def _stamp(self) -> Stamp | None:
        return stamp(self._path, follow=False)
