"""What answers say against the table, counted by a gateway that runs; and that right traffic says nothing."""

from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from structlog.testing import capture_logs

from proxy.core.catalogue import Catalogue
from proxy.core.flow import Answer, Flow
from proxy.core.guard.permit import PROFILES
from proxy.gateway import contradictions as room
from proxy.gateway.contradictions import Contradictions
from proxy.gateway.recorder import Recorder
from proxy.journal import Entry, Reader
from proxy.journal.contradictions import tally_of
from proxy.sandbox import ALL_PERMISSIONS, Fault, Sandbox, SandboxKey, start
from proxy.sandbox.tables import TABLE
from tests.core.redaction.flows import json_answer, make_flow, read_of
from tests.gateway.test_recorder import quiet
from tests.support.gateway import API_KEY, API_SECRET, gateway

BAD_KEY = b'{"code":-2014,"msg":"API-key format invalid."}'
LEVERAGE = b"/fapi/v1/leverage"
ADMIN: dict[str, Any] = {"admin": "127.0.0.1:0"}
DOUBTED = {
    ("POST /sapi/v1/c2c/chat/markOrderMessagesAsRead", "wants_signature"),
    ("POST /sapi/v1/c2c/chat/markUserMessagesAsRead", "wants_signature"),
}
"""The table has them key only, from one community client, in doubt; the sandbox, another reading, has them signed."""


def counted(seen: Contradictions) -> dict[tuple[str, ...], float]:
    (reading,) = seen.readings()
    return dict(reading.samples)


async def test_a_key_that_a_public_endpoint_wants_is_counted_told_once_and_shown(tmp_path: Path) -> None:
    box = Sandbox(keys=[SandboxKey(API_KEY, "hmac", API_SECRET)])
    box.faults.add(Fault(path="/api/v3/depth", status=401, body=BAD_KEY, times=2))
    box.faults.add(Fault(path="/api/v3/account", status=401, body=BAD_KEY))
    exchange = await start(box)
    paths = (
        "/api/v3/depth?symbol=BTCUSDT",
        "/api/v3/depth?symbol=ETHUSDT",
        "/api/v3/account",
        "/api/v3/time",
    )
    with capture_logs() as said:
        async with gateway(exchange.url, tmp_path / "j", **ADMIN) as running, ClientSession() as session:
            for path in paths:
                async with session.get(running.url + path) as answer:
                    await answer.read()
            await running.pipeline.recorder.flush()
            async with session.get(f"{running.admin_url}/metrics") as answer:
                metrics = await answer.text()
    await exchange.stop()
    line = 'environment="sandbox",kind="wants_key"'
    (sample,) = [one for one in metrics.splitlines() if "catalogue_contradictions_total{" in one]
    assert sample.endswith(" 2.0")
    assert 'endpoint="GET /api/v3/depth"' in sample
    assert all(part in sample for part in line.split(","))
    (warning,) = [one for one in said if one["event"] == "catalogue_contradicted"]
    assert warning["says"] == "the table says public, the exchange asked for a key: -2014"
    assert (warning["endpoint"], warning["environment"]) == ("GET /api/v3/depth", "sandbox")


async def test_all_that_the_sandbox_answers_to_right_and_empty_calls_agrees_with_the_table_but_for_doubts(
    tmp_path: Path,
) -> None:
    """All of the strict exchange that a policy may let through, with a symbol and without any parameter."""
    key = SandboxKey(API_KEY, "hmac", API_SECRET, permissions=ALL_PERMISSIONS)
    exchange = await start(Sandbox(keys=[key]))
    calls = [one for path in TABLE.paths() for one in TABLE.methods(path).values()]
    profiles: dict[str, Any] = {"policy": {"profiles": sorted(PROFILES)}}
    statuses = []
    async with gateway(exchange.url, tmp_path / "j", **profiles) as running, ClientSession() as session:
        for one in calls:
            for query in ("", "?symbol=BTCUSDT"):
                async with session.request(one.method, running.url + one.path + query) as answer:
                    statuses.append(answer.status)
                    await answer.read()
        await running.pipeline.recorder.flush()
        live = counted(running.pipeline.recorder.contradictions)
    await exchange.stop()
    assert statuses.count(200) > 60
    tally, answers = tally_of(Reader(tmp_path / "j").entries(), Catalogue.builtin())
    assert answers > 300
    assert {(one.endpoint, one.contradiction.kind.value) for one in tally.entries()} == DOUBTED
    assert {(endpoint, kind) for _, kind, endpoint in live} == DOUBTED


