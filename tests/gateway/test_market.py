"""What is asked of the exchange for limits: how it looks there, how old it may be, and what is no fact."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from proxy.core.catalogue import ENVIRONMENTS, Catalogue, Environment, PrefixFamily
from proxy.core.market import Book, Contract, MarketFacts, MarketNeed
from proxy.gateway import market
from proxy.gateway.market import Market
from proxy.limits.spending import GATEWAY
from proxy.upstream.connection import Connection
from tests.gateway.house import WEIGHT, House, house, http, says
from tests.upstream.scripted import Act, answers_and_hangs_up, hangs_up, says_nothing, upstream

API, FAPI, DAPI, EAPI = PrefixFamily.API, PrefixFamily.FAPI, PrefixFamily.DAPI, PrefixFamily.EAPI
BTC = MarketNeed(API, "BTCUSDT", "book")
ETH = MarketNeed(API, "ETHUSDT", "book")
PERP = MarketNeed(DAPI, "BTCUSD_PERP", "contract")
OPTION = MarketNeed(EAPI, "BTC-261225-90000-C", "contract")
COIN_INFO = (
    b'{"symbols":[{"symbol":"BTCUSD_PERP","contractSize":100},{"symbol":"ETHUSD_PERP","contractSize":10}]}'
)
OPTION_INFO = b'{"optionSymbols":[{"symbol":"BTC-261225-90000-C","unit":1}]}'
INVALID = b'{"code":-1121,"msg":"Invalid symbol."}'


def ticker(symbol: str = "BTCUSDT", bid: str = "60000.1", ask: str = "60000.2") -> bytes:
    return f'{{"symbol":"{symbol}","bidPrice":"{bid}","askPrice":"{ask}"}}'.encode()


def listed(symbol: str, bid: str, ask: str) -> bytes:
    return b"[" + ticker(symbol, bid, ask) + b"]"


BOOK = Book(Decimal("60000.1"), Decimal("60000.2"))


class Floor:
    """A house, and a market that stands on its rooms."""

    def __init__(self, at: House, wait_seconds: float) -> None:
        pipeline = at.running.pipeline
        self.at = at
        self.environment = pipeline.environments["production"]
        self.throttle = pipeline.throttle
        self.market = Market(
            pipeline.dispatcher,
            pipeline.throttle,
            pipeline.intake.clocks,
            pipeline.router,
            at.local.monotonic,
            wait_seconds=wait_seconds,
        )

    async def facts(self, *needs: MarketNeed, environment: Environment | None = None) -> MarketFacts:
        return await self.market.facts(needs, environment or self.environment, "main")

    async def book(self, need: MarketNeed = BTC) -> Book | None:
        return (await self.facts(need)).books.get((need.family, need.symbol))

    async def contract(self, need: MarketNeed = PERP) -> Contract | None:
        return (await self.facts(need)).contracts.get((need.family, need.symbol))

    @property
    def targets(self) -> list[str]:
        return [one.path + (f"?{one.query}" if one.query else "") for one in self.at.sent]

    def spent(self) -> dict[str, tuple[int, int]]:
        """Endpoint -> weight and requests of the gateway's own."""
        return {
            one.endpoint: (one.weight, one.requests)
            for one in self.throttle.budget.spending
            if one.client == GATEWAY
        }

    def counts(self) -> dict[tuple[str, ...], float]:
        (reading,) = self.market.readings()
        return dict(reading.samples)


@asynccontextmanager
async def floor(
    tmp_path: Path, *acts: Act, wait_seconds: float = 5.0, **settings: Any
) -> AsyncIterator[Floor]:
    """It waits long, so that a slow machine is no failure."""
    async with house(tmp_path, *acts, **settings) as at:
        made = Floor(at, wait_seconds)
        try:
            yield made
        finally:
            await made.market.stop()


