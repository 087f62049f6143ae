"""Where the text comes from: an argument, a file, a journal's directory, a zip of such files, standard input."""

import io
import os
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, Final

from proxy.core.errors import UsageError
from proxy.explain.readers import fiddler
from proxy.journal.files import AUDITED, BUNDLED, BUNDLED_HAR
from proxy.platform import files

MOST_OCTETS: Final = 64 * 1024 * 1024
"""Of one input, unpacked. A journal file has 16 MiB; what is read of it takes ten times as much."""
MOST_MEMBERS: Final = 1000
_PARTS: Final = (".jsonl", ".har")
_PACKED: Final = {b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"\x28\xb5\x2f\xfd": "zstd"}
"""First octets of what is packed in ways that are not read here."""
_BOUNDED: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Members that can be unpacked up to a size; the others come at once, however large."""
_LONGEST_NAME: Final = 4096
_TOO_LARGE: Final = f"the input is larger than {MOST_OCTETS // 1024**2} MiB"


def read_input(given: str, stdin: BinaryIO) -> list[bytes]:
    """The texts behind one argument: `-` is standard input, an existing file its content, anything else itself.

    Raises UsageError, never with a word of the text in it.
    """
    if given == "-":
        return _parts(_bounded([stdin]))
    path = _existing(given)
    if path is None:
        return [given.encode("utf-8", "surrogateescape")]
    try:
        return [_directory(path)] if path.is_dir() else _parts(read_file(path))
    except OSError as error:
        raise _unreadable(error) from None


def read_file(path: Path) -> bytes:
    """The octets of one file, as they are. Raises UsageError, as for a larger one than an input may be."""
    try:
        with _opened(path) as file:
            return _bounded([file])
    except OSError as error:
        raise _unreadable(error) from None


def _unreadable(error: OSError) -> UsageError:
    return UsageError(f"the file cannot be read: {error.strerror}", "check its name and mode")


def is_place(given: str) -> bool:
    """Whether an argument names a file or a directory."""
    return _existing(given) is not None


def is_file(given: str) -> bool:
    """Whether an argument names something that is there and no directory."""
    path = _existing(given)
    return path is not None and not path.is_dir()


def _existing(given: str) -> Path | None:
    if not given or len(given) > _LONGEST_NAME or "\n" in given or "\0" in given:
        return None
    try:
        path = Path(given)
        return path if path.exists() else None
    except OSError:
        return None


def _directory(path: Path) -> bytes:
    """A journal's directory: its files together, because an intent and its flow may stand in two of them."""
    files = sorted(path.glob("*.jsonl"))
    if not files:
        raise UsageError("the directory holds no journal files", "they are called flows-*.jsonl")
    return _bounded(_each_opened(files), "name one of its files, or look with `signing-proxy logs` first")


def _each_opened(files: list[Path]) -> Iterator[BinaryIO]:
    for path in files:
        with _opened(path) as file:
            yield file


def _opened(path: Path) -> BinaryIO:
    """A regular file, or a pipe that the shell made (`<(...)`); opening anything else could wait for ever."""
    if str(path).startswith("/dev/fd/"):
        return path.open("rb")
    descriptor = files.open_to_read(path, follow=True)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise UsageError("this is a pipe or device, not a file", "feed it in: signing-proxy explain - < FILE")
    return os.fdopen(descriptor, "rb")


def _bounded(streams: Iterable[BinaryIO], hint: str = "give the part with the request in question") -> bytes:
    """All of them, one below the other. Raises UsageError where that is too much."""
    parts: list[bytes] = []
    left = MOST_OCTETS
    for stream in streams:
        parts.append(stream.read(left + 1))
        left -= len(parts[-1])
        if left < 0:
            raise UsageError(_TOO_LARGE, hint)
    return b"\n".join(parts)


def _parts(raw: bytes) -> list[bytes]:
    """A zip's journal and HAR files, or the requests of a Fiddler archive; any other text is one part."""
    for mark, name in _PACKED.items():
        if raw.startswith(mark):
            raise UsageError(f"this is packed with {name}", "unpack it, and give the file in question")
    if not raw.startswith(b"PK\x03\x04"):
        return [raw]
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            held = _members(archive)
    except (
        zipfile.BadZipFile,
        zlib.error,
        RuntimeError,
        NotImplementedError,
        EOFError,
        OSError,
        ValueError,
    ):
        raise UsageError("the archive cannot be read", "unpack it and give the file in question") from None
    parts = fiddler.requests_of(held) or [held[name] for name in held if _is_read(name, held)]
    if not parts:
        raise UsageError(
            "the archive holds no journal, no HAR file and no Fiddler session",
            "unpack it and give the file in question",
        )
    return parts


def _is_read(name: str, held: Mapping[str, bytes]) -> bool:
    """A journal or a HAR; not the HAR of a bundle, which tells the flows of the lines beside it once more, nor the
    sweeps of the audit, which are no requests to judge."""
    folder, _, last = name.rpartition("/")
    if not name.lower().endswith(_PARTS) or AUDITED.fullmatch(last):
        return False
    return not (last == BUNDLED_HAR and f"{folder}/{BUNDLED}".lstrip("/") in held)


def _members(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """The texts in it, by name. The archive is not believed about their sizes: each is unpacked within bounds."""
    names = [one for one in archive.infolist() if _is_part(one.filename)]
    if len(names) > MOST_MEMBERS:
        raise UsageError(
            f"the archive holds more than {MOST_MEMBERS} such files", "unpack the one in question"
        )
    if any(one.compress_type not in _BOUNDED for one in names):
        raise UsageError("the archive is packed in an unusual way", "unpack it and give the file in question")
    parts: dict[str, bytes] = {}
    left = MOST_OCTETS
    for name in names:
        with archive.open(name) as member:
            part = member.read(left + 1)
        if len(part) > left:
            raise UsageError(
                f"the archive holds more than {MOST_OCTETS // 1024**2} MiB", "unpack the file in question"
            )
        parts[name.filename] = part
        left -= len(part)
    return parts


def _is_part(name: str) -> bool:
    return name.lower().endswith(_PARTS) or fiddler.is_message(name)
