"""What an earlier run left open: writes that were announced and whose end, or outcome, was never recorded.

The journal holds no order id, so the gateway cannot look them up by itself; it tells how many there are.
"""

import asyncio
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import msgspec
import structlog

from proxy.core.errors import ConfigError
from proxy.core.foreign_json import UnreadableError, read_json
from proxy.journal import Reader, bounded_lines, open_regular

_LOG: Final = structlog.get_logger("outcomes")
_FILES: Final = 2
_AFTER_SECONDS: Final = 2.0
_TAIL_OCTETS: Final = 8 * 1024 * 1024


class _Line(msgspec.Struct, tag_field="type"):
    request_id: str


class _Intent(_Line, tag="intent"):
    pass


class _Flow(_Line, tag="flow"):
    execution: str = "not_sent"


class _Outcome(_Line, tag="outcome"):
    pass


_DECODER: Final = msgspec.json.Decoder(_Intent | _Flow | _Outcome)


class Leftovers(msgspec.Struct, frozen=True):
    """How many writes of earlier runs have no end on record."""

    unrecorded: int
    """An intent that no flow followed: the gateway was killed."""
    unresolved: int
    """A flow that ended unknown, without an outcome."""


async def log_leftovers(directory: Path, after_seconds: float = _AFTER_SECONDS) -> None:
    """Say in the log what earlier runs left open. Reads the end of their newest files, in a thread, and not while
    the first requests come in."""
    try:
        files = Reader(directory).files()[-_FILES:]
        await asyncio.sleep(after_seconds)
        found = await asyncio.to_thread(lambda: leftovers(_lines(files)))
    except (OSError, ConfigError):
        return
    if found.unrecorded or found.unresolved:
        _LOG.warning(
            "writes_without_outcome",
            unrecorded=found.unrecorded,
            unresolved=found.unresolved,
            note="an earlier run ended before it knew what became of these writes; signing-proxy logs shows them:"
            " look them up at the exchange (docs/outcomes.md)",
        )


def leftovers(lines: Iterable[bytes]) -> Leftovers:
    """Count what is open after these journal lines. Damaged lines count for nothing."""
    intents: set[str] = set()
    unknown: set[str] = set()
    settled: set[str] = set()
    for line in lines:
        try:
            record = read_json(line, _DECODER)
        except UnreadableError:
            continue
        if isinstance(record, _Intent):
            intents.add(record.request_id)
        elif isinstance(record, _Outcome):
            settled.add(record.request_id)
        elif record.request_id in intents:
            intents.discard(record.request_id)
            if record.execution == "unknown":
                unknown.add(record.request_id)
    return Leftovers(len(intents - settled), len(unknown - settled))


def _lines(files: list[Path]) -> Iterator[bytes]:
    for path in files:
        with open_regular(path) as file:
            size = file.seek(0, 2)
            file.seek(max(size - _TAIL_OCTETS, 0))
            yield from bounded_lines(file)
