"""`disk`: is there room for what the journal may grow to?"""

from pathlib import Path
from typing import Final

from proxy.core.settings import JournalSettings
from proxy.doctor.aside import aside
from proxy.doctor.check import Check
from proxy.doctor.patient import Patient
from proxy.doctor.result import Finding, failed, good, warning
from proxy.doctor.system_words import system_words
from proxy.platform import files

_MIB: Final = 1024 * 1024
_FIX: Final = "make room, or lower journal.max_bytes"


async def run(patient: Patient) -> Finding:
    """In a thread: a disk that hangs must not hold up the others."""
    return await aside(lambda: _look(patient.settings.journal))


def _look(journal: JournalSettings) -> Finding:
    directory = Path(journal.directory).absolute()
    place = next(one for one in (directory, *directory.parents) if one.exists())
    try:
        space = files.space(place)
        used = sum(one.stat().st_size for one in place.glob("flows-*.jsonl")) if place == directory else 0
    except OSError as error:
        return failed(f"{place}: {system_words(error)}", "check the path, and the rights of its directories")
    free, wanted = space.free_octets, max(0, journal.max_bytes - used)
    told = f"{_size(free)} free; the journal has {_size(used)} and may grow to {_size(journal.max_bytes)}"
    if space.free_files == 0:
        return failed(f"{told}; no new file can be made (inodes used up)", "remove files that are not needed")
    if free < min(journal.file_bytes, wanted):
        return failed(told, _FIX)
    return good(told) if free >= wanted else warning(told, _FIX)


def _size(octets: int) -> str:
    return f"{octets / _MIB:.0f} MiB" if octets < 10_240 * _MIB else f"{octets / (1024 * _MIB):.0f} GiB"


CHECK = Check(name="disk", looks_at="room for the journal", run=run)
