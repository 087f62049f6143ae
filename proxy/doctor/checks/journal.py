"""`journal`: can a record be written? Tried with a file of one record's size, which is removed again."""

import contextlib
import os
import secrets
import stat
from pathlib import Path
from typing import Final

from proxy.doctor.aside import aside
from proxy.doctor.check import Check
from proxy.doctor.patient import Patient
from proxy.doctor.result import Finding, failed, good
from proxy.doctor.system_words import system_words
from proxy.platform import files

_OCTETS: Final = 64 * 1024
_ELSEWHERE: Final = "set journal.directory (or --journal) to a directory of your own with room in it"


async def run(patient: Patient) -> Finding:
    """In a thread: a disk that hangs must not hold up the others."""
    return await aside(lambda: look(Path(patient.settings.journal.directory)))


def look(directory: Path) -> Finding:
    """What a journal in this directory would meet; a directory that is missing is not made."""
    try:
        facts = directory.lstat()
    except FileNotFoundError:
        return _would_be_made(directory)
    except OSError as error:
        return failed(f"{directory}: {system_words(error)}", _ELSEWHERE)
    if not stat.S_ISDIR(facts.st_mode):
        return failed(f"{directory}: is a link or a file, no directory", _ELSEWHERE)
    if not files.is_own(facts):
        return failed(f"{directory}: belongs to another user", _ELSEWHERE)
    try:
        _try_to_write(directory)
    except OSError as error:
        return failed(
            f"{directory}: {system_words(error)}: flows go unrecorded",
            f"make room or make it writable; or {_ELSEWHERE}",
        )
    return good(f"{directory}: a record of {_OCTETS // 1024} KiB was written and removed")


def _would_be_made(directory: Path) -> Finding:
    parent = next(one for one in directory.absolute().parents if one.exists())
    if not os.access(parent, os.W_OK | os.X_OK, effective_ids=os.access in os.supports_effective_ids):
        return failed(f"{directory}: does not exist and cannot be made in {parent}", _ELSEWHERE)
    return good(f"{directory}: does not exist yet; `run` makes it")


def _try_to_write(directory: Path) -> None:
    """Raises OSError. Whatever was written is removed."""
    draft = directory / f".doctor.{secrets.token_hex(6)}"
    descriptor = files.open_new(draft)
    try:
        written = os.write(descriptor, b"\n" * _OCTETS)
        if written < _OCTETS:  # the rest has no room: the next write says so
            os.write(descriptor, b"\n" * (_OCTETS - written))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
        with contextlib.suppress(OSError):
            draft.unlink()


CHECK = Check(name="journal", looks_at="whether flows can be recorded", run=run)
