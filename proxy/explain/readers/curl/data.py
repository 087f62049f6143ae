"""Bodies and queries that curl makes of its data options (tool_getparam.c; tried with curl 7.88.1)."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote_plus

from proxy.explain.readers.curl.options import Operation
from proxy.explain.readers.shells.words import Word

DATA: Final = ("data", "data-ascii", "data-binary", "data-raw", "data-urlencode", "json")
FROM_FILE: Final = "a file behind @ that curl read"
_ESCAPE: Final = re.compile(rb"%[0-9A-Fa-f]{2}")
BOUNDARY: Final = b"------------------------0000000000000000"


@dataclass(frozen=True, slots=True)
class Data:
    """Octets made of data options; `gaps` as in SeenRequest."""

    octets: bytes
    gaps: tuple[str, ...] = ()


def octets(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def posted(operation: Operation) -> Data | None:
    """All data options joined as curl joins them: `&` between, nothing before JSON. None without any."""
    joined: bytes | None = None
    gaps: list[str] = []
    for name, word in operation.given:
        if name not in DATA:
            continue
        part, missing = _part(name, word)
        gaps += missing
        if joined is None:
            joined = part
        else:
            joined += (b"" if name == "json" else b"&") + part
    return None if joined is None else Data(joined, tuple(gaps))


def _part(name: str, word: Word) -> tuple[bytes, list[str]]:
    gaps = list(word.unknown)
    if name == "data-urlencode":
        part, from_file = urlencoded(word.text)
    else:
        from_file = name != "data-raw" and word.text.startswith("@")
        part = b"" if from_file else octets(word.text)
    return part, [*gaps, FROM_FILE] if from_file else gaps


def urlencoded(text: str) -> tuple[bytes, bool]:
    """`content`, `=content` or `name=content` with the content encoded (blanks as `+`), and whether the
    content stands in a file (`@file`, `name@file`)."""
    mark = "=" if "=" in text else "@"
    name, found, content = text.partition(mark)
    if not found:
        return _encode(text), False
    if mark == "@":
        return octets(name + "=" if name else ""), True
    return octets(name + "=" if name else "") + _encode(content), False


def _encode(content: str) -> bytes:
    return quote_plus(octets(content), safe="~").encode("ascii")


def query_parts(operation: Operation) -> Data:
    """What `--url-query` and `-G` append to the query."""
    parts: list[bytes] = []
    gaps: list[str] = []
    for word in operation.values("url-query"):
        gaps += word.unknown
        if word.text.startswith("+"):
            parts.append(octets(word.text[1:]))
            continue
        part, from_file = urlencoded(word.text)
        parts.append(part)
        gaps += [FROM_FILE] if from_file else []
    if operation.has("get") and (data := posted(operation)) is not None:
        parts.append(data.octets)
        gaps += data.gaps
    return Data(b"&".join(parts), tuple(gaps))


def lower_escapes(raw: bytes) -> bytes:
    """curl writes percent escapes of appended query parts in lower case."""
    return _ESCAPE.sub(lambda found: found[0].lower(), raw)


def multipart(operation: Operation) -> Data | None:
    """The body of `-F`, with a boundary of our own: curl draws it at random."""
    words = operation.values("form", "form-string")
    if not words:
        return None
    parts: list[bytes] = []
    gaps: list[str] = []
    for word in words:
        name, _, content = word.text.partition("=")
        gaps += word.unknown
        if content[:1] in ("@", "<"):
            gaps.append(FROM_FILE)
        head = b'Content-Disposition: form-data; name="' + octets(name) + b'"\r\n\r\n'
        parts.append(b"--" + BOUNDARY + b"\r\n" + head + octets(content.partition(";type=")[0]) + b"\r\n")
    return Data(b"".join(parts) + b"--" + BOUNDARY + b"--\r\n", tuple(gaps))
