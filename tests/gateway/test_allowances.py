"""What requests take of limits: from which line, with which facts, and when it is given back. Each in a file of its own."""

from collections.abc import Collection
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest

from proxy.clients.registry import Caller
from proxy.core.catalogue import Catalogue, Environment, PrefixFamily
from proxy.core.catalogue.environments import PRODUCTION
from proxy.core.errors import ConfigError, Execution, Refusal, RefusedError
from proxy.core.flow import Answer, Flow, Timings
from proxy.core.guard import Policy
from proxy.core.market import Book, Contract, MarketFacts, MarketNeed
from proxy.core.routing import Route
from proxy.core.settings import PermitSettings
from proxy.core.signing import prepare
from proxy.core.wire import RawRequest, body_kind
from proxy.credentials.accounts import Accounts
from proxy.gateway.allowances import Allowance, Allowances, Counts, needs_counts
from proxy.gateway.call import Plan
from proxy.gateway.market import Market

NOON_MS = 1_795_262_400_000
ORDER = "POST /api/v3/order"
RELEASE = "POST /sapi/v1/c2c/orderMatch/releaseCoin"
PAID = "POST /sapi/v1/c2c/orderMatch/markOrderAsPaid"
ONE_A_DAY = {"applies_to": "spot", "max_quantity_per_day": 1}
F = PrefixFamily


class Known:
    """Stands for the market: knows what it was given, and notes what it was asked."""

    def __init__(
        self, books: dict[str, Book] | None = None, contracts: dict[str, Contract] | None = None
    ) -> None:
        self.books, self.contracts = books or {}, contracts or {}
        self.asked: list[set[tuple[str, str]]] = []

    async def facts(
        self, needs: Collection[MarketNeed], _environment: Environment, _account: str
    ) -> MarketFacts:
        self.asked.append({(one.kind, one.symbol) for one in needs})
        wanted = [(one.family, one.symbol, one.kind) for one in needs]
        return MarketFacts(
            {
                (family, name): self.books[name]
                for family, name, kind in wanted
                if kind == "book" and name in self.books
            },
            {
                (family, name): self.contracts[name]
                for family, name, kind in wanted
                if kind == "contract" and name in self.contracts
            },
        )


class Desk:
    """The allowances over a directory, and a policy of these lines."""

    def __init__(
        self, directory: Path, *lines: dict[str, Any], market: Known | None = None, **policy: Any
    ) -> None:
        self.market = market or Known()
        self.counts = Counts(directory)
        self.now_ms = NOON_MS
        self.at = Allowances(cast("Market", self.market), self.counts, lambda: self.now_ms)
        self.policy = Policy.of(msgspec.convert({"limits": lines, **policy}, PermitSettings))
        self.number = 0

    async def ask(
        self, name: str, query: str = "", body: str = "", client: str | None = None
    ) -> tuple[Flow, Allowance | Refusal | None]:
        method, path = name.split(" ")
        endpoint = Catalogue.builtin().find(method, path)
        assert endpoint is not None
        self.number += 1
        flow = Flow(f"id{self.number}", NOON_MS, RawRequest(method, path.encode(), ()), Timings(0.0))
        flow.endpoint = endpoint
        route = Route(endpoint, F.API, "https://api.binance.com", endpoint.needs)
        plan = Plan(Caller(client, self.policy, Accounts()), None, PRODUCTION, route)
        octets = body.encode()
        prepared = prepare(query.encode(), octets, body_kind(octets, None), signed=True)
        try:
            return flow, await self.at.reserve(flow, plan, prepared)
        except RefusedError as error:
            return flow, error.refusal

    async def token(self, *asked: Any, **more: Any) -> str:
        found = (await self.ask(*asked, **more))[1]
        return found.token if isinstance(found, Refusal) else ""

    def end(
        self, flow: Flow, allowance: object, status: int, body: bytes = b"", *, complete: bool = True
    ) -> None:
        assert isinstance(allowance, Allowance)
        flow.answer = Answer(status, (), body, len(body), complete)
        flow.execution = Execution.after(status) if status else Execution.NOT_SENT
        self.at.settle(flow, allowance)


