"""HAR 1.2 (http://www.softwareishard.com/blog/har-12-spec/), which browsers and API tools open.

A flow is a page with one entry for each side: client to gateway, and gateway to exchange, joined by `pageref` and
`_requestId`. Texts are the redacted ones. The last entry of a page carries the record it was made of in `_flow`, and
what became of an unknown write in `_outcome`; `explain` reads both.

Readers give up on a whole file for one entry that they cannot read, so each is made fit: an absolute URL, a time with
its zone, and no content coding beside a text that is not coded.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote

import msgspec

from proxy import __version__
from proxy.core.redaction import FlowRecord, IntentRecord, OutcomeRecord
from proxy.core.redaction.record import PhasesRecord, SideRecord
from proxy.evidence.anonymous import Kept

_PATH_SIGNS: Final = "%!$&'()*+,/:;=@-._~[]"
_QUERY_SIGNS: Final = f"{_PATH_SIGNS}?"
_AUTHORITY: Final = re.compile(r"([A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?")
_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_MEDIA_TYPES: Final = {"form": "application/x-www-form-urlencoded", "json": "application/json"}
_CODINGS: Final = frozenset({"gzip", "deflate", "br", "zstd", "identity"})
_UNKNOWN_TYPE: Final = "x-unknown"
_EPOCH: Final = "1970-01-01T00:00:00.000Z"
_COMMENT: Final = (
    "Values were removed before this was first written. <kind:...> stands for one; equal tags: equal values. "
    "Each page is one request with two entries: client to gateway, gateway to exchange."
)
_SIDES: Final = {"client": "client to gateway", "upstream": "gateway to exchange"}


def har_document(records: Iterable[Kept], *, scheme: str = "http") -> dict[str, Any]:
    """A whole HAR, ready for JSON. `scheme`: with which clients speak to the gateway."""
    pages: list[dict[str, Any]] = []
    entries: list[dict[str, Any]] = []
    for record in records:
        if isinstance(record, OutcomeRecord):
            entries[-1]["_outcome"] = msgspec.to_builtins(record)
        else:
            pages.append(_page(record, f"flow-{len(pages) + 1}"))
            entries += _entries(record, pages[-1]["id"], scheme)
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "binance-signing-proxy", "version": __version__},
            "pages": pages,
            "entries": entries,
            "comment": _COMMENT,
        }
    }


def _page(record: FlowRecord | IntentRecord, name: str) -> dict[str, Any]:
    return {
        "startedDateTime": _time(record.time),
        "id": name,
        "title": f"{record.method} {record.path} ({record.request_id})",
        "pageTimings": {},
    }


def _entries(record: FlowRecord | IntentRecord, page: str, scheme: str) -> Iterator[dict[str, Any]]:
    """The sides that there were, the record in the last of them."""
    flow = record if isinstance(record, FlowRecord) else None
    base = f"{record.scheme}://{_authority(record.server, 'upstream.invalid')}"
    sides: list[dict[str, Any]] = []
    if flow is None or flow.went is not None or flow.execution == "not_sent" or not flow.server:
        sides.append(_client_side(record, flow, scheme))
    if flow is not None and flow.went is not None:
        sides.append(_upstream_side(flow, flow.went, base))
    elif flow is not None and not sides:  # the client spoke to the exchange itself
        sides.append(_upstream_side(flow, flow.came, base))
    for side in sides:
        side |= {"pageref": page, "_requestId": record.request_id, "comment": _SIDES[side["_side"]]}
    sides[-1]["_flow"] = msgspec.to_builtins(record)
    yield from sides


def _client_side(record: FlowRecord | IntentRecord, flow: FlowRecord | None, scheme: str) -> dict[str, Any]:
    host = _header(record.came.headers, "host")
    receive = (flow.phases_ms.receive if flow and flow.phases_ms else None) or 0
    lasted = flow.duration_ms if flow else 0
    return {
        "startedDateTime": _time(record.time),
        **_timed({"wait": max(lasted - receive, 0), "receive": min(receive, lasted)}),
        "request": _request(record, record.came, f"{scheme}://{_authority(host, 'gateway.invalid')}"),
        "response": _answer_to_client(flow) if flow else _no_response("the outcome was not recorded"),
        "cache": {},
        "_side": "client",
    }


def _upstream_side(flow: FlowRecord, side: SideRecord, base: str) -> dict[str, Any]:
    phases = flow.phases_ms or PhasesRecord()
    return {
        "startedDateTime": _time(flow.time, phases.permit or 0),
        **_timed(
            {
                "connect": -1 if phases.connect is None else phases.connect,
                "send": phases.send or 0,
                "wait": phases.wait or 0,
                "receive": phases.receive or 0,
            }
        ),
        "request": _request(flow, side, base),
        "response": _answer_of_exchange(flow),
        "cache": {},
        "_side": "upstream",
    }


def _timed(known: dict[str, float]) -> dict[str, Any]:
    """`time` and `timings`: milliseconds; -1 where a phase does not apply, but send, wait and receive must not be
    negative."""
    timings = {
        "blocked": -1,
        "dns": -1,
        "connect": -1,
        "send": 0,
        "wait": 0,
        "receive": 0,
        "ssl": -1,
        **known,
    }
    return {"time": round(sum(value for value in timings.values() if value > 0), 3), "timings": timings}


def _request(record: FlowRecord | IntentRecord, side: SideRecord, base: str) -> dict[str, Any]:
    path = record.path if record.path.startswith("/") else f"/{record.path}"
    query = f"?{quote(side.query, safe=_QUERY_SIGNS)}" if side.query else ""
    coding = _header(side.headers, "content-encoding") if side.body else ""
    request: dict[str, Any] = {
        "method": record.method,
        "url": f"{base}{quote(path, safe=_PATH_SIGNS)}{query}",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _headers(side.headers, without="content-encoding" if coding else ""),
        "queryString": [_pair(pair) for pair in side.query.split("&")] if side.query else [],
        "headersSize": -1,
        "bodySize": side.body_octets,
    }
    if side.body:
        media_type = _header(side.headers, "content-type")
        usual = _MEDIA_TYPES.get(side.body_kind, "application/octet-stream")
        request["postData"] = {"mimeType": media_type if "/" in media_type else usual, "text": side.body}
    if coding:
        request["postData"]["comment"] = f"sent with Content-Encoding: {coding}"
    return request


def _answer_to_client(flow: FlowRecord) -> dict[str, Any]:
    """The exchange's answer, or our refusal, of which status and token are recorded."""
    if flow.status is not None:
        answer = _answer_of_exchange(flow)
    else:
        repeated = f"; {flow.repeated} times until {flow.repeated_until}" if flow.repeated else ""
        answer = _no_response(f"{flow.error or 'no answer'}; execution: {flow.execution}{repeated}")
        answer["status"] = flow.refused or 0
    if flow.client_gone:
        answer["comment"] = f"{answer.get('comment', '')}; the client hung up before the end".removeprefix(
            "; "
        )
    return answer


