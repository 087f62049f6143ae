"""HAR 1.2 (http://www.softwareishard.com/blog/har-12-spec/), which browsers and API tools open.

Texts are the redacted ones. Each entry carries the record it was made of in `_flow`, and what became of an unknown
write in `_outcome`; `explain` reads both.
"""

from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import quote

import msgspec

from proxy import __version__
from proxy.core.redaction import FlowRecord, IntentRecord, OutcomeRecord
from proxy.core.redaction.record import PhasesRecord, SideRecord
from proxy.evidence.anonymous import Kept

_URL_SIGNS: Final = "%!$&'()*+,/:;=?@-._~[]"
_MEDIA_TYPES: Final = {"form": "application/x-www-form-urlencoded", "json": "application/json"}
_UNKNOWN_TYPE: Final = "x-unknown"
_COMMENT: Final = (
    "Values were removed before this was first written. <kind:...> stands for one; equal tags: equal values."
)


def har_document(records: Iterable[Kept]) -> dict[str, Any]:
    """A whole HAR, ready for JSON."""
    entries: list[dict[str, Any]] = []
    for record in records:
        if isinstance(record, OutcomeRecord):
            entries[-1]["_outcome"] = msgspec.to_builtins(record)
        else:
            entries.append(_entry(record))
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "binance-signing-proxy", "version": __version__},
            "entries": entries,
            "comment": _COMMENT,
        }
    }


def _entry(record: FlowRecord | IntentRecord) -> dict[str, Any]:
    flow = record if isinstance(record, FlowRecord) else None
    timings = _timings(flow.phases_ms if flow and flow.phases_ms else PhasesRecord())
    return {
        "startedDateTime": record.time,
        "time": round(sum(value for value in timings.values() if value > 0), 3),
        "request": _request(record, flow.went if flow and flow.went else record.came),
        "response": _response(flow) if flow else _no_response("the outcome was not recorded"),
        "cache": {},
        "timings": timings,
        "_flow": msgspec.to_builtins(record),
    }


def _request(record: FlowRecord | IntentRecord, side: SideRecord) -> dict[str, Any]:
    url = f"https://{record.server or 'gateway.invalid'}{record.path}"
    if side.query:
        url += f"?{side.query}"
    request: dict[str, Any] = {
        "method": record.method,
        "url": quote(url, safe=_URL_SIGNS),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _headers(side.headers),
        "queryString": [_pair(pair) for pair in side.query.split("&")] if side.query else [],
        "headersSize": -1,
        "bodySize": side.body_octets,
    }
    if side.body:
        media_type = _MEDIA_TYPES.get(side.body_kind, "application/octet-stream")
        request["postData"] = {"mimeType": media_type, "text": side.body}
    return request


def _response(flow: FlowRecord) -> dict[str, Any]:
    if flow.status is None:
        repeated = f"; {flow.repeated} times until {flow.repeated_until}" if flow.repeated else ""
        answer = _no_response(f"{flow.error or 'no answer'}; execution: {flow.execution}{repeated}")
        answer["status"] = flow.refused or 0
        return answer
    body = flow.body
    if not body and flow.code:
        body = msgspec.json.encode({"code": flow.code, "msg": flow.message}).decode()
    content: dict[str, Any] = {"size": flow.body_octets, "mimeType": _media_type(flow.headers)}
    if body:
        content["text"] = body
    if flow.undecoded:
        content["comment"] = f"body not looked into: {flow.undecoded}"
    return {
        "status": flow.status,
        "statusText": "",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _headers(flow.headers),
        "content": content,
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": flow.body_octets,
    }


def _no_response(why: str) -> dict[str, Any]:
    """What browsers write for a request that got no answer: status 0."""
    return {
        "status": 0,
        "statusText": "",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": [],
        "content": {"size": 0, "mimeType": _UNKNOWN_TYPE},
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": -1,
        "comment": why,
    }


def _timings(phases: PhasesRecord) -> dict[str, float]:
    """Milliseconds; -1 where a phase does not apply, but send, wait and receive must not be negative."""
    return {
        "blocked": -1 if phases.permit is None else phases.permit,
        "dns": -1,
        "connect": -1 if phases.connect is None else phases.connect,
        "send": phases.send or 0,
        "wait": phases.wait or 0,
        "receive": phases.receive or 0,
        "ssl": -1,
    }


def _headers(lines: Iterable[str]) -> list[dict[str, str]]:
    pairs = (line.partition(": ") for line in lines)
    return [{"name": name, "value": value} for name, colon, value in pairs if colon]


def _pair(pair: str) -> dict[str, str]:
    name, _, value = pair.partition("=")
    return {"name": name, "value": value}


def _media_type(headers: Iterable[str]) -> str:
    for line in headers:
        name, _, value = line.partition(": ")
        if name.lower() == "content-type":
            return value
    return _UNKNOWN_TYPE
