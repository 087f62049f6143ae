"""Runs in the journal's directory: `audit-<day>.jsonl`, one line a run, mode 0600.

They bear names of their own, so that neither the bounds of the flows (`journal.max_bytes`, `max_age_days`) nor the
readers of flows touch them: a history is worth keeping when the flows are long gone. Their own bound is
`MOST_OCTETS`; the oldest day goes first.
"""

import contextlib
import errno
import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from proxy.audit.run import SCHEMA, Run
from proxy.core.errors import ConfigError, UsageError
from proxy.core.foreign_json import UnreadableError, read_json
from proxy.core.printable import printable
from proxy.core.redaction.notation import Tagger
from proxy.journal.files import AUDITED, Directory
from proxy.journal.key_file import TAG_KEY, make_key, read_key
from proxy.journal.lines import bounded_lines, open_regular
from proxy.platform import files
from proxy.runtime.files import locked

MOST_OCTETS: Final = 64 * 1024 * 1024
"""A sweep of the set `c2c` takes about 6 KiB: ten weeks of one every ten minutes."""

_NAME_DIGITS: Final = 10
_LONGEST: Final = 400
_LONG: Final = re.compile(rb'"[^"]{401}')
_DECODER: Final = msgspec.json.Decoder(Run)
_ENCODER: Final = msgspec.json.Encoder()


class Store:
    """Writes runs into a journal's directory, which is made where there is none."""

    def __init__(self, directory: Path, most_octets: int = MOST_OCTETS) -> None:
        """Raises ConfigError where the directory cannot be used."""
        self._directory = Directory(directory)
        self._most_octets = most_octets
        try:
            self._tagger = Tagger(self._key())
        except OSError as error:
            raise _unwritable(directory, error) from None

    @property
    def directory(self) -> Path:
        return self._directory.path

    def close(self) -> None:
        self._directory.close()

    def tag(self, api_key: str) -> str:
        """The tag that this API key has in the journal's flows."""
        return self._tagger.tag("key", api_key.encode("ascii", "replace"))

    @contextlib.contextmanager
    def asked_alone(self, question: Iterable[tuple[str, str]]) -> Iterator[None]:
        """Be the only process that asks this, sets with keys, by a timetable. Raises UsageError where another one
        does, ConfigError. A process that is killed holds nothing."""
        text = "\n".join(sorted(f"{one} {self.tag(api_key)}" for one, api_key in question))
        name = f"audit-series-{hashlib.sha256(text.encode()).hexdigest()[:_NAME_DIGITS]}"
        with contextlib.ExitStack() as held:
            try:
                held.enter_context(locked(self._directory.path / name))
            except BlockingIOError:
                raise UsageError(
                    "another process asks this by a timetable already",
                    "signing-proxy audit history shows what it has seen; stop it to begin another one here",
                ) from None
            except OSError as error:
                raise _unwritable(self._directory.path, error) from None
            yield

    def append(self, run: Run) -> None:
        """One whole line by one write; on the disk when this returns. Raises ConfigError."""
        line = _ENCODER.encode(run) + b"\n"
        name = _name(run.began_ms)
        try:
            descriptor = self._open(name)
            try:
                if _torn(self._directory, name):
                    line = b"\n" + line
                written = os.write(descriptor, line)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            self._tidy(name)
        except OSError as error:
            raise _unwritable(self._directory.path, error) from None
        if written != len(line):
            raise _unwritable(self._directory.path, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))

    def _open(self, name: str) -> int:
        """For appending; made 0600 where it is not there. Raises OSError, also for a link in its place."""
        with contextlib.suppress(FileExistsError):
            return self._directory.create(name)
        return self._directory.open_to_append(name)

    def _tidy(self, current: str) -> None:
        """Remove the oldest days beyond the bound; never the one that is written."""
        sizes = {path.name: path.stat().st_size for path in _files(self._directory.path)}
        total = sum(sizes.values())
        for name in sorted(sizes):
            if total <= self._most_octets or name == current:
                break
            self._directory.remove(name)
            total -= sizes[name]

    def _key(self) -> bytes:
        try:
            return read_key(self._directory, TAG_KEY)
        except FileNotFoundError:
            return make_key(self._directory, TAG_KEY)


class Runs(msgspec.Struct):
    """The runs of a directory, oldest first. `damaged` counts the lines that could not be read so far."""

    directory: Path
    damaged: int = 0

    def since(self, earliest_ms: int = 0) -> Iterator[Run]:
        """Those that began then or later. Raises ConfigError for a file that cannot be read."""
        found: list[Run] = []
        first = _name(earliest_ms) if earliest_ms > 0 else ""
        for path in _files(self.directory):
            if path.name >= first:
                found += (run for run in self._read(path) if run.began_ms >= earliest_ms)
        return iter(sorted(found, key=lambda run: run.began_ms))

    def _read(self, path: Path) -> Iterator[Run]:
        try:
            file = open_regular(path)
        except FileNotFoundError:  # removed since it was listed
            return
        with file:
            for line in bounded_lines(file):
                if not line:
                    continue
                try:
                    run = read_json(line, _DECODER)
                except UnreadableError:
                    self.damaged += 1
                    continue
                if run.schema == SCHEMA and (_is_plainly_plain(line) or _is_plain(run)):
                    yield run
                else:
                    self.damaged += 1


def _is_plainly_plain(line: bytes) -> bool:
    """What a look at the line shows of its texts: ASCII without an escape, none of them long. So are all of ours."""
    return line.isascii() and b"\\" not in line and b"\x7f" not in line and not _LONG.search(line)


def _is_plain(run: Run) -> bool:
    """Whether all texts are short and stand as they are: a directory may be somebody else's, and hold any octets.

    What passes here may be printed, and nothing else is."""
    texts = [run.set, run.account, run.key, run.environment]
    texts += [text for one in run.skipped for text in (one.endpoint, one.why)]
    for section in run.sections:
        texts += [section.name, *section.controls, *section.calls]
    for probe in run.probes:
        texts += [probe.method, probe.path, probe.host, probe.account, probe.message, probe.fault]
        texts += [probe.edge_request_id, str(probe.code)]
    return all(len(text) <= _LONGEST and printable(text) == text for text in texts)


def _name(began_ms: int) -> str:
    return f"audit-{datetime.fromtimestamp(began_ms / 1000, UTC):%Y%m%d}.jsonl"


def _files(directory: Path) -> list[Path]:
    """The files of runs, oldest first; links and strangers left out. Raises ConfigError where nobody may look."""
    try:
        found = [path for path in directory.iterdir() if AUDITED.fullmatch(path.name)]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise ConfigError(
            f"the sweeps in {directory} cannot be read: {error.strerror or type(error).__name__}",
            "they belong to the user who ran the audit",
        ) from None
    return sorted(path for path in found if path.is_file() and not path.is_symlink())


def _torn(directory: Directory, name: str) -> bool:
    """Whether the file ends in the middle of a line: its last writer was killed, or its disk was full."""
    descriptor = directory.open(name)
    try:
        size = os.fstat(descriptor).st_size
        return size > 0 and files.read_at(descriptor, 1, size - 1) != b"\n"
    finally:
        os.close(descriptor)


def _unwritable(directory: Path, error: OSError) -> ConfigError:
    return ConfigError(
        f"the run could not be stored in {directory}: {error.strerror or type(error).__name__}",
        "--journal DIR names another directory; is its disk full, or not yours to write?",
    )
