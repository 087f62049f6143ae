"""The text of a record, worked out by hand; and of one that somebody hostile wrote."""

import re
from pathlib import Path
from typing import Any

import pytest

from proxy.core.redaction import RedactedFlow, RedactedOutcome
from proxy.core.redaction.record import FindingRecord, PhasesRecord, SideRecord
from proxy.terminal.flow_line import client_width, heading, lines
from proxy.terminal.glance import Shown, read_shown
from proxy.terminal.page import Page, columns
from tests.hostile.foreign_journal import HOSTILE, MARK, hostile_journal
from tests.journal.lines import bare_lines, flow, outcome

WENT = SideRecord(query="symbol=BTCUSDT&timestamp=1&signature=<sig:hex:64>", body="a=1", headers=["Host: h"])
PHASES = PhasesRecord(permit=1.0, connect=2.0, send=0.5, wait=40.0, receive=3.0)
OBEYED = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164]")


def read(record: RedactedFlow | RedactedOutcome) -> Shown:
    return read_shown(record.line, whole=True)


def shown(said: str = "", page: Page | None = None, **fields: Any) -> list[str]:
    return lines(read(flow(**fields)), said, page or Page())


def test_the_columns_of_eighty() -> None:
    assert (
        heading(Page()) == "time, UTC client method path                      got code    ours+Binance cost"
    )


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        (
            {"status": 200, "weight": 20, "went": WENT, "duration_ms": 47.25, "phases_ms": PHASES},
            "10:14:56Z -      GET    /api/v3/account           200            2.2+ 45.0 w20",
        ),
        (
            {"status": 200, "went": WENT, "client": "grid-bot-of-two", "path": "/sapi/v1/c2c/orderMatch/listUserOrderHistory",
             "code": "000000", "duration_ms": 250.0, "phases_ms": PhasesRecord(wait=249.0)},
            "10:14:56Z grid-… GET    /sapi/v1…UserOrderHistory 200 000000     1.0+  249",
        ),
        (
            {"method": "DELETE", "path": "/api/v3/order", "refused": 403, "error": "endpoint_denied", "duration_ms": 0.04},
            "10:14:56Z -      DELETE /api/v3/order             403 refused    0.0",
        ),
        (
            {"method": "POST", "path": "/api/v3/order", "refused": 504, "error": "upstream_timeout", "execution": "unknown",
             "went": WENT, "duration_ms": 15000.0, "phases_ms": PhasesRecord(permit=1.0, connect=2.0, send=1.0)},
            "10:14:56Z -      POST   /api/v3/order             504 unknown  14998+  2.0",
        ),
        (
            {"dry_run": True, "duration_ms": 1.0},
            "10:14:56Z -      GET    /api/v3/account           --- dry run    1.0",
        ),
        (
            {"path": "", "method": "_OTHER", "refused": 400, "error": "bad_request"},
            "10:14:56Z -      _OTHER (no request)              400 refused    0.0",
        ),
    ],
    ids=["ok", "narrow", "refused", "unknown", "dry run", "no request"],
)  # fmt: skip
def test_one_line(fields: dict[str, Any], line: str) -> None:
    assert shown(**fields)[0] == line


def test_an_error_answer_is_held_here_so_its_time_is_ours() -> None:
    (head,) = shown(status=400, went=WENT, duration_ms=46.5, phases_ms=PHASES)
    assert " 4.5+ 42.0" in head


def test_findings_with_their_remedy() -> None:
    found = [
        FindingRecord(
            rule="param-decimal-comma", strength="proven", says="A comma.", remedy="Write a point."
        ),
        FindingRecord(rule="recvwindow-replaced", strength="proven", says="It was replaced.", remedy=""),
        *(FindingRecord(rule="r", strength="likely", says="Says.", remedy="") for _ in range(3)),
    ]
    assert shown(status=400, code="-1100", message="Illegal characters.", findings=found)[1:] == [
        "    Illegal characters.",
        "    proven: A comma. [param-decimal-comma]",
        "        do this: Write a point.",
        "    mended: It was replaced. [recvwindow-replaced]",
        "    likely: Says. [r]",
        "    2 more: e explains the last failure, signing-proxy logs shows all",
    ]


def test_a_refusal_tells_what_to_do_and_how_often_it_came() -> None:
    fields: dict[str, Any] = {
        "refused": 403, "error": "endpoint_denied", "repeated": 38, "repeated_mixed": True,
        "repeated_until": "2026-07-23T10:15:06.000Z",
    }  # fmt: skip
    assert shown("add it under `policy.allow`", **fields)[1:] == [
        "    endpoint_denied: add it under `policy.allow` (nothing was sent)",
        "    38 times until 10:15:06Z, other paths among them",
    ]
    assert shown(refused=504, error="upstream_timeout", execution="unknown")[1:] == [
        "    upstream_timeout (whether it was executed is unknown)"
    ]


def test_what_became_of_an_unknown_write() -> None:
    assert lines(read(outcome(state="executed", order_status="FILLED")), "", Page()) == [
        "10:14:56Z POST /api/v3/order  looked up: executed (FILLED)"
    ]


@pytest.mark.parametrize(("place", "signed"), [("form", "a=1"), ("query", "")])
def test_both_sides_and_the_signed_text(place: str, signed: str) -> None:
    told = shown(
        page=Page(whole=True), status=200, went=WENT, server="api.binance.com", headers=["Date: today", "x: y"],
        signed=[{"place": place, "name": "*", "origin": "client", "octets": 1}],
    )  # fmt: skip
    assert told[1:] == [
        "    came    GET /api/v3/account",
        "    sent    GET https://api.binance.com/api/v3/account?symbol=BTCUSDT&timestamp=",
        "            1&signature=<sig:hex:64>",
        "            Host: h",
        "    body    a=1",
        f"    signed  symbol=BTCUSDT&timestamp=1{signed}",
        "    answer  Date: today",
        "            x: y",
    ]


def test_a_narrow_page_leaves_columns_out_before_the_path() -> None:
    fields: dict[str, Any] = {"status": 200, "weight": 20, "went": WENT, "client": "bot"}
    for width in range(40, 200):
        head = shown(page=Page(width=width), **fields)[0]
        assert len(head) <= width
        assert "GET    /api/" in head
    assert "w20" in shown(page=Page(width=72), **fields)[0]
    assert "bot" not in shown(page=Page(width=60), **fields)[0]


def test_names_of_clients_take_the_room_that_they_need() -> None:
    page = Page(width=120)
    for name, wide in (("bot", 6), ("grid-bot", 8), ("a-very-long-name-of-a-client", 14)):
        assert client_width(read(flow(client=name)), page) == wide


@pytest.mark.parametrize("whole", [False, True])
def test_nothing_hostile_is_obeyed_and_no_first_line_is_too_wide(tmp_path: Path, *, whole: bool) -> None:
    marks = 0
    for line in bare_lines(hostile_journal(tmp_path).read_bytes()):
        try:
            record = read_shown(line, whole=whole)
        except ValueError:
            continue
        told = lines(record, HOSTILE, Page(whole=whole))
        assert not OBEYED.findall("".join(told))
        assert all(columns(one) <= 80 for one in told[:1])
        marks += MARK in "".join(told)
    assert marks > 20