def order(quantity: str, **more: str) -> str:
    values = {
        "symbol": "BTCUSDT",
        "side": "BUY",
        "type": "LIMIT",
        "timeInForce": "GTC",
        "price": "50000",
    } | more
    return "&".join(f"{name}={value}" for name, value in values.items()) + f"&quantity={quantity}"


async def test_where_no_line_applies_nothing_is_taken_and_no_file_is_made(tmp_path: Path) -> None:
    desk = Desk(tmp_path, {"applies_to": "futures", "max_quantity_per_day": 1})
    assert (await desk.ask(ORDER, order("1000")))[1] is None
    assert (await desk.ask("GET /api/v3/account"))[1] is None
    assert not (tmp_path / "policy.sqlite").exists()  # one look, in a test


async def test_a_line_without_a_day_needs_no_file(tmp_path: Path) -> None:
    desk = Desk(tmp_path, {"applies_to": "spot", "max_quantity": 1})
    flow, allowance = await desk.ask(ORDER, order("1"))
    assert (allowance, flow.counted) == (None, False)
    assert await desk.token(ORDER, order("1.1")) == "limit_exceeded"
    assert not (tmp_path / "policy.sqlite").exists()  # one look, in a test


async def test_what_was_taken_of_the_day_is_gone_until_it_is_given_back(tmp_path: Path) -> None:
    desk = Desk(tmp_path, ONE_A_DAY)
    flow, allowance = await desk.ask(ORDER, order("0.6"))
    assert flow.counted
    assert await desk.token(ORDER, order("0.6")) == "limit_exceeded"
    desk.end(flow, allowance, 400)
    assert await desk.token(ORDER, order("0.6")) == ""


async def test_a_new_gateway_goes_on_counting_and_clients_count_apart(tmp_path: Path) -> None:
    first = Desk(tmp_path, ONE_A_DAY)
    flow, allowance = await first.ask(ORDER, order("0.6"), client="bot")
    first.counts.mark_sent(flow)
    desk = Desk(
        tmp_path, {"applies_to": "spot", "max_quantity_per_day": 1.1}
    )  # another maximum is the same line
    assert await desk.token(ORDER, order("0.6"), client="bot") == "limit_exceeded"
    assert await desk.token(ORDER, order("0.6"), client="other") == ""
    first.end(flow, allowance, 200)
    assert await desk.token(ORDER, order("0.5"), client="bot") == ""
    assert await desk.token(ORDER, order("0.00000001"), client="bot") == "limit_exceeded"


async def test_a_day_is_counted_when_it_is_taken_from(tmp_path: Path) -> None:
    """However long the body took to come in, or a person to approve."""
    desk = Desk(tmp_path, ONE_A_DAY)
    desk.now_ms = NOON_MS + 43_200_000  # midnight; the flows began at noon
    assert [await desk.token(ORDER, order("1")) for _ in range(2)] == ["", "limit_exceeded"]


@pytest.mark.parametrize("code", [-1000, -1001, -1006, -1007])
async def test_a_code_that_leaves_open_what_was_done_gives_nothing_back(code: int, tmp_path: Path) -> None:
    desk = Desk(tmp_path, ONE_A_DAY)
    flow, allowance = await desk.ask(ORDER, order("1"))
    desk.end(flow, allowance, 400, b'{"code":%d,"msg":"x"}' % code)
    assert await desk.token(ORDER, order("1")) == "limit_exceeded"


async def test_of_two_lines_that_fit_the_first_with_room_is_taken(tmp_path: Path) -> None:
    desk = Desk(tmp_path, ONE_A_DAY, {"applies_to": ORDER, "max_quantity_per_day": 1})
    assert [await desk.token(ORDER, order("0.6")) for _ in range(3)] == ["", "", "limit_exceeded"]


