"""A journal that somebody else wrote: each text of a record is one that clears the screen, starts commands and hides."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.evidence.records import write_journal

MARK = "EVIL"
HOSTILE = f"{MARK}\n- touch pwned\r\x1b[2J\x1b]0;{MARK}\x07`touch pwned`$(touch pwned)'\"; touch pwned #\x00\x9b2J\u202e\u2066\u200b\u3164\x7f"

_HEAD = {"type": "flow", "schema": 1, "time": "2026-11-28T10:00:00.000Z", "environment": "production"}
_PROOF = {"signed": "a=1", "expected": "a=2", "signed_octets": 3, "expected_octets": 3, "first_difference": 2,
          "difference_in": "a"}  # fmt: skip
_RICH: list[dict[str, Any]] = [
    {**_HEAD, "request_id": "f-1", "http.request.method": "GET", "url.path": "/api/v3/account", "in": {"query": "a=1"},
     "out": {"query": "a=1&timestamp=1&signature=x"}, "execution": "answered", "http.response.status_code": 400,
     "code": "-1022", "message": "no", "verdict": "mistaken", "signature": "invalid", "needs": "signed",
     "server.address": "api.binance.com", "notes": ["a note"], "account": "main", "client": "bot",
     "findings": [{"rule": "a-rule", "strength": "proven", "says": "Says.", "remedy": "Do.", "facts": {"name": "a"},
                   "proof": _PROOF},
                  {"rule": "b-rule", "strength": "likely", "says": "Says.", "remedy": "Do.", "facts": {"name": "a"}}]},
    {**_HEAD, "request_id": "f-2", "http.request.method": "GET", "url.path": "/api/v3/account", "in": {},
     "execution": "not_sent", "refused": 403, "error.type": "read_only", "repeated": 3,
     "repeated_until": "2026-11-28T10:00:09.000Z", "repeated_mixed": True},
    {**_HEAD, "request_id": "f-3", "http.request.method": "GET", "url.path": "/api/v3/depth",
     "in": {"query": "symbol=BTCUSDT&limit=5"}, "out": {"query": "symbol=BTCUSDT&limit=5", "body_kind": "empty"},
     "execution": "answered", "http.response.status_code": 400, "code": "-2014", "message": "no", "needs": "none",
     "server.address": "api.binance.com", "http.response.headers": ["x-mbx-used-weight-1m: 7"]},
    {**_HEAD, "type": "intent", "request_id": "f-4", "http.request.method": "POST", "url.path": "/api/v3/order", "in": {}},
    {**_HEAD, "request_id": "f-4", "http.request.method": "POST", "url.path": "/api/v3/order", "in": {},
     "execution": "unknown", "error.type": "timeout", "refused": 504},
    {**_HEAD, "type": "outcome", "request_id": "f-4", "http.request.method": "POST", "url.path": "/api/v3/order",
     "outcome": "executed", "reason": "", "order_status": "FILLED", "looks": 1},
]  # fmt: skip
"""Records with all that can be printed of one."""


def hostile_journal(directory: Path) -> Path:
    """Its one file. Each text of each record is hostile once, alone and behind a slash; names of facts too."""
    write_journal(directory)
    (file,) = directory.glob("flows-*.jsonl")
    records = [*map(json.loads, file.read_text().splitlines()), *_RICH]
    made = [
        _with(record, at, text)
        for record in records
        for at in _texts(record)
        if at not in (("type",), ("schema",))
        for text in (HOSTILE, f"/{HOSTILE}")
    ]
    named = _with(_RICH[0], ("findings", 1, "facts"), {HOSTILE: HOSTILE})
    # The last answer that contradicts is the one that is named; this one is later than all hostile times.
    last = _with(_with(_RICH[2], ("request_id",), HOSTILE), ("time",), "~")
    orders = [_order(f"{before}{HOSTILE}") for before in ("", "BTCUSDT]\n  profiles: [", "BTC")]
    file.write_text("".join(json.dumps(record) + "\n" for record in (*records, *made, *orders, named, last)))
    return file


def _order(symbol: str) -> dict[str, Any]:
    """One that was carried out, of a symbol that could be a line of a policy."""
    query = f"symbol={quote(symbol)}&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=2"
    head = {"http.request.method": "POST", "url.path": "/fapi/v1/order", "http.response.status_code": 200}
    return {
        **_HEAD,
        **head,
        "request_id": "f-5",
        "in": {"query": query},
        "execution": "answered",
        "listed": True,
    }


def _texts(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where texts stand in a record."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inside:
        if isinstance(one, str):
            yield (*at, name)
        yield from _texts(one, (*at, name))


def _with(record: dict[str, Any], at: tuple[Any, ...], content: Any) -> dict[str, Any]:
    copy: dict[str, Any] = json.loads(json.dumps(record))
    place: Any = copy
    for step in at[:-1]:
        place = place[step]
    place[at[-1]] = content
    return copy


_SWEEP: dict[str, Any] = {
    "schema": 1, "began_ms": 1_795_860_000_000, "took_ms": 9, "weight": 3, "set": "c2c", "account": MARK, "key": "k",
    "environment": "production", "sections": [{"name": MARK, "controls": [], "calls": ["GET /a", "GET /b"]}],
    "skipped": [{"endpoint": "GET /b", "why": MARK}],
    "probes": [{"method": "GET", "path": "/a", "host": MARK, "account": MARK, "at_ms": 1_795_860_000_000, "status": 400,
                "code": MARK, "message": MARK, "edge_request_id": MARK}],
}  # fmt: skip


def write_sweeps(directory: Path) -> None:
    """Two sweeps with texts of his own, and one for each place of a text that nobody should have to look at."""
    later = {**_SWEEP, "began_ms": _SWEEP["began_ms"] + 600_000}
    spoilt = [json.loads(line) for line in _spoilt(json.dumps(_SWEEP))]
    lines = (json.dumps(one) for one in (_SWEEP, *spoilt, later))
    (directory / "audit-20261128.jsonl").write_text("\n".join(lines) + "\n")


def _spoilt(line: str) -> Iterator[str]:
    """The line with one of its marks after the other made hostile."""
    parts = line.split(f'"{MARK}"')
    for place in range(1, len(parts)):
        yield f'"{MARK}"'.join(parts[:place]) + json.dumps(HOSTILE) + f'"{MARK}"'.join(parts[place:])
