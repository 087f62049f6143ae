"""Every way in which a request can end: what the client is told, what the journal says, and what left for Binance."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from proxy.credentials.accounts import Accounts
from proxy.upstream.dial import Dialer
from proxy.upstream.faults import fault
from tests.gateway.house import LATE, ONE_A_DAY, ORDER, TWO, WEIGHT, House, house, policy, says
from tests.upstream.scripted import Act, answers, answers_and_hangs_up, hangs_up, rest, says_nothing

SHOWN = (
    "execution", "error.type", "refused", "fault_stage", "http.response.status_code", "incomplete", "attempts",
    "weight", "dry_run", "client_gone", "shared",
)  # fmt: skip
WHOLE = ["connect", "permit", "receive", "send", "wait"]
"""The phases of a request that was answered; of one that was sent in vain or held back; of one refused before."""
TRIED, REFUSED = ["permit", "receive"], ["receive"]


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """A request, what the exchange does with it, and all that must come of it."""

    acts: tuple[Act, ...] = ()
    method: str = "POST"
    target: str = "/api/v3/order"
    form: str | None = ORDER
    headers: dict[str, str] = {}
    settings: dict[str, Any] = {}
    accounts: Accounts = TWO
    before: Callable[[House, pytest.MonkeyPatch], None] = lambda _house, _patch: None

    status: int
    token: str = ""
    execution: str
    outcome: str | None = None
    record: dict[str, Any]
    phases: list[str]
    sent: int = 1
    intents: int = 0


def unreachable(at: House, patch: pytest.MonkeyPatch) -> None:
    """No connection is at hand any more, and none can be made."""

    async def fails(*_any: Any) -> None:
        raise fault("upstream_unreachable", "connect", "ConnectionRefusedError")

    patch.setattr(Dialer, "open", fails)
    at.local.ahead += 100


def read_only(at: House, patch: pytest.MonkeyPatch) -> None:
    at.running.pipeline.guard.kill_switch.turn(True, "test")


def broken(at: House, patch: pytest.MonkeyPatch) -> None:
    async def send(*_any: Any, **_more: Any) -> None:
        raise ZeroDivisionError

    patch.setattr(at.running.pipeline.dispatcher.sender, "send", send)


def lost(status: int, token: str, stage: str, *acts: Act, **more: Any) -> Way:
    """A write of which nobody knows whether it was executed."""
    record = {
        "execution": "unknown",
        "error.type": token,
        "refused": status,
        "fault_stage": stage,
        "weight": 1,
    }
    return Way(
        acts=acts, status=status, token=token, execution="unknown", outcome="undetermined",
        record=record | more.pop("record", {}), phases=more.pop("phases", TRIED), intents=1, **more,
    )  # fmt: skip


def refused(status: int, token: str, phases: list[str] = REFUSED, **more: Any) -> Way:
    """A request that never left."""
    record = {"execution": "not_sent", "error.type": token, "refused": status} | more.pop("record", {})
    more = {"sent": 0} | more
    return Way(status=status, token=token, execution="not_sent", record=record, phases=phases, **more)


def answered(status: int, execution: str, *acts: Act, weight: int, **more: Any) -> Way:
    """A request with an answer of the exchange, passed on as it is."""
    record = {"execution": execution, "http.response.status_code": status, "attempts": 1, "weight": weight}
    return Way(
        acts=acts, status=status, execution=execution, record=record | more.pop("record", {}), phases=WHOLE, **more
    )  # fmt: skip


READ: dict[str, Any] = {"method": "GET", "target": "/api/v3/account", "form": None}
QUICK = {"upstream": {"answer_seconds": 0.2}}
HALF_A_BODY = answers_and_hangs_up(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{")
REDIRECT = says(302, b"", "Location: http://x/")

WAYS = {
    "a write is answered": answered(200, "answered", says(200), weight=0, intents=1),
    "a write is refused by the exchange": answered(400, "answered", says(400), weight=1, intents=1),
    "409 is an answer": answered(409, "answered", says(409), weight=1, intents=1),
    "499 is an answer": answered(499, "answered", says(499), weight=1, intents=1),
    "408 is none": answered(408, "unknown", says(408), weight=1, intents=1, outcome="undetermined"),
    "500 is none": answered(500, "unknown", says(500), weight=1, intents=1, outcome="undetermined"),
    "503 is none": answered(503, "unknown", says(503), weight=1, intents=1, outcome="undetermined"),
    "a read is answered": answered(200, "answered", says(200), weight=20, **READ),
    "a read is refused": answered(401, "answered", says(401), weight=20, **READ),
    "a read gets a 503": answered(503, "unknown", says(503), weight=20, **READ),
    "a read is sent once more": answered(
        200, "answered", hangs_up, says(200), weight=20, sent=2, record={"attempts": 2}, **READ
    ),
    "a read is sent in vain": Way(
        **READ, acts=(hangs_up, hangs_up), status=502, token="upstream_no_answer", execution="unknown",
        record={"execution": "unknown", "error.type": "upstream_no_answer", "refused": 502, "fault_stage": "head",
                "weight": 20},
        phases=TRIED, sent=2,
    ),
    "a healed write": answered(200, "answered", says(400, LATE), weight=1, intents=1, sent=2, record={"attempts": 2}),
    "the exchange hangs up": lost(502, "upstream_no_answer", "head", hangs_up),
    "it hangs up after the healing": lost(
        502, "upstream_no_answer", "head", says(400, LATE), hangs_up, sent=2, phases=WHOLE,
        record={"attempts": 1, "weight": 2},
    ),
    "it says nothing": lost(504, "upstream_timeout", "head", says_nothing, settings=QUICK),
    "half a head": lost(502, "upstream_no_answer", "head", answers_and_hangs_up(b"HTTP/1.1 20")),
    "no HTTP": lost(502, "upstream_bad_answer", "head", answers(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")),
    "half a body": lost(
        502, "upstream_no_answer", "body", HALF_A_BODY, phases=WHOLE,
        record={"http.response.status_code": 200, "incomplete": True, "attempts": 1, "weight": 0},
    ),
    "a redirect": lost(502, "redirect_refused", "head", REDIRECT),
    "no connection": refused(
        502, "upstream_unreachable", TRIED, before=unreachable, record={"fault_stage": "connect"}, intents=1
    ),
    "no connection for a read": refused(
        502, "upstream_unreachable", TRIED, before=unreachable, record={"fault_stage": "connect"}, **READ
    ),
    "another host's page": refused(403, "host_not_allowed", headers={"Host": "evil.example"}),
    "an unknown path": refused(404, "endpoint_unknown", target="/evil/v1/x"),
    "an account of nobody's": refused(403, "account_denied", headers={"X_Gateway_Account": "nobody"}),
    "a denied endpoint": refused(403, "endpoint_denied", target="/fapi/v1/order"),
    "while it is read-only": refused(403, "read_only", before=read_only),
    "a compressed body": refused(415, "content_encoding_refused", headers={"Content_Encoding": "br"}),
    "a large body": refused(413, "body_too_large", form="a" * 65_537),
    "no form": refused(415, "unsupported_media_type", form="hello", headers={"Content_Type": "text/plain"}),
    "no account": refused(401, "account_missing", accounts=Accounts()),
    "beyond a limit": refused(
        403, "limit_exceeded", TRIED, settings={"policy": policy(ONE_A_DAY | {"max_quantity": 0.5})}
    ),
    "a dry run": Way(
        headers={"X_Gateway_Dry_Run": "1"}, status=200, execution="not_sent",
        record={"execution": "not_sent", "dry_run": True},
        phases=TRIED, sent=0,
    ),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
async def test_what_comes_of_a_request(way: Way, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with house(tmp_path, *way.acts, accounts=way.accounts, **way.settings) as at:
        await rest()  # the clock has just been set over a connection that is used again
        way.before(at, monkeypatch)
        got = await at.ask(way.method, way.target, way.form, **way.headers)
        assert (got.status, got.token, got.execution) == (way.status, way.token, way.execution)
        assert got.headers.get("X-Gateway-Outcome") == way.outcome
        record = await at.flow()
        assert {name: record[name] for name in SHOWN if name in record} == way.record
        assert sorted(record["phases_ms"]) == way.phases
        assert all(0 <= phase <= record["duration_ms"] < 5000 for phase in record["phases_ms"].values())
        assert record["request_id"] == got.headers["X-Gateway-Request-Id"]
        assert (record["http.request.method"], record["url.path"]) == (way.method, way.target)
        assert len(at.sent) == way.sent
        assert [one["request_id"] for one in at.lines("intent")] == [record["request_id"]] * way.intents
        assert [one["told"] for one in at.lines("outcome")] == ([True] if way.outcome else [])


async def test_a_hold_and_what_is_told_of_it(tmp_path: Path) -> None:
    async with house(tmp_path, says(429, WEIGHT, "Retry-After: 30")) as at:
        first = await at.ask("GET", "/api/v3/account")
        assert (first.status, first.token, first.execution) == (429, "", "answered")
        held = await at.order()
        assert (held.status, held.token, held.execution) == (429, "upstream_backoff", "not_sent")
        assert 29 <= int(held.headers["Retry-After"]) <= 30
        record = (await at.flows(2))[1]
        assert {name: record[name] for name in SHOWN if name in record} == {
            "execution": "not_sent",
            "error.type": "upstream_backoff",
            "refused": 429,
        }
        assert sorted(record["phases_ms"]) == TRIED
        assert len(at.sent) == 1
        assert at.lines("intent") == []


async def test_a_fault_of_ours_is_told_recorded_and_harms_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One turn in all: if it were lost, the next request would wait for it in vain."""
    async with house(tmp_path, limits={"in_flight": 1, "wait_seconds": 0.2}) as at:
        with monkeypatch.context() as patched:
            broken(at, patched)
            got = await at.ask("GET", "/api/v3/account")
        assert (got.status, got.token) == (500, "internal_error")
        assert (await at.ask("GET", "/api/v3/account")).status == 200
        failed, fine = await at.flows(2)
        assert (failed["error.type"], failed["fault_stage"], failed["execution"]) == (
            "ZeroDivisionError",
            "gateway",
            "unknown",
        )
        assert failed["duration_ms"] > 0
        assert "refused" not in failed
        assert (fine["execution"], fine.get("error.type")) == ("answered", None)