def flows() -> list[Flow]:
    bad = json_answer(BAD_KEY, 401)
    page = Answer(404, ((b"Content-Type", b"text/html"),), b"<html>", 6)
    unread = {"code": -1104, "msg": "Not all sent parameters were read."}
    removed = make_flow("GET", b"/fapi/v1/allForceOrders?symbol=A", answer=json_answer([]))
    removed.upstream = "https://fapi.binance.com"
    cut = make_flow("GET", b"/fapi/v1/allForceOrders?symbol=A", answer=Answer(200, (), b'[{"a":1', 90_000))
    other = make_flow("GET", b"/api/v3/depth", answer=page)
    other.upstream = "https://api2.binance.com"
    here = make_flow("GET", b"/api/v3/time", answer=page)
    here.upstream = "http://127.0.0.1:9000"
    label = ((b"Content-Type", b"application/json"),)
    form = (b"Content-Type", b"application/x-www-form-urlencoded")
    wants = {"code": -1104, "msg": "Not all sent parameters were read."}
    long = b"/api/v3/depth?" + b"&".join(b"p%d=1" % number for number in range(101))
    return [
        make_flow("GET", b"/api/v3/depth?symbol=A", answer=bad),
        make_flow("GET", b"/api/v3/account", answer=bad),
        make_flow("GET", b"/api/v3/account", answer=json_answer({})),
        make_flow("GET", b"/api/v3/depth", answer=page),
        make_flow("GET", b"/api/v3/depth?symbol=A&limit=5", answer=json_answer(unread, 400)),
        make_flow("GET", b"/api/v3/depth?symbol=A&symbol=A", answer=json_answer(unread, 400)),
        make_flow("GET", long, answer=json_answer(unread, 400)),
        make_flow("GET", b"/api/v3/depth", answer=json_answer({"code": -1137}, 400)),
        make_flow("GET", b"/api/v3/brand/new", answer=bad),
        make_flow("GET", b"/api/v3/depth"),
        make_flow("GET", b"/api/v3/trades?&symbol=A&&limit=", answer=json_answer(unread, 400)),
        make_flow("POST", b"/api/v3/userDataStream", answer=json_answer(unread, 400)),
        make_flow("POST", LEVERAGE, b"symbol=A&leverage=2", headers=(form,), answer=json_answer(wants, 400)),
        make_flow("POST", LEVERAGE, b"x=1&leverage=2", headers=(form,), answer=json_answer(wants, 400)),
        make_flow("POST", LEVERAGE + b"?symbol=A", b"{}", headers=label, answer=json_answer(wants, 400)),
        here,
        removed,
        cut,
        other,
    ]


def test_a_running_gateway_and_its_journal_say_the_same() -> None:
    seen = Contradictions()
    for flow in flows():
        seen.note(flow)
    records = [read_of(flow) for flow in flows()]
    tally, _ = tally_of((Entry(record, b"") for record in records), Catalogue.builtin())
    there = {
        (one.environment, one.contradiction.kind.value, one.endpoint): one.count for one in tally.entries()
    }
    assert counted(seen) == there
    assert sorted((kind, endpoint) for _, kind, endpoint in there) == [
        ("back", "GET /fapi/v1/allForceOrders"),
        ("gone", "GET /api/v3/depth"),
        ("gone", "GET /api/v3/time"),
        ("parameter_unread", "GET /api/v3/depth"),
        ("parameter_unread", "GET /api/v3/trades"),
        ("parameter_unread", "POST /fapi/v1/leverage"),
        ("unknown_code", "GET /api/v3/depth"),
        ("wants_key", "GET /api/v3/depth"),
    ]
    assert set(there.values()) == {1}


def test_a_good_answer_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """What costs something is not even begun: no body is decoded, nothing imported."""
    monkeypatch.setattr(room, "_code", None)
    seen = Contradictions()
    with capture_logs() as said:
        seen.note(make_flow("GET", b"/api/v3/account", answer=json_answer({})))
        seen.note(make_flow("GET", b"/api/v3/depth", answer=json_answer({})))
    assert said == []
    assert counted(seen) == {}


async def test_what_fails_here_costs_no_record(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_code", None)
    made: Recorder
    made, journal, _ = quiet()
    flow = make_flow("GET", b"/api/v3/account", answer=json_answer(BAD_KEY, 401))
    with capture_logs() as said:
        made.finish(flow)
        await made.flush()
    assert len(journal.written) == 1
    assert made.tally.unsafe == 0
    assert said == [
        {
            "event": "contradiction_lost",
            "log_level": "error",
            "error": "TypeError",
            "request_id": flow.request_id,
        }
    ]


def test_codes_of_one_endpoint_are_one_figure() -> None:
    """The label has the kind; which codes they were is in the journal."""
    seen = Contradictions()
    for code in (-1137, -1138, -1137):
        seen.note(make_flow("GET", b"/api/v3/depth", answer=json_answer({"code": code}, 400)))
    assert counted(seen) == {("production", "unknown_code", "GET /api/v3/depth"): 3}
