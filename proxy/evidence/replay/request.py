"""What a client sends to the gateway to ask the same again: unsigned, for the gateway signs with the time of now."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import msgspec

from proxy.core.catalogue import Catalogue
from proxy.core.foreign import Foreign
from proxy.core.foreign_json import UnreadableError, read_json
from proxy.core.redaction.foreign_record import ForeignFlow, ForeignIntent
from proxy.probing.read_only import is_read

_METHOD: Final = re.compile(r"[A-Z]{1,10}")
_PATH: Final = re.compile(r"/[A-Za-z0-9/_.~-]{1,400}")
_QUERY_SIGNS: Final = "%/-._~!$&'()*+,;=:@?[]"
_MARK: Final = re.compile(r"<[a-z]{1,10}(?::[^<>]*)?>")
_OURS: Final = frozenset({"timestamp", "signature"})
_OBJECT: Final = msgspec.json.Decoder(dict[str, Any])
_KEPT: Final = re.compile(r"(?i:clienttype|x-mbx-time-unit): [A-Za-z]{1,20}")
_TYPES: Final = {"form": "application/x-www-form-urlencoded", "json": "application/json"}


@dataclass(frozen=True, slots=True)
class Again:
    """A request that can be sent. `missing`: parameters whose values were not recorded; then it cannot. `reads`: it
    is listed as what neither changes nor makes anything; who wrote the record may have wanted something else."""

    endpoint: Foreign
    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    reads: bool
    missing: tuple[Foreign, ...]


def again(record: ForeignFlow | ForeignIntent, given: Mapping[str, str]) -> Again | str:
    """The request of a record, or why it cannot be sent again. `given`: values for parameters, by name."""
    method, path, came = record.method.raw, record.path.raw, record.came
    if not _METHOD.fullmatch(method) or not _PATH.fullmatch(path):
        return "its method or path is none that could be sent"
    kind = came.body_kind.raw
    if came.body and kind not in _TYPES:
        return f"its body is neither a form nor JSON, and was not recorded ({came.body_octets} octets)"
    missing: list[Foreign] = []
    query = _pairs(came.query.raw, given, missing)
    if kind == "json":
        body = _json(came.body.raw, given, missing)
        if body is None:
            return "its body was not recorded as JSON"
    else:
        body = _pairs(came.body.raw, given, missing)
    headers = dict(line.raw.split(": ", 1) for line in came.headers if _KEPT.fullmatch(line.raw))
    if came.body:
        headers["Content-Type"] = _TYPES[kind]
    known = Catalogue.builtin().find(method, path)
    return Again(
        endpoint=Foreign(f"{method} {path}"),
        method=method,
        target=path + (f"?{query}" if query else ""),
        headers=headers,
        body=body.encode("utf-8", "surrogateescape"),
        reads=known is not None and is_read(known),
        missing=tuple(missing),
    )


def _pairs(text: str, given: Mapping[str, str], missing: list[Foreign]) -> str:
    """Pairs but those of time and signature, with values for their marks."""
    kept = []
    for pair in text.split("&") if text else ():
        name, sign, value = pair.partition("=")
        if name in _OURS:
            continue
        if _MARK.search(pair):
            if name not in given or _MARK.search(name):
                missing.append(Foreign(name))
                continue
            value = quote(given[name], safe="")
        kept.append(quote(f"{name}{sign}{value}", safe=_QUERY_SIGNS))
    return "&".join(kept)


def _json(text: str, given: Mapping[str, str], missing: list[Foreign]) -> str | None:
    """The object with values for its marks on the first level; None where it is none."""
    try:
        fields = read_json(text, _OBJECT)
    except UnreadableError:
        return None
    for name, value in fields.items():
        if _MARK.search(name) or _MARK.search(msgspec.json.encode(value).decode()):
            if name in given:
                fields[name] = given[name]
            else:
                missing.append(Foreign(name))
    return msgspec.json.encode(fields).decode()
