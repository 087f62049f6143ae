"""Whether a bundle, packed or not, is as it was made: its lines by their chain, its files by their sums."""

import hashlib
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import IO, Final

from proxy.core.errors import UsageError
from proxy.journal.chain_records import ChainRecord, decode_own
from proxy.journal.chain_walk import Told
from proxy.journal.files import BUNDLED
from proxy.journal.lines import open_regular
from proxy.journal.seal import SUMS, SUMS_SEAL, sums_signer
from proxy.journal.verification import Kind, Report, Source, verify

MOST_OCTETS: Final = 1024 * 1024 * 1024
"""Unpacked. The writer makes none that is larger."""
MOST_MEMBERS: Final = 1000
_SMALL: Final = 1024 * 1024
_CHUNK: Final = 1024 * 1024
_SUM: Final = re.compile(r"([0-9a-f]{64}) [ *](.+)")
_BOUNDED: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Members that can be unpacked up to a size; the others come at once, however large."""

type Members = Mapping[str, Callable[[], IO[bytes]]]
"""The files of a bundle by their names below its folder."""


def verify_zip(path: Path, trusted: Iterable[str] = ()) -> Report:
    """Look at a bundle as it was sent. Raises UsageError for what is none, or too large."""
    try:
        with open_regular(path) as file, zipfile.ZipFile(file) as archive:
            try:
                return verify_members(_members(archive), trusted)
            except (zipfile.BadZipFile, zlib.error, EOFError) as error:
                return Report(breaks=[Told(path.name, 0, f"the zip is damaged: {str(error)[:100]}")])
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError):
        raise UsageError(
            f"{path} is no zip that can be read", "ask for it again; it was cut or damaged"
        ) from None


def verify_folder(path: Path, trusted: Iterable[str] = ()) -> Report:
    """Look at a bundle that was unpacked. Raises ConfigError for what is no regular file in it."""
    inside = (one for one in sorted(path.rglob("*")) if not one.is_dir() or one.is_symlink())
    return verify_members({str(one.relative_to(path)): partial(open_regular, one) for one in inside}, trusted)


def verify_members(members: Members, trusted: Iterable[str] = ()) -> Report:
    """Look at its lines and its sums."""
    keys = frozenset(trusted)
    if BUNDLED not in members:
        raise UsageError(
            f"there is no {BUNDLED} in it", "name a bundle that `export bundle` made, or a journal"
        )
    report = verify([Source(BUNDLED, members[BUNDLED])], Kind(finished=True, signed=bool(keys)), keys)
    if SUMS in members:
        report.breaks += _judge_sums(members, report, keys)
    elif _promises_sums(members[BUNDLED]):
        report.breaks.append(Told(SUMS, 0, "is missing, though the bundle was made with it"))
    else:
        says = "is not in this bundle: of its files, the lines alone can be verified"
        report.remarks.append(Told(SUMS, 0, says))
    return report


def _judge_sums(members: Members, report: Report, trusted: frozenset[str]) -> Iterator[Told]:
    sums = _small(members[SUMS])
    listed = dict[str, str]()
    for number, line in enumerate(sums.decode("utf-8", "replace").splitlines(), 1):
        found = _SUM.fullmatch(line)
        if found is None:
            yield Told(SUMS, number, "this line is no sum of a file")
        else:
            listed[found[2]] = found[1]
    for name, expected in listed.items():
        if name not in members:
            yield Told(name, 0, f"is missing: {SUMS} has it")
        elif _digest(members[name]) != expected:
            yield Told(name, 0, f"was changed: it does not have the sum that {SUMS} says")
    for name in sorted(members.keys() - listed.keys() - {SUMS, SUMS_SEAL}):
        yield Told(name, 0, f"was put in: {SUMS} does not have it")
    if SUMS_SEAL not in members:
        if _promises_sums(members[BUNDLED]):
            yield Told(SUMS_SEAL, 0, "is missing, though the bundle was made with it")
        return
    key = sums_signer(_small(members[SUMS_SEAL]), sums)
    chain_keys = {one for chain in report.chains for one in chain.keys}
    if key is None:
        yield Told(SUMS_SEAL, 0, f"the signature does not fit: {SUMS} is not what was signed")
    elif key not in chain_keys or (trusted and key not in trusted):
        yield Told(SUMS_SEAL, 0, f"is signed with another key than the lines: {key}")


def _promises_sums(opened: Callable[[], IO[bytes]]) -> bool:
    with opened() as file:
        own = decode_own(file.readline(_SMALL).removesuffix(b"\n"))
    return isinstance(own, ChainRecord) and own.sums


def _members(archive: zipfile.ZipFile) -> Members:
    """Raises UsageError for one that is too large to be looked at, BadZipFile for names that stand twice."""
    infos = [info for info in archive.infolist() if not info.is_dir()]
    if len(infos) > MOST_MEMBERS or sum(info.file_size for info in infos) > MOST_OCTETS:
        raise UsageError(
            f"the bundle is larger than {MOST_OCTETS // 1024**2} MiB, or has more than {MOST_MEMBERS} files",
            "no gateway makes such a one; do not unpack it",
        )
    names = [info.filename for info in infos]
    if len(set(names)) < len(names):
        raise zipfile.BadZipFile("a name stands twice in it")
    if any(info.flag_bits & 1 or info.compress_type not in _BOUNDED for info in infos):
        raise zipfile.BadZipFile("it is encrypted, or packed in a way that no gateway uses")
    if any(_leads_away(info) for info in archive.infolist()):
        raise zipfile.BadZipFile("a name in it leads elsewhere; do not unpack it")
    folder = next((name.removesuffix(BUNDLED) for name in names if name.rpartition("/")[2] == BUNDLED), "")
    return {info.filename.removeprefix(folder): partial(_open, archive, info) for info in infos}


def _leads_away(info: zipfile.ZipInfo) -> bool:
    """Whether who unpacks or lists this may write somewhere else: above its folder, over a link, to the terminal."""
    parts = info.filename.replace("\\", "/").split("/")
    outside = ".." in parts or parts[0] == "" or ":" in parts[0]
    return outside or stat.S_ISLNK(info.external_attr >> 16) or not info.filename.isprintable()


def _open(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> IO[bytes]:
    return archive.open(info)


def _digest(opened: Callable[[], IO[bytes]]) -> str:
    digest = hashlib.sha256()
    with opened() as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _small(opened: Callable[[], IO[bytes]]) -> bytes:
    with opened() as file:
        return file.read(_SMALL)
