"""Journals to be tampered with: rotated, killed, continued, on a full disk, of two gateways, with a file removed."""

import os
import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

from proxy.core.settings import JournalSettings
from proxy.journal import Journal
from tests.journal.lines import Later, StillClock, files, flow, intent

type Files = dict[str, bytes]
"""By name, in the order of names."""


@dataclass(frozen=True)
class Sample:
    """The files of one journal, and the public key that signed it."""

    name: str
    files: Files
    key: str
    seed: bytes = field(repr=False, default=b"")


def samples(draw: random.Random) -> list[Sample]:
    return [_made(name, make, draw) for name, make in KINDS.items()]


def _made(name: str, make: "Make", draw: random.Random) -> Sample:
    with tempfile.TemporaryDirectory(prefix="tamper-proof-") as folder:
        directory = Path(folder)
        key = make(directory, draw)
        found = {path.name: path.read_bytes() for path in files(directory)}
        return Sample(name, found, key, (directory / "chain.key").read_bytes())


def _open(directory: Path, clock: StillClock | None = None, **more: object) -> Journal:
    bounds = {"file_bytes": 8192, "max_bytes": 1 << 30} | more
    settings = JournalSettings(directory=str(directory), **bounds)  # type: ignore[arg-type]  # sizes and days
    return Journal(settings, clock or StillClock(), later=Later(), tell=lambda _event, _facts: None)


def _write(journal: Journal, draw: random.Random, count: int) -> None:
    for number in range(count):
        if draw.random() < 0.2:
            journal.intent(intent(number))
        journal.record(flow(number, padding=draw.randrange(200)))
        if draw.random() < 0.1:
            journal.flush()
    journal.flush()


def _rotated(directory: Path, draw: random.Random) -> str:
    journal = _open(directory)
    _write(journal, draw, 80)
    journal.close()
    return journal.chain_key.public


def _killed(directory: Path, draw: random.Random) -> str:
    """Signed in the middle, not at the end."""
    journal = _open(directory)
    _write(journal, draw, 40)
    journal._sign()
    _write(journal, draw, 12)
    return journal.chain_key.public


def _continued(directory: Path, draw: random.Random) -> str:
    _killed(directory, draw)
    path = files(directory)[-1]
    path.write_bytes(path.read_bytes() + flow(1).line[: draw.randrange(1, 60)])  # its last write was cut
    _killed(directory, draw)
    return _rotated(directory, draw)


def _two(directory: Path, draw: random.Random) -> str:
    """Two gateways in one directory, line by line."""
    one, other = _open(directory), _open(directory)
    for _ in range(20):
        _write(draw.choice((one, other)), draw, 4)
    one.close()
    return one.chain_key.public


def _trimmed(directory: Path, draw: random.Random) -> str:
    """Retention removed files, of an earlier gateway and of its own."""
    clock = StillClock()
    first = _open(directory, clock)
    _write(first, draw, 40)
    first.close()
    clock.pass_by(1)
    journal = _open(directory, clock, max_bytes=40_000)
    for _ in range(12):
        clock.pass_by(1)
        _write(journal, draw, 12)
    journal.close()
    return journal.chain_key.public


def _full_disk(directory: Path, draw: random.Random) -> str:
    """The disk takes a part of a write, now and then."""
    journal = _open(directory)
    with _failing_disk(draw):
        _write(journal, draw, 80)
    _write(journal, draw, 3)
    journal.close()
    return journal.chain_key.public


@contextmanager
def _failing_disk(draw: random.Random) -> Iterator[None]:
    real = os.write
    failing = False

    def write(descriptor: int, data: bytes) -> int:
        nonlocal failing
        if failing or draw.random() < 0.15:
            failing = not failing
            if failing:
                return real(descriptor, data[: draw.randrange(len(data))])
            raise OSError(28, "No space left on device")
        return real(descriptor, data)

    with mock.patch("proxy.journal.line_file.os.write", write):
        yield


type Make = Callable[[Path, random.Random], str]
"""Writes a journal into an empty directory. Returns the public key."""

KINDS: dict[str, Make] = {
    "rotated": _rotated,
    "killed": _killed,
    "continued": _continued,
    "two gateways": _two,
    "trimmed": _trimmed,
    "full disk": _full_disk,
}
