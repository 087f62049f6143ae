"""A recording as HAR 1.2, alone or in the zip of a bundle: the exchange's side of each request, and its answer."""

import base64
import binascii
import json
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from proxy.sandbox.recorded.stand_ins import filled
from proxy.sandbox.wire import cut_into_pairs

_MOST_OCTETS = 64 * 1024 * 1024
_KEPT_HEADERS = ("x-mbx-", "x-sapi-", "retry-after")
_NO_TYPE = "x-unknown"
_IGNORED = frozenset({"timestamp", "signature", "recvWindow"})
"""Parameters of the moment and of the key."""


class UnreadableRecordingError(ValueError):
    """Its text says what is wrong with the file."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One request and its answer. status 0: it got none."""

    method: str
    path: str
    pairs: tuple[tuple[str, str], ...]
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def read_recording(path: Path) -> list[Recorded]:
    """All that a bundle, or a HAR, holds. Raises UnreadableRecordingError, OSError."""
    with path.open("rb") as file:
        octets = file.read(_MOST_OCTETS + 1)
    if octets.startswith(b"PK\x03\x04"):
        octets = _member(path)
    if len(octets) > _MOST_OCTETS:
        raise UnreadableRecordingError(f"it is larger than {_MOST_OCTETS // 1024**2} MiB")
    try:
        document = json.loads(octets)
    except (ValueError, RecursionError):
        raise UnreadableRecordingError("it is neither a bundle nor a HAR") from None
    found = list(_entries(document))
    if not found:
        raise UnreadableRecordingError("it holds no request that reached the exchange")
    return found


def pairs_of(query: bytes, body: bytes, media_type: str) -> tuple[tuple[str, str], ...]:
    """Names and values by which requests are told apart; of a JSON body its first level."""
    found = [(pair.name, pair.value) for pair in cut_into_pairs(query, "query")]
    if "json" in media_type:
        try:
            fields = json.loads(body)
        except (ValueError, RecursionError):
            fields = None
        if isinstance(fields, dict):
            found += [
                (name, value if isinstance(value, str) else json.dumps(value))
                for name, value in fields.items()
            ]
    else:
        found += [(pair.name, pair.value) for pair in cut_into_pairs(body, "form")]
    return tuple((name, value) for name, value in found if name not in _IGNORED)


def _member(path: Path) -> bytes:
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if name.endswith(".har")]
            if len(names) != 1:
                raise UnreadableRecordingError(f"the zip holds {len(names)} HAR files, not one")
            with archive.open(names[0]) as member:
                return member.read(_MOST_OCTETS + 1)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError):
        raise UnreadableRecordingError("the zip is damaged") from None


def _entries(document: object) -> Iterator[Recorded]:
    entries = _dict(_dict(document).get("log")).get("entries")
    for entry in entries if isinstance(entries, list) else ():
        if _dict(entry).get("_side") != "client":
            request, response = _dict(_dict(entry).get("request")), _dict(_dict(entry).get("response"))
            try:
                where = urlsplit(_text(request.get("url")))
            except ValueError:
                continue
            posted = _dict(request.get("postData"))
            kind = _text(posted.get("mimeType"))
            status = response.get("status")
            if (
                where.path.startswith("/")
                and isinstance(status, int)
                and (status == 0 or 200 <= status <= 599)
            ):
                yield Recorded(
                    method=_text(request.get("method")),
                    path=where.path,
                    pairs=pairs_of(_octets(where.query), _octets(_text(posted.get("text"))), kind),
                    status=status,
                    headers=_headers(response),
                    body=_body(_dict(response.get("content"))),
                )


def _headers(response: dict[str, Any]) -> dict[str, str]:
    listed = response.get("headers")
    found = [_dict(row) for row in listed] if isinstance(listed, list) else []
    headers = {
        name: value
        for row in found
        if (name := _text(row.get("name"))).lower().startswith(_KEPT_HEADERS)
        and (value := _text(row.get("value"))).isascii()
        and f"{name}{value}".isprintable()
    }
    kind = _text(_dict(response.get("content")).get("mimeType"))
    return headers | ({"Content-Type": kind} if kind and kind != _NO_TYPE and kind.isprintable() else {})


def _body(content: dict[str, Any]) -> bytes:
    text = _text(content.get("text"))
    if content.get("encoding") == "base64":
        try:
            return base64.b64decode(text)
        except (binascii.Error, ValueError):
            return b""
    return _octets(filled(text)) if text else b""


def _octets(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