async def test_what_is_used_up_is_named_with_the_command_that_shows_it(tmp_path: Path) -> None:
    desk = Desk(tmp_path, {"applies_to": "spot", "max_quantity_per_day": 1, "max_quote_per_day": 50000})
    assert await desk.token(ORDER, order("0.6")) == ""
    _, refusal = await desk.ask(ORDER, order("0.6"))
    assert isinstance(refusal, Refusal)
    assert "max_quantity_per_day and max_quote_per_day" in refusal.message
    assert "policy usage" in refusal.message


# -- what the market says


async def test_a_market_order_is_judged_by_the_best_opposite_price_and_the_margin(tmp_path: Path) -> None:
    market = Known({"BTCUSDT": Book(Decimal(50000), Decimal(50010))})
    line = {"applies_to": "spot", "max_quote": 1050.21}
    desk = Desk(tmp_path, line, market=market, prices="exchange")
    buy = "symbol=BTCUSDT&side=BUY&type=MARKET&quantity="
    assert await desk.token(ORDER, buy + "0.02") == ""  # 0.02 * 50010 * 1.05
    assert await desk.token(ORDER, buy + "0.020001") == "limit_exceeded"
    assert (
        await desk.token(ORDER, buy.replace("BTC", "ETH") + "0.02") == "limit_exceeded"
    )  # no price, no order
    assert market.asked == [{("book", "BTCUSDT")}, {("book", "BTCUSDT")}, {("book", "ETHUSDT")}]


async def test_without_leave_no_price_is_asked_for(tmp_path: Path) -> None:
    market = Known({"BTCUSDT": Book(Decimal(1), Decimal(1))})
    desk = Desk(tmp_path, {"applies_to": "spot", "max_quote": 1000}, market=market)
    assert await desk.token(ORDER, "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.001") == "limit_exceeded"
    assert market.asked == []


async def test_the_size_of_a_contract_is_asked_for_before_its_price(tmp_path: Path) -> None:
    market = Known(
        {"DOGEUSD_PERP": Book(Decimal("0.1"), Decimal("0.2"))},
        {"DOGEUSD_PERP": Contract(Decimal(10), quoted=True)},
    )
    line = {"applies_to": "futures", "max_quantity": 1100}
    desk = Desk(tmp_path, line, market=market, prices="exchange", profiles=["futures"], price_margin=0)
    name, form = "POST /dapi/v1/order", "symbol=DOGEUSD_PERP&side=BUY&type=MARKET&quantity="
    assert await desk.token(name, form + "11") == ""  # 11 contracts of 10 USD at 0.1: 1100 coins
    assert await desk.token(name, form + "12") == "limit_exceeded"
    assert market.asked[:2] == [{("contract", "DOGEUSD_PERP")}, {("book", "DOGEUSD_PERP")}]
    market.contracts.clear()
    assert await desk.token(name, form + "1") == "limit_exceeded"
    assert len(market.asked) == 5  # what is not there is asked for once


# -- what is done once

NUMBER = '{"orderNumber":"20000000000000000001","authType":"GOOGLE","code":"123456"}'