def _answer_of_exchange(flow: FlowRecord) -> dict[str, Any]:
    if flow.status is None:
        return _no_response(f"{flow.error or 'no answer'}; execution: {flow.execution}")
    body = flow.body
    if not body and flow.code:
        body = msgspec.json.encode({"code": _as_it_stood(flow.code), "msg": flow.message}).decode()
    content: dict[str, Any] = {
        "size": flow.body_octets,
        "mimeType": _header(flow.headers, "content-type") or _UNKNOWN_TYPE,
    }
    if body:
        content["text"] = body
    if flow.undecoded:
        content["comment"] = f"body not looked into: {flow.undecoded}"
    known = _header(flow.headers, "content-encoding").lower() in _CODINGS
    return {
        "status": flow.status,
        "statusText": "",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _headers(flow.headers, without="" if known else "content-encoding"),
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


def _as_it_stood(code: str) -> int | str:
    """A code without a body beside it was a number: of one in quotation marks the record has the body."""
    return int(code) if _NUMBER.fullmatch(code) else code


def _time(text: str, later_ms: float = 0) -> str:
    """The time of a record, so much later; the beginning of all times where it tells none."""
    try:
        moment = datetime.fromisoformat(text) + timedelta(milliseconds=later_ms)
    except (ValueError, OverflowError):
        return _EPOCH
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z") if moment.tzinfo else _EPOCH


def _authority(text: str, otherwise: str) -> str:
    """Host and port where they can stand in a URL; a mark cannot."""
    return text if _AUTHORITY.fullmatch(text) else otherwise


def _headers(lines: Sequence[str], *, without: str = "") -> list[dict[str, str]]:
    pairs = (line.partition(": ") for line in lines)
    return [
        {"name": name, "value": value} for name, colon, value in pairs if colon and name.lower() != without
    ]


def _pair(pair: str) -> dict[str, str]:
    name, _, value = pair.partition("=")
    return {"name": name, "value": value}


def _header(lines: Iterable[str], wanted: str) -> str:
    """The first value of a header; "" where there is none."""
    for line in lines:
        name, colon, value = line.partition(": ")
        if colon and name.lower() == wanted:
            return value
    return ""
