"""Where the text comes from: an argument, a file, a journal's directory, a zip of such files, standard input."""

import io
import os
import stat
import zipfile
from pathlib import Path
from typing import BinaryIO, Final

from proxy.core.errors import UsageError
from proxy.explain.readers import fiddler

MOST_OCTETS: Final = 256 * 1024 * 1024
_PARTS: Final = (".jsonl", ".har")
_LONGEST_NAME: Final = 4096


def read_input(given: str, stdin: BinaryIO) -> list[bytes]:
    """The texts behind one argument: `-` is standard input, an existing file its content, anything else itself.

    Raises UsageError, never with a word of the text in it.
    """
    if given == "-":
        return _parts(_bounded(stdin))
    path = _existing(given)
    if path is None:
        return [given.encode("utf-8", "surrogateescape")]
    try:
        if path.is_dir():
            return _directory(path)
        return _parts(_bounded_file(path))
    except OSError as error:
        raise UsageError(f"the file cannot be read: {error.strerror}", "check its name and mode") from None


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


def _directory(path: Path) -> list[bytes]:
    """A journal's directory: its files together, because an intent and its flow may stand in two of them."""
    files = sorted(path.glob("*.jsonl"))
    if not files:
        raise UsageError("the directory holds no journal files", "they are called flows-*.jsonl")
    return [b"\n".join(_bounded_file(file) for file in files)]


def _bounded_file(path: Path) -> bytes:
    with _opened(path) as file:
        return _bounded(file)


def _opened(path: Path) -> BinaryIO:
    """A regular file, or a pipe that the shell made (`<(...)`); opening anything else could wait for ever."""
    if str(path).startswith("/dev/fd/"):
        return path.open("rb")
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise UsageError("this is a pipe or device, not a file", "feed it in: signing-proxy explain - < FILE")
    return os.fdopen(descriptor, "rb")


def _bounded(stream: BinaryIO) -> bytes:
    raw = stream.read(MOST_OCTETS + 1)
    if len(raw) > MOST_OCTETS:
        raise UsageError("the input is larger than 256 MiB", "give the part with the request in question")
    return raw


def _parts(raw: bytes) -> list[bytes]:
    """A zip's journal and HAR files, or the requests of a Fiddler archive; any other text is one part."""
    if not raw.startswith(b"PK\x03\x04"):
        return [raw]
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            names = [one for one in archive.infolist() if _is_part(one.filename)]
            if sum(one.file_size for one in names) > MOST_OCTETS:
                raise UsageError("the archive holds more than 256 MiB", "unpack the file in question")
            held = {one.filename: archive.read(one) for one in names}
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, ValueError):
        raise UsageError("the archive cannot be read", "unpack it and give the file in question") from None
    parts = fiddler.requests_of(held) or [held[name] for name in held if name.lower().endswith(_PARTS)]
    if not parts:
        raise UsageError(
            "the archive holds no journal, no HAR file and no Fiddler session",
            "unpack it and give the file in question",
        )
    return parts


def _is_part(name: str) -> bool:
    return name.lower().endswith(_PARTS) or fiddler.is_message(name)