@pytest.mark.parametrize(("name", "body"), [(RELEASE, NUMBER), (PAID, NUMBER.partition(",")[0] + "}")])
async def test_a_step_of_an_order_is_done_once_over_restarts(name: str, body: str, tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    flow, allowance = await desk.ask(name, body=body)
    desk.counts.mark_sent(flow)
    assert await desk.token(name, body=body) == "already_done"
    desk.end(flow, allowance, 200, b'{"code":"000000","success":true}')
    again = Desk(tmp_path)
    assert await again.token(name, body=body) == "already_done"
    assert await again.token(name, body=body.replace("0001", "0002")) == ""


ENDS = [
    # status and body of the first -> what comes of the second
    (0, b"", ""),  # not sent
    (400, b'{"code":-1022}', ""),
    (200, b'{"code":"83229","message":"wrong code"}', ""),
    (200, b'{"code":"000000"}', "already_done"),
    (200, b'{"code":-1006}', "already_done"),  # unexpected response: whether it was done is open
    (200, b'{"code":"-1000"}', "already_done"),
    (400, b'{"code":-1000}', "already_done"),
    (200, b'{"code":"200","success":true}', "already_done"),
    (200, b'{"code":0}', "already_done"),
    (200, b'{"code":"83229","success":true}', "already_done"),
    (200, b'{"code":"83229","success":false}', ""),
    (200, b"{}", "already_done"),
    (200, b"no json", "already_done"),
    (504, b'{"code":-1007}', "already_done"),
    (408, b"", "already_done"),
]


@pytest.mark.parametrize(("status", "body", "second"), ENDS)
async def test_a_step_that_certainly_did_nothing_may_be_tried_again(
    status: int, body: bytes, second: str, tmp_path: Path
) -> None:
    desk = Desk(tmp_path)
    flow, allowance = await desk.ask(RELEASE, body=NUMBER)
    desk.end(flow, allowance, status, body)
    assert await desk.token(RELEASE, body=NUMBER) == second


async def test_an_answer_that_broke_off_leaves_the_step_done(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    flow, allowance = await desk.ask(RELEASE, body=NUMBER)
    desk.end(flow, allowance, 200, b'{"code":"83229"}', complete=False)
    assert await desk.token(RELEASE, body=NUMBER) == "already_done"


async def test_a_business_error_outside_of_c2c_proves_nothing(tmp_path: Path) -> None:
    desk = Desk(tmp_path, ONE_A_DAY)
    flow, allowance = await desk.ask(ORDER, order("1"))
    desk.end(flow, allowance, 200, b'{"code":"83229"}')
    assert await desk.token(ORDER, order("1")) == "limit_exceeded"


async def test_a_repeat_takes_nothing_of_the_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No step of today can be bounded by the day; one that could is made of two here."""
    desk = Desk(tmp_path, {"applies_to": "merchant", "max_quantity_per_day": 1})
    monkeypatch.setattr("proxy.gateway.allowances.once_step", lambda _endpoint: "step")
    monkeypatch.setattr("proxy.gateway.allowances.order_number", lambda _endpoint, _prepared: "7")
    name, advert = "POST /sapi/v1/c2c/ads/post", '{"asset":"USDT","initAmount":"0.6"}'
    assert await desk.token(name, body=advert) == ""
    assert await desk.token(name, body=advert.replace("0.6", "0.4")) == "already_done"
    monkeypatch.setattr("proxy.gateway.allowances.once_step", lambda _endpoint: None)
    assert [await desk.token(name, body=advert.replace("0.6", "0.4")) for _ in range(2)] == [
        "",
        "limit_exceeded",
    ]


async def test_a_file_that_cannot_be_had_stops_what_needs_it_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "policy.sqlite").mkdir()
    desk = Desk(tmp_path, ONE_A_DAY)
    with pytest.raises(ConfigError):
        desk.counts.open()
    assert await desk.token(ORDER, order("0.1")) == "limit_unavailable"
    assert await desk.token(RELEASE, body=NUMBER) == "limit_unavailable"
    assert await desk.token("DELETE /api/v3/order", "symbol=BTCUSDT&orderId=1") == ""
    assert (await desk.ask("GET /api/v3/account"))[1] is None


@pytest.mark.parametrize(
    ("policy", "wanted"),
    [
        ({}, False),
        ({"limits": [{"applies_to": "spot", "max_quantity": 1}]}, False),
        ({"limits": [ONE_A_DAY]}, True),
        ({"allow": [RELEASE]}, True),
        ({"allow": ["POST /sapi/v1/capital/withdraw/apply"]}, False),
    ],
)
def test_the_file_is_opened_at_the_start_where_a_request_may_need_it(
    policy: dict[str, Any], wanted: bool
) -> None:
    assert needs_counts(Policy.of(msgspec.convert(policy, PermitSettings))) is wanted
