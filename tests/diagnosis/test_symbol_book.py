"""What the gateway keeps of answers of exchangeInfo, and what it says with it."""

import asyncio
import gzip
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from proxy.core.flow import Flow
from proxy.core.symbol_rules import Market
from proxy.core.wire import Header
from proxy.diagnosis import symbol_book
from proxy.diagnosis.symbol_book import SymbolBook
from tests.core.redaction.flows import make_flow
from tests.core.test_symbol_rules import FUTURES, SPOT, info
from tests.gateway.house import ORDER, house, says

GZIP = ((b"Content-Encoding", b"gzip"),)
INFO = make_flow(target=b"/api/v3/exchangeInfo?symbol=BTCUSDT")
PLACED = make_flow("POST", b"/api/v3/order")


def symbols(count: int, **more: Any) -> bytes:
    return info(
        *({**SPOT, "symbol": f"S{number}USDT", **more} for number in range(count)), rateLimits=[{"limit": 1}]
    )


def packed(text: bytes) -> bytes:
    """The same octets each time: they are part of a test's name."""
    return gzip.compress(text, mtime=0)


async def learned(
    body: bytes, flow: Flow = INFO, *, headers: tuple[Header, ...] = (), status: int = 200, chunk: int = 1000
) -> SymbolBook:
    book = SymbolBook()
    listener = book.listen(flow, status, headers)
    if listener is not None:
        for i in range(0, len(body), chunk):
            listener.hear(body[i : i + chunk])
            if i % (7 * chunk) == 0:
                await asyncio.sleep(0)
        listener.end()
    for _ in range(500):
        await asyncio.sleep(0)
    return book


@pytest.mark.parametrize("chunk", [7, 1000, 10**7])
@pytest.mark.parametrize(("pack", "headers"), [(bytes, ()), (packed, GZIP)])
async def test_every_symbol_of_a_list_is_kept(pack: Any, headers: tuple[Header, ...], chunk: int) -> None:
    rules = (await learned(pack(symbols(300)), headers=headers, chunk=chunk)).rules(PLACED)
    assert set(rules) == {f"S{number}USDT" for number in range(300)}
    assert len(rules) == 300
    for symbol in ("S0USDT", "S299USDT"):
        assert rules[symbol].symbol == symbol
        assert rules[symbol].bounds("PRICE_FILTER")["tickSize"] == Decimal("0.01")


async def test_markets_are_kept_apart() -> None:
    future = make_flow(target=b"/fapi/v1/exchangeInfo")
    book = await learned(info(FUTURES), future)
    assert book.rules(make_flow("POST", b"/fapi/v1/order"))["BTCUSDT"].market is Market.FUTURES
    assert book.rules(make_flow("POST", b"/papi/v1/um/order"))["BTCUSDT"].market is Market.FUTURES
    for other in (PLACED, make_flow("POST", b"/sapi/v1/margin/order"), make_flow("GET", b"/no/such/path")):
        assert not book.rules(other)
    testnet = make_flow("POST", b"/fapi/v1/order")
    testnet.environment = "testnet"
    assert not book.rules(testnet)


@pytest.mark.parametrize(
    ("flow", "status", "headers"),
    [
        (PLACED, 200, ()),
        (make_flow(target=b"/no/such/path"), 200, ()),
        (INFO, 418, ()),
        (INFO, 200, ((b"content-encoding", b"br"),)),
    ],
)
def test_other_answers_are_not_heard(flow: Flow, status: int, headers: tuple[Header, ...]) -> None:
    assert SymbolBook().listen(flow, status, headers) is None


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"", ()),
        (b"{}", ()),
        (b'{"symbol":"A"' * 9, ()),
        (b'{"symbol":"\xff","filters":[]}', ()),
        (b'{"symbol":"A","filters":[{]}', ()),
        (b"no gzip at all", GZIP),
        (packed(b"x" * 3_000_000), GZIP),
        (symbols(1, status="BREAK"), ()),
    ],
)
async def test_nothing_is_made_of_anything_else(body: bytes, headers: tuple[Header, ...]) -> None:
    rules = (await learned(body, headers=headers)).rules(PLACED)
    assert [rules.get(name) for name in rules] in ([], [None])


async def test_an_answer_that_breaks_off_tells_what_was_whole() -> None:
    whole = symbols(3)
    rules = (await learned(whole[: whole.index(b"S2USDT") + 40])).rules(PLACED)
    assert set(rules) == {"S0USDT", "S1USDT"}


async def test_no_market_takes_more_room_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(symbol_book, "_KEPT_OCTETS", 2000)
    book = await learned(symbols(50))
    known = set(book.rules(PLACED))
    assert 0 < len(known) < 10
    again = book.listen(INFO, 200, ())
    assert again is not None
    again.hear(symbols(50).replace(b"0.01000000", b"0.00010000"))
    again.end()
    await asyncio.sleep(0.01)
    assert set(book.rules(PLACED)) == known  # the last answer counts, in the same room
    assert {one.bounds("PRICE_FILTER")["tickSize"] for one in book.rules(PLACED).values()} == {
        Decimal("0.0001")
    }


async def test_one_symbol_that_never_ends_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(symbol_book, "_SYMBOL_OCTETS", 5000)
    body = info({**SPOT, "symbol": "A", "x": "y" * 9000}, {**SPOT, "symbol": "B"}, {**SPOT, "symbol": "C"})
    assert set((await learned(body)).rules(PLACED)) == {"B", "C"}


async def test_who_brings_more_than_may_wait_looks_through_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(symbol_book, "_WAITING_OCTETS", 100)
    book = SymbolBook()
    listener = book.listen(INFO, 200, ())
    assert listener is not None
    listener.hear(symbols(10))
    assert len(book.rules(PLACED)) == 9  # where the last one ends is not known yet
    listener.end()
    await asyncio.sleep(0)
    assert len(book.rules(PLACED)) == 10


@pytest.mark.parametrize("padding", [0, 400_000])
async def test_a_refusal_names_the_bound_that_passed_through_before(padding: int, tmp_path: Path) -> None:
    lots = {"filterType": "LOT_SIZE", "minQty": "0.001", "maxQty": "9", "stepSize": "0.001"}
    listed = info({"symbol": "BTCUSDT", "filters": [lots]}, {"symbol": "B", "filters": []}, pad="x" * padding)
    refused = json.dumps({"code": -1013, "msg": "Filter failure: LOT_SIZE"}).encode()
    async with house(tmp_path, says(400, refused), says(200, listed), says(400, refused)) as at:
        order = ORDER.replace("0.6", "0.60001")
        before = await at.ask("POST", f"/api/v3/order?{order}", **{"X-Gateway-Repeat": "yes"})
        await at.ask("GET", "/api/v3/exchangeInfo?symbol=BTCUSDT")
        after = await at.ask("POST", f"/api/v3/order?{order}", **{"X-Gateway-Repeat": "yes"})
    assert before.headers["X-Gateway-Diagnosis"].startswith("filter-lot-size; strength=likely")
    said = after.headers["X-Gateway-Diagnosis"]
    assert said.startswith("filter-lot-size; strength=proven")
    assert "quantity is no multiple of stepSize=0.001 of BTCUSDT" in said
