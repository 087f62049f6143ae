"""Look-ups on the sandbox exchange: its orders are real, so what is told can be held against what happened."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from aiohttp import ClientSession, DummyCookieJar

from proxy.app.gateway import Gateway
from proxy.sandbox import Fault, Observation, Sandbox, SandboxKey, start
from tests.support.gateway import API_KEY, API_SECRET, gateway

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
LIMIT = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.01&price=50000"
BRIEF = "&recvWindow=50"
"""A write that is late 1.05 s after its time stamp."""
LOST = {"drop": "after"}
NEVER_SEEN = {"drop": "before"}
PROFILES = {"policy": {"profiles": ["spot", "futures"]}}


@dataclass
class Told:
    status: int
    headers: Any
    body: bytes

    @property
    def outcome(self) -> str | None:
        found: str | None = self.headers.get("X-Gateway-Outcome")
        return found


@dataclass
class House:
    box: Sandbox
    running: Gateway
    session: ClientSession
    journal: Path
    seen: list[Observation] = field(default_factory=list)

    async def ask(self, method: str, target: str, form: str = "") -> Told:
        data = form.encode() or None
        headers = FORM if form else {}
        url = self.running.url + target
        async with self.session.request(method, url, data=data, headers=headers) as answer:
            return Told(answer.status, answer.headers, await answer.read())

    def fault(self, method: str, path: str, **what: Any) -> None:
        self.box.faults.add(Fault(path, method, **what))

    def records(self, kind: str) -> list[dict[str, Any]]:
        self.running.journal.flush()
        text = b"".join(file.read_bytes() for file in sorted(self.journal.glob("flows-*.jsonl")))
        return [one for one in map(json.loads, text.splitlines()) if one["type"] == kind]

    async def settled(self) -> dict[str, Any]:
        """The last outcome of the journal, once nothing is looked up any more."""
        async with asyncio.timeout(10):
            while self.running.pipeline.reconciler.lookups.pending:
                await asyncio.sleep(0.02)
        return self.records("outcome")[-1]

    def looks(self, path: str = "/api/v3/order") -> list[dict[str, list[str]]]:
        """The look-ups that the exchange saw, in order."""
        found = []
        for one in self.seen:
            where, _, query = one.target.partition(b"?")
            if one.method == "GET" and where.decode() == path:
                assert one.signature == "valid"
                found.append(parse_qs(query.decode()))
        return found


@pytest.fixture
def settings() -> dict[str, Any]:
    return dict(PROFILES)


@pytest.fixture
async def house(tmp_path: Path, settings: dict[str, Any]) -> AsyncIterator[House]:
    box = Sandbox(keys=[SandboxKey(API_KEY, "hmac", API_SECRET)])
    exchange = await start(box)
    async with (
        gateway(exchange.url, tmp_path / "journal", **settings) as running,
        ClientSession(cookie_jar=DummyCookieJar()) as session,
    ):
        made = House(box, running, session, tmp_path / "journal")
        box.observer = made.seen.append
        yield made
    await exchange.stop()


async def test_an_order_whose_answer_was_lost_is_found(house: House) -> None:
    house.fault("POST", "/api/v3/order", **LOST)
    told = await house.ask("POST", "/api/v3/order", LIMIT + "&newClientOrderId=mine-1")
    assert (told.status, told.headers["X-Gateway-Execution"]) == (502, "unknown")
    assert told.outcome == "executed"
    assert json.loads(told.body)["execution"] == "unknown"
    assert [look["origClientOrderId"] for look in house.looks()] == [["mine-1"]]
    known = await house.settled()
    assert (known["outcome"], known["order_status"], known["told"]) == ("executed", "NEW", True)
    assert known["request_id"] == told.headers["X-Gateway-Request-Id"]
    assert (known["account"], known["url.path"]) == ("main", "/api/v3/order")


async def test_the_journal_shows_the_order_as_its_flow_does_and_nothing_raw(house: House) -> None:
    house.fault("POST", "/api/v3/order", **LOST)
    await house.ask("POST", "/api/v3/order", LIMIT + "&newClientOrderId=very-private-7")
    known = await house.settled()
    await asyncio.sleep(0)
    flow = house.records("flow")[-1]
    assert known["order"] in flow["in"]["body"]
    assert known["order"].startswith("newClientOrderId=<order:")
    text = b"".join(file.read_bytes() for file in house.journal.glob("flows-*.jsonl"))
    assert b"very-private" not in text


async def test_an_order_that_was_never_seen_is_not_found_and_not_before_it_is_late(house: House) -> None:
    house.fault("POST", "/api/v3/order", **NEVER_SEEN)
    told = await house.ask("POST", "/api/v3/order", LIMIT + BRIEF + "&newClientOrderId=mine-2")
    assert told.outcome == "not_found"
    written = int(parse_qs(_query(house.seen, "POST"))["timestamp"][0])
    asked = [int(look["timestamp"][0]) for look in house.looks()]
    assert len(asked) >= 2, "absent at first proves nothing"
    assert asked[0] <= written + 1050 < asked[-1]
    known = await house.settled()
    assert (known["outcome"], known["reason"], known["code"]) == ("not_found", "absent", "-2013")
    assert known["after_ms"] > 1050


async def test_an_order_that_shows_late_is_found_by_the_second_look(house: House) -> None:
    absent = b'{"code":-2013,"msg":"Order does not exist."}'
    house.fault("POST", "/api/v3/order", **LOST)
    house.fault("GET", "/api/v3/order", status=400, body=absent)
    told = await house.ask("POST", "/api/v3/order", LIMIT + "&newClientOrderId=mine-3")
    assert told.outcome == "executed"
    assert (await house.settled())["looks"] == 2


@pytest.mark.parametrize("status", [500, 503, 504])
async def test_a_5xx_is_relayed_with_the_outcome(house: House, status: int) -> None:
    said = b'{"code":-1007,"msg":"Timeout waiting for response from backend server."}'
    house.fault("POST", "/api/v3/order", status=status, body=said, executed=True)
    told = await house.ask("POST", "/api/v3/order", LIMIT + f"&newClientOrderId=mine-{status}")
    assert (told.status, told.body) == (status, said)
    assert told.headers["X-Gateway-Execution"] == "unknown"
    assert told.outcome == "executed"
    assert "X-Gateway-Error" not in told.headers


async def test_cancels(house: House) -> None:
    """Executed: it stands cancelled. Still open when it is late: it was not. Filled: it cannot have been."""
    for number in (1, 2):
        await house.ask("POST", "/api/v3/order", LIMIT + f"&newClientOrderId=rest-{number}")
    filled = "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.01&newClientOrderId=filled-1"
    await house.ask("POST", "/api/v3/order", filled)
    expected = {
        "rest-1": (LOST, "executed", "", "CANCELED"),
        "rest-2": (NEVER_SEEN, "not_found", "still_open", "NEW"),
        "no-such": (NEVER_SEEN, "not_found", "absent", ""),
        "filled-1": (NEVER_SEEN, "not_found", "ended_otherwise", "FILLED"),
    }

    async def cancel(name: str) -> tuple[str, str | None]:
        house.fault("DELETE", "/api/v3/order", **expected[name][0])
        told = await house.ask("DELETE", f"/api/v3/order?symbol=BTCUSDT&origClientOrderId={name}{BRIEF}")
        return told.headers["X-Gateway-Request-Id"], told.outcome

    found = {"rest-1": await cancel("rest-1")}
    others = ("rest-2", "no-such", "filled-1")
    found |= dict(zip(others, await asyncio.gather(*map(cancel, others)), strict=True))
    await house.settled()
    known = {one["request_id"]: one for one in house.records("outcome")}
    for name, (_, outcome, reason, status) in expected.items():
        request_id, told = found[name]
        record = known[request_id]
        assert (told, record["outcome"]) == (outcome, outcome), name
        assert (record.get("reason", ""), record.get("order_status", "")) == (reason, status), name


async def test_a_cancel_by_the_exchanges_number(house: House) -> None:
    placed = await house.ask("POST", "/api/v3/order", LIMIT)
    number = json.loads(placed.body)["orderId"]
    house.fault("DELETE", "/api/v3/order", **LOST)
    told = await house.ask("DELETE", f"/api/v3/order?symbol=BTCUSDT&orderId={number}")
    assert told.outcome == "executed"
    assert house.looks()[-1]["orderId"] == [str(number)]


async def test_a_cancel_replace_is_looked_up_by_halves(house: House) -> None:
    await house.ask("POST", "/api/v3/order", LIMIT + "&newClientOrderId=old-1")
    form = LIMIT + BRIEF + "&cancelReplaceMode=STOP_ON_FAILURE"
    named = "&cancelOrigClientOrderId={}&newClientOrderId={}"
    house.fault("POST", "/api/v3/order/cancelReplace", **NEVER_SEEN)
    told = await house.ask("POST", "/api/v3/order/cancelReplace", form + named.format("old-1", "new-1"))
    assert told.outcome == "not_found"
    house.fault("POST", "/api/v3/order/cancelReplace", **LOST)
    told = await house.ask("POST", "/api/v3/order/cancelReplace", form + named.format("old-1", "new-1"))
    assert told.outcome == "executed"
    assert {"old-1", "new-1"} <= {look["origClientOrderId"][0] for look in house.looks()}


async def test_half_a_cancel_replace_is_undetermined(house: House) -> None:
    """The old order is cancelled, the new one was refused: neither `executed` nor `not_found` would be true."""
    await house.ask("POST", "/api/v3/order", LIMIT + "&newClientOrderId=old-1")
    poor = LIMIT.replace("quantity=0.01", "quantity=90")
    form = (
        poor + BRIEF + "&cancelReplaceMode=ALLOW_FAILURE&cancelOrigClientOrderId=old-1&newClientOrderId=new-1"
    )
    house.fault("POST", "/api/v3/order/cancelReplace", **LOST)
    told = await house.ask("POST", "/api/v3/order/cancelReplace", form)
    assert told.outcome == "undetermined"
    assert (await house.settled())["reason"] == "half_executed"


async def test_order_lists(house: House) -> None:
    price = house.box.prices["BTCUSDT"]
    form = (
        "symbol=BTCUSDT&side=SELL&quantity=0.01&aboveType=LIMIT_MAKER&belowType=STOP_LOSS"
        f"&abovePrice={price + 5000}&belowStopPrice={price - 5000}{BRIEF}&listClientOrderId="
    )
    house.fault("POST", "/api/v3/orderList/oco", **LOST)
    assert (await house.ask("POST", "/api/v3/orderList/oco", form + "pair-1")).outcome == "executed"
    cancel = f"/api/v3/orderList?symbol=BTCUSDT&listClientOrderId=pair-1{BRIEF}"
    house.fault("POST", "/api/v3/orderList/oco", **NEVER_SEEN)
    house.fault("DELETE", "/api/v3/orderList", **NEVER_SEEN)
    placed, cancelled = await asyncio.gather(
        house.ask("POST", "/api/v3/orderList/oco", form + "pair-2"), house.ask("DELETE", cancel)
    )
    assert (placed.outcome, cancelled.outcome) == ("not_found", "not_found")
    await house.settled()
    assert {one.get("code") for one in house.records("outcome")} == {None, "-2018"}
    house.fault("DELETE", "/api/v3/orderList", **LOST)
    assert (await house.ask("DELETE", cancel)).outcome == "undetermined"
    assert (await house.settled())["reason"] == "list_done"


@pytest.mark.parametrize("family", ["/fapi/v1/order", "/dapi/v1/order"])
async def test_futures(house: House, family: str) -> None:
    symbol = "BTCUSDT" if family.startswith("/f") else "BTCUSD_PERP"
    form = LIMIT if family.startswith("/f") else LIMIT.replace("BTCUSDT", symbol).replace("=0.01", "=1")
    house.fault("POST", family, **LOST)
    assert (await house.ask("POST", family, form + "&newClientOrderId=f-1")).outcome == "executed"
    if family.startswith("/d"):
        return
    house.fault("DELETE", family, **NEVER_SEEN)
    gone = await house.ask("DELETE", f"{family}?symbol={symbol}&origClientOrderId=unheard-of{BRIEF}")
    assert gone.outcome == "undetermined", "a futures exchange forgets cancelled orders"
    assert (await house.settled())["reason"] == "forgotten"


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ("", "no_id"),
        ("&newClientOrderId=", "id_unusable"),
        ("&newClientOrderId=a&newClientOrderId=b", "id_unusable"),
        ("&newClientOrderId=a%20b", "id_unusable"),
    ],
)
async def test_without_a_usable_id_nothing_is_asked(house: House, more: str, reason: str) -> None:
    house.fault("POST", "/api/v3/order", **NEVER_SEEN)
    told = await house.ask("POST", "/api/v3/order", LIMIT + more)
    assert told.outcome == "undetermined"
    known = await house.settled()
    assert (known["outcome"], known["reason"]) == ("undetermined", reason)
    assert "looks" not in known
    assert house.looks() == []


async def test_what_was_answered_is_not_looked_up(house: House) -> None:
    assert (await house.ask("POST", "/api/v3/order", LIMIT + "&newClientOrderId=fine-1")).outcome is None
    assert (await house.ask("POST", "/api/v3/order", LIMIT + "&newClientOrderId=fine-1")).status == 400
    house.fault("GET", "/api/v3/account", **NEVER_SEEN)
    assert (await house.ask("GET", "/api/v3/account")).outcome is None
    assert house.looks() == []
    assert house.running.pipeline.reconciler.lookups.report()["outcomes"] == []


class TestAddedIds:
    @pytest.fixture
    def settings(self) -> dict[str, Any]:
        return PROFILES | {"orders": {"add_client_order_id": True}}

    async def test_an_order_without_an_id_gets_one_and_is_found(self, house: House) -> None:
        house.fault("POST", "/api/v3/order", **LOST)
        told = await house.ask("POST", "/api/v3/order", LIMIT)
        assert told.outcome == "executed"
        name = f"gw-{told.headers['X-Gateway-Request-Id']}"
        assert house.looks()[0]["origClientOrderId"] == [name]
        sent = next(one for one in house.seen if one.method == "POST")
        assert sent.body.decode() == LIMIT, "never the client's octets"
        query = _query(house.seen, "POST")
        assert query.startswith(f"newClientOrderId={name}&recvWindow=5000&timestamp=")
        known = await house.settled()
        await asyncio.sleep(0)
        assert known["added"] is True
        assert house.records("intent")[-1]["added"] == known["order"]
        parts = [(part["name"], part["origin"]) for part in house.records("flow")[-1]["signed"]]
        assert parts[0] == ("newClientOrderId", "gateway")

    async def test_an_id_of_the_callers_stays_alone(self, house: House) -> None:
        for form in (LIMIT + "&newClientOrderId=mine", LIMIT + "&newClientOrderId="):
            await house.ask("POST", "/api/v3/order", form)
            assert "newClientOrderId" not in _query(house.seen, "POST")
        await house.ask("GET", "/api/v3/openOrders?symbol=BTCUSDT")
        assert b"ClientOrderId" not in house.seen[-1].target


def _query(seen: list[Observation], method: str) -> str:
    """The query of the last request of a method."""
    return next(one for one in reversed(seen) if one.method == method).target.partition(b"?")[2].decode()