def waits(until: asyncio.Event, then: Act) -> Act:
    async def act(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await until.wait()
        await then(reader, writer)

    return act


async def test_it_asks_with_a_plain_public_get(tmp_path: Path) -> None:
    async with floor(tmp_path, says(200, ticker()), says(200, COIN_INFO)) as at:
        assert await at.book() == BOOK
        assert await at.contract() == Contract(Decimal(100), quoted=True)
        assert at.targets == ["/api/v3/ticker/bookTicker?symbol=BTCUSDT", "/dapi/v1/exchangeInfo"]
        host = at.at.running.settings.upstream.unsafe_url
        assert host is not None
        for one in at.at.sent:
            assert (one.method, one.body) == ("GET", b"")
            assert one.headers == {
                "host": host.removeprefix("http://"),
                "user-agent": "binance-signing-proxy",
                "accept": "*/*",
                "accept-encoding": "identity",
            }
        assert at.at.lines("flow") == at.at.lines("intent") == []
        assert at.counts() == {("book", "fetched"): 1, ("contracts", "fetched"): 1}


async def test_each_market_has_its_own_question(tmp_path: Path) -> None:
    asked: dict[str, tuple[MarketNeed, bytes, str]] = {
        "/api/v3/ticker/bookTicker?symbol=%E5%B8%81USDT": (
            MarketNeed(API, "币USDT", "book"),
            ticker("币USDT", "1", "2"),
            "1",
        ),
        "/fapi/v1/ticker/bookTicker?symbol=BTCUSDT": (
            MarketNeed(FAPI, "BTCUSDT", "book"),
            ticker("BTCUSDT", "3", "4"),
            "3",
        ),
        "/dapi/v1/ticker/bookTicker?symbol=BTCUSD_PERP": (
            MarketNeed(DAPI, "BTCUSD_PERP", "book"),
            listed("BTCUSD_PERP", "5", "6"),
            "5",
        ),
        "/eapi/v1/ticker?symbol=BTC-261225-90000-C": (
            MarketNeed(EAPI, "BTC-261225-90000-C", "book"),
            listed("BTC-261225-90000-C", "7", "8"),
            "7",
        ),
        "/dapi/v1/exchangeInfo": (PERP, COIN_INFO, "100"),
        "/eapi/v1/exchangeInfo": (OPTION, OPTION_INFO, "1"),
    }

    async def by_target(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        target = at.at.exchange.requests[-1].split(b" ")[1].decode()
        await says(200, asked[target][1])(reader, writer)

    async with floor(tmp_path, *[by_target] * 6) as at:
        for (
            need,
            _,
            value,
        ) in asked.values():  # one after another: which answer is whose is told by the last request
            facts = await at.facts(need)
            books = {key: str(book.bid) for key, book in facts.books.items()}
            sizes = {key: str(one.size) for key, one in facts.contracts.items()}
            assert books | sizes == {(need.family, need.symbol): value}
        assert at.targets == list(asked)
        together = await at.facts(*(need for need, _, _ in asked.values()))
        assert (len(together.books), len(together.contracts)) == (4, 2)
        assert together.contracts[EAPI, OPTION.symbol] == Contract(Decimal(1), quoted=False)
        assert len(at.targets) == 6
        assert at.spent() == {
            "GET /api/v3/ticker/bookTicker": (2, 1),
            "GET /fapi/v1/ticker/bookTicker": (2, 1),
            "GET /dapi/v1/ticker/bookTicker": (2, 1),
            "GET /eapi/v1/ticker": (5, 1),
            "GET /dapi/v1/exchangeInfo": (1, 1),
            "GET /eapi/v1/exchangeInfo": (1, 1),
        }


async def test_prices_are_used_for_two_seconds(tmp_path: Path) -> None:
    async with floor(tmp_path, says(200, ticker()), says(200, ticker(bid="1", ask="2"))) as at:
        assert await at.book() == BOOK
        at.at.local.ahead += 1.5
        assert await at.book() == BOOK
        assert len(at.targets) == 1
        at.at.local.ahead += 0.6
        assert await at.book() == Book(Decimal(1), Decimal(2))
        assert len(at.targets) == 2


@pytest.mark.parametrize(("on_its_way", "there"), [(1.5, True), (2.1, False)])
async def test_the_age_of_prices_begins_before_they_are_asked_for(
    on_its_way: float, there: bool, tmp_path: Path
) -> None:
    go_on = asyncio.Event()
    async with floor(tmp_path, waits(go_on, says(200, ticker())), says(200, ticker(bid="1", ask="2"))) as at:
        asking = asyncio.create_task(at.book())
        await at.at.until_sent(1)
        at.at.local.ahead += on_its_way
        go_on.set()
        assert await asking == (BOOK if there else None)
        at.at.local.ahead += 0.6
        assert await at.book() == Book(Decimal(1), Decimal(2))


async def test_what_would_be_too_old_when_the_rest_is_there_is_asked_for_again(tmp_path: Path) -> None:
    acts = says(200, ticker()), says(200, ticker()), says(200, ticker())
    async with floor(tmp_path, *acts, wait_seconds=1.0) as at:
        await at.book()
        at.at.local.ahead += 1.5
        await at.facts(BTC, ETH)
        assert sorted(at.targets[1:]) == [
            "/api/v3/ticker/bookTicker?symbol=BTCUSDT",
            "/api/v3/ticker/bookTicker?symbol=ETHUSDT",
        ]


@pytest.mark.parametrize("coalesce", [True, False])
async def test_identical_questions_under_way_are_one(coalesce: bool, tmp_path: Path) -> None:
    """Whether or not those of clients are."""
    go_on = asyncio.Event()
    async with floor(tmp_path, waits(go_on, says(200, ticker())), budget={"coalesce": coalesce}) as at:
        asking = [asyncio.create_task(at.facts(BTC, BTC)) for _ in range(20)]
        await at.at.until_sent(1)
        late = asyncio.create_task(at.book())
        await asyncio.sleep(0)
        go_on.set()
        assert {one.books[API, "BTCUSDT"] for one in await asyncio.gather(*asking)} == {BOOK}
        assert await late == BOOK
        assert len(at.targets) == 1
        assert at.spent() == {"GET /api/v3/ticker/bookTicker": (2, 1)}


async def test_all_symbols_of_a_market_are_one_question_for_contract_sizes(tmp_path: Path) -> None:
    async with floor(tmp_path, says(200, COIN_INFO)) as at:
        facts = await at.facts(PERP, MarketNeed(DAPI, "ETHUSD_PERP", "contract"))
        assert {key: str(one.size) for key, one in facts.contracts.items()} == {
            (DAPI, "BTCUSD_PERP"): "100",
            (DAPI, "ETHUSD_PERP"): "10",
        }
        assert at.targets == ["/dapi/v1/exchangeInfo"]


async def test_a_client_that_asks_the_same_gets_an_answer_of_its_own(tmp_path: Path) -> None:
    """And the gateway does not take a client's, which may have been asked for long before."""
    go_on = asyncio.Event()
    act = waits(go_on, says(200, ticker()))
    async with floor(tmp_path, act, act) as at:
        client = asyncio.create_task(
            at.at.ask("GET", "/api/v3/ticker/bookTicker?symbol=BTCUSDT", Accept="*/*")
        )
        await at.at.until_sent(1)
        asking = asyncio.create_task(at.book())
        await at.at.until_sent(2)
        go_on.set()
        assert await asking == BOOK
        assert (await client).body == ticker()


async def test_who_gives_up_ends_nothing_for_others(tmp_path: Path) -> None:
    go_on = asyncio.Event()
    async with floor(tmp_path, waits(go_on, says(200, ticker()))) as at:
        first, second = asyncio.create_task(at.book()), asyncio.create_task(at.book())
        await at.at.until_sent(1)
        first.cancel()
        await asyncio.wait({first})
        go_on.set()
        assert await second == BOOK
        assert len(at.targets) == 1


async def test_silence_is_waited_for_shortly_and_costs_its_weight(tmp_path: Path) -> None:
    async with floor(tmp_path, says_nothing, wait_seconds=0.05) as at:
        async with asyncio.timeout(2):
            assert await at.book() is None
        await at.at.until(lambda: bool(at.counts()))
        assert at.counts() == {("book", "failed"): 1}
        assert at.spent() == {"GET /api/v3/ticker/bookTicker": (2, 1)}


async def test_a_body_that_stalls_is_waited_for_no_longer(tmp_path: Path) -> None:
    async def begins(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(http(200, ticker())[:-5])
        await reader.read()

    async with floor(tmp_path, begins, says(200, ticker()), wait_seconds=0.2) as at:
        async with asyncio.timeout(2):
            assert await at.book() is None
        await at.at.until(lambda: bool(at.counts()))
        assert await at.book() == BOOK


async def test_one_that_is_silent_takes_nothing_from_the_others(tmp_path: Path) -> None:
    async with floor(tmp_path, says(200, COIN_INFO), says_nothing, wait_seconds=0.3) as at:
        await at.contract()
        facts = await at.facts(PERP, BTC)
        assert (facts.books, list(facts.contracts)) == ({}, [(DAPI, "BTCUSD_PERP")])


async def test_a_list_that_comes_late_is_there_for_who_asks_next(tmp_path: Path) -> None:
    go_on = asyncio.Event()
    async with floor(tmp_path, waits(go_on, says(200, COIN_INFO)), wait_seconds=0.05) as at:
        assert await at.contract() is None
        assert await at.contract() is None
        go_on.set()
        await at.at.until(lambda: bool(at.counts()))
        assert await at.contract() == Contract(Decimal(100), quoted=True)
        assert at.targets == ["/dapi/v1/exchangeInfo"]


HOLDS: list[tuple[int, bytes, bool]] = [
    (429, WEIGHT, True),
    (418, b"", True),
    (503, WEIGHT, True),
    (200, WEIGHT, True),
    (400, INVALID, False),
    (503, b"", False),
]


@pytest.mark.parametrize(("status", "body", "held"), HOLDS)
async def test_what_it_is_told_holds_everybody(status: int, body: bytes, held: bool, tmp_path: Path) -> None:
    async with floor(tmp_path, says(status, body, "Retry-After: 60"), says(200)) as at:
        assert await at.book() is None
        other = await at.at.ask("GET", "/api/v3/account")
        assert other.token == ("upstream_backoff" if held else "")
        assert await at.book(ETH) is None
        assert len(at.targets) == (1 if held else 3)


async def test_a_hold_means_that_nothing_is_asked(tmp_path: Path) -> None:
    acts = says(429, WEIGHT, "Retry-After: 3"), says(200, ticker()), says(200, COIN_INFO)
    async with floor(tmp_path, *acts) as at:
        assert (await at.at.ask("GET", "/api/v3/account")).status == 429
        facts = await at.facts(BTC, PERP)
        assert (facts.books, facts.contracts) == ({}, {})
        assert len(at.targets) == 1
        at.at.local.ahead += 3.1
        assert await at.book() == BOOK
        assert await at.contract() is not None  # a question that was never sent may be sent at once
        assert at.counts()["contracts", "fetched"] == 1


async def test_a_hold_that_begins_while_a_connection_is_made_is_obeyed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with floor(tmp_path) as at, upstream(says(200, ticker())) as other:
        fresh = Environment("fresh", {API: other.base})
        dialer = at.at.running.pipeline.dispatcher.sender._dialer
        connect = dialer.open

        async def is_told_meanwhile(base: str, seconds: float | None = None) -> Connection:
            endpoint = Catalogue.builtin().find("GET", "/api/v3/account")
            assert endpoint is not None
            at.throttle.holds.note(endpoint, base, "", status=429, code=-1003, retry_after="3")
            return await connect(base, seconds)

        monkeypatch.setattr(dialer, "open", is_told_meanwhile)
        assert (await at.facts(BTC, environment=fresh)).books == {}
        assert (other.connections, other.requests) == (1, [])
        at.at.local.ahead += 3.1
        monkeypatch.undo()
        assert (await at.facts(BTC, environment=fresh)).books == {(API, "BTCUSDT"): BOOK}


async def test_a_brake_that_holds_reads_holds_these(tmp_path: Path) -> None:
    act = says(200, b"{}", "X-MBX-USED-WEIGHT-1M: 95")
    async with floor(tmp_path, act, says(200), budget={"api_weight": 100}) as at:
        await at.at.ask("GET", "/api/v3/account")
        assert await at.book() is None
        assert len(at.targets) == 1
        assert (await at.at.order()).status == 200  # an order is not braked


async def test_its_weight_is_learned_from_as_any_request_s(tmp_path: Path) -> None:
    act = says(200, ticker(), "X-MBX-USED-WEIGHT-1M: 95")
    async with floor(tmp_path, act, budget={"api_weight": 100}) as at:
        assert await at.book() == BOOK
        assert (await at.at.ask("GET", "/api/v3/account")).token == "budget_exceeded"


NO_FACTS: list[tuple[str, Act]] = [
    ("an error", says(400, INVALID)),
    ("an error that looks like a book", says(404, ticker())),
    ("a failure", says(503, ticker())),
    ("no such form", says(200, b'{"ok":true}')),
    ("nothing", says(200, b"")),
    ("another symbol", says(200, ticker("ETHUSDT"))),
    ("nobody bids", says(200, ticker(bid="0.00000000"))),
    ("too large", says(200, ticker() + b" " * 16_384)),
    ("a redirect", says(302, ticker(), "Location: /api/v3/x")),
    ("a part", answers_and_hangs_up(http(200, ticker())[:-5])),
    ("no answer", hangs_up),
]


@pytest.mark.parametrize("act", [row[1] for row in NO_FACTS], ids=[row[0] for row in NO_FACTS])
async def test_what_is_no_fact_is_absent(act: Act, tmp_path: Path) -> None:
    async with floor(tmp_path, act, act) as at:
        facts = await at.facts(BTC)
        assert (facts.books, facts.contracts) == ({}, {})
        assert at.counts() == {("book", "failed"): 1}
        assert await at.contract() is None
        assert at.counts() == {("book", "failed"): 1, ("contracts", "failed"): 1}


async def test_no_book_is_remembered_as_long_as_one(tmp_path: Path) -> None:
    async with floor(tmp_path, says(400, INVALID), says(200, ticker())) as at:
        assert await at.book() is None
        assert await at.book() is None
        assert len(at.targets) == 1
        at.at.local.ahead += 2.1
        assert await at.book() == BOOK


async def test_a_failure_says_nothing_of_a_symbol(tmp_path: Path) -> None:
    acts = says(503), says(200, ticker()), says(503), says(503)
    async with floor(tmp_path, *acts, wait_seconds=1.0) as at:
        assert await at.book() is None
        assert await at.book() == BOOK
        at.at.local.ahead += 1.5
        assert (await at.facts(BTC, ETH)).books == {(API, "BTCUSDT"): BOOK}
        assert len(at.targets) == 4


async def test_a_made_up_symbol_fetches_a_list_once_a_minute(tmp_path: Path) -> None:
    made_up = [MarketNeed(DAPI, f"X{n}", "contract") for n in range(50)]
    async with floor(tmp_path, says(200, COIN_INFO), says(200, COIN_INFO)) as at:
        for need in made_up:
            assert await at.contract(need) is None
        assert len(at.targets) == 1
        assert await at.contract() is not None
        at.at.local.ahead += 59
        assert await at.contract(made_up[0]) is None
        assert len(at.targets) == 1
        at.at.local.ahead += 2
        assert await at.contract(made_up[0]) is None
        assert len(at.targets) == 2


async def test_the_age_of_a_list_begins_before_it_is_asked_for(tmp_path: Path) -> None:
    go_on = asyncio.Event()
    async with floor(tmp_path, waits(go_on, says(200, COIN_INFO)), says(200, COIN_INFO)) as at:
        asking = asyncio.create_task(at.contract())
        await at.at.until_sent(1)
        at.at.local.ahead += 10
        go_on.set()
        assert await asking is not None
        at.at.local.ahead += 51
        await at.contract(MarketNeed(DAPI, "X", "contract"))
        assert len(at.targets) == 2


@pytest.mark.parametrize("status", [400, 404, 503])
async def test_a_list_with_an_error_s_status_is_none(status: int, tmp_path: Path) -> None:
    async with floor(tmp_path, says(status, COIN_INFO)) as at:
        assert await at.contract() is None


async def test_a_new_contract_is_found(tmp_path: Path) -> None:
    new = MarketNeed(DAPI, "NEWUSD_PERP", "contract")
    acts = says(200, COIN_INFO), says(200, b'{"symbols":[{"symbol":"NEWUSD_PERP","contractSize":1}]}')
    async with floor(tmp_path, *acts) as at:
        assert await at.contract(new) is None
        at.at.local.ahead += 61
        assert await at.contract(new) == Contract(Decimal(1), quoted=True)


async def test_contract_sizes_are_kept_for_an_hour(tmp_path: Path) -> None:
    async with floor(tmp_path, says(200, COIN_INFO), says(503), says(200, COIN_INFO)) as at:
        assert await at.contract() is not None
        at.at.local.ahead += 3500
        assert await at.contract() is not None
        assert len(at.targets) == 1
        at.at.local.ahead += 101
        assert await at.contract() is None  # the exchange fails
        at.at.local.ahead += 6
        assert await at.contract() is not None
        assert len(at.targets) == 3


async def test_a_list_that_cannot_be_had_is_tried_again_after_a_while(tmp_path: Path) -> None:
    async with floor(tmp_path, says(200, b'{"ok":true}'), says(200, COIN_INFO)) as at:
        assert await at.contract() is None
        at.at.local.ahead += 4
        assert await at.contract() is None
        assert len(at.targets) == 1
        at.at.local.ahead += 2
        assert await at.contract() is not None


async def test_a_list_of_too_many_contracts_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(market, "_MOST_CONTRACTS", 1)
    async with floor(tmp_path, says(200, COIN_INFO)) as at:
        assert await at.contract() is None


async def test_a_list_as_large_as_that_of_all_options_is_read(tmp_path: Path) -> None:
    many = b",".join(b'{"symbol":"X-%d","unit":1,"more":"%b"}' % (n, b"x" * 500) for n in range(4000))
    body = OPTION_INFO[:-2] + b"," + many + b"]}"
    assert len(body) > 2_000_000
    async with floor(tmp_path, says(200, body)) as at:
        assert await at.contract(OPTION) == Contract(Decimal(1), quoted=False)


async def test_kept_books_are_bounded_and_the_oldest_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(market, "_MOST_BOOKS", 2)
    acts = [says(200, ticker(symbol)) for symbol in ("A", "B", "C", "A")]
    async with floor(tmp_path, *acts) as at:
        for symbol in "ABC":
            assert await at.book(MarketNeed(API, symbol, "book")) == BOOK
        for symbol in "BC":
            assert await at.book(MarketNeed(API, symbol, "book")) == BOOK
        assert len(at.targets) == 3
        assert await at.book(MarketNeed(API, "A", "book")) == BOOK
        assert len(at.targets) == 4


async def test_a_book_that_was_asked_for_again_is_not_the_oldest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(market, "_MOST_BOOKS", 2)
    acts = [says(200, ticker(symbol)) for symbol in ("A", "B", "A", "C")]
    first, second, third = (MarketNeed(API, symbol, "book") for symbol in "ABC")
    async with floor(tmp_path, *acts) as at:
        await at.book(first)
        await at.book(second)
        at.at.local.ahead += 2.1
        await at.book(first)
        await at.book(third)
        assert await at.book(first) == BOOK
        assert len(at.targets) == 4


async def test_the_rest_of_a_body_that_is_too_large_is_not_waited_for(tmp_path: Path) -> None:
    hung_up = asyncio.Event()

    async def begins_much(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(http(200, ticker() + b" " * 100_000)[:1000])
        assert await reader.read() == b""
        hung_up.set()

    async with floor(tmp_path, begins_much) as at:
        assert await at.book() is None
        async with asyncio.timeout(5):
            await hung_up.wait()


async def test_one_request_has_no_more_than_twenty_facts_fetched(tmp_path: Path) -> None:
    async with floor(tmp_path) as at:
        await at.facts(*(MarketNeed(API, f"X{n}", "book") for n in range(1000)))
        assert len(at.targets) == 20


@pytest.mark.parametrize(
    "need",
    [
        MarketNeed(API, "btcusdt", "book"),
        MarketNeed(API, "BTC&symbol=A", "book"),
        MarketNeed(API, "BTCUSDT", "contract"),  # there is none
        MarketNeed(PrefixFamily.PAPI, "BTCUSDT", "book"),
    ],
)
async def test_what_cannot_be_known_is_not_asked_for(need: MarketNeed, tmp_path: Path) -> None:
    async with floor(tmp_path) as at:
        facts = await at.facts(need)
        assert (facts.books, facts.contracts, at.targets) == ({}, {}, [])


async def test_an_environment_without_the_market_has_no_facts(tmp_path: Path) -> None:
    async with floor(tmp_path) as at:
        needs = MarketNeed(FAPI, "BTCUSDT", "book"), PERP, OPTION
        facts = await at.facts(*needs, environment=ENVIRONMENTS["us"])
        assert (facts.books, facts.contracts, at.targets) == ({}, {}, [])
        assert await at.facts() == MarketFacts({}, {})


async def test_environments_do_not_know_each_other_s_prices(tmp_path: Path) -> None:
    async with floor(tmp_path, says(200, ticker())) as at:
        assert await at.book() == BOOK
        elsewhere = Environment("elsewhere", {API: "http://127.0.0.1:9"})  # nobody listens there
        assert (await at.facts(BTC, environment=elsewhere)).books == {}


async def test_the_end_ends_what_is_under_way(tmp_path: Path) -> None:
    async with floor(tmp_path, says_nothing) as at:
        asking = asyncio.create_task(at.facts(PERP))
        await at.at.until_sent(1)
        await at.market.stop()
        assert (await asking).contracts == {}
        await at.market.stop()