async def test_who_was_asked_with_what_and_where_is_recorded(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.ask("GET", "/api/v3/ticker/price")
        await at.ask("GET", "/api/v3/account", X_Gateway_Account="other")
        host = at.running.settings.upstream.unsafe_url
        public, signed = await at.flows(2)
        assert host is not None
        for record in (public, signed):
            assert record["server.address"] == host.removeprefix("http://")
            assert record["environment"] == "sandbox"
            assert record["family"] == "spot"
        assert (public["needs"], signed["needs"]) == ("none", "signed")
        assert (public.get("account"), signed["account"], signed["key_type"]) == (None, "other", "hmac")
        assert public.get("clock") is None
        assert signed["clock"]["source"] == "exchange"
        assert signed["clock"]["exchange_ms"] == int(at.sent[1].params["timestamp"])


async def test_the_journal_says_how_long_each_part_took(tmp_path: Path) -> None:
    async def slowly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.05)
        await says(200)(reader, writer)

    async with house(tmp_path, slowly) as at:
        got = await at.ask("GET", "/api/v3/account", X_Gateway_Timing="1")
        phases = (await at.flow())["phases_ms"]
        assert phases["wait"] >= 49
        assert phases["permit"] + phases["connect"] + phases["send"] + phases["receive"] < 49
        told = dict(one.split(";dur=") for one in got.headers["Server-Timing"].split(", "))
        assert float(told["upstream"]) == pytest.approx(phases["wait"], abs=0.01)
        assert float(told["connection"]) == pytest.approx(phases["connect"], abs=0.01)


@pytest.mark.parametrize("value", ["0", "true", "yes", "", "11"])
@pytest.mark.parametrize("name", ["X-Gateway-Dry-Run", "X-Gateway-Timing"])
async def test_what_is_not_asked_for_by_a_1_is_not_asked_for(name: str, value: str, tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        got = await at.order(**{name: value})
        assert (got.status, got.execution) == (200, "answered")
        assert "Server-Timing" not in got.headers
        assert len(at.sent) == 1
