"""Which bound of a symbol an order broke, and a value that keeps it: worked out by hand."""

import itertools
import random
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from proxy.core.diagnosis.examination import engine
from proxy.core.diagnosis.examination.parsed_request import ParsedRequest
from proxy.core.diagnosis.refusals.broken_filter import (
    broken_filter,
    plain,
    refusal_seen,
    rounded,
    unexplained,
)
from proxy.core.findings import Strength
from proxy.core.symbol_rules import read_rules
from tests.core.diagnosis.checks import NOW, signed
from tests.core.test_symbol_rules import info

FILTERS: list[dict[str, Any]] = [
    {"filterType": "PRICE_FILTER", "minPrice": "0.01", "maxPrice": "1000000", "tickSize": "0.01"},
    {"filterType": "LOT_SIZE", "minQty": "0.00001", "maxQty": "9000", "stepSize": "0.00001"},
    {"filterType": "MARKET_LOT_SIZE", "minQty": "0", "maxQty": "120.55555555", "stepSize": "0"},
    {"filterType": "NOTIONAL", "minNotional": "5", "applyMinToMarket": True, "maxNotional": "9000000",
     "applyMaxToMarket": False, "avgPriceMins": 5},
    {"filterType": "PERCENT_PRICE_BY_SIDE", "bidMultiplierUp": "5", "bidMultiplierDown": "0.2",
     "askMultiplierUp": "4", "askMultiplierDown": "0.25", "avgPriceMins": 5},
    {"filterType": "ICEBERG_PARTS", "limit": 10},
    {"filterType": "MAX_NUM_ORDERS", "maxNumOrders": 200},
    {"filterType": "MAX_NUM_ALGO_ORDERS", "maxNumAlgoOrders": 5},
    {"filterType": "MAX_POSITION", "maxPosition": "10"},
    {"filterType": "TRAILING_DELTA", "minTrailingAboveDelta": 10, "maxTrailingAboveDelta": 2000,
     "minTrailingBelowDelta": 20, "maxTrailingBelowDelta": 3000},
]  # fmt: skip
COMMON = [{"filterType": "EXCHANGE_MAX_NUM_ORDERS", "maxNumOrders": 1000}]
SPOT = read_rules(info({"symbol": "BTCUSDT", "filters": FILTERS}, exchangeFilters=COMMON))
FUTURES = read_rules(
    info(
        {
            "symbol": "BTCUSDT",
            "contractType": "PERPETUAL",
            "filters": [
                {
                    "filterType": "PRICE_FILTER",
                    "minPrice": "556.80",
                    "maxPrice": "4529764",
                    "tickSize": "0.10",
                },
                {"filterType": "LOT_SIZE", "minQty": "0.001", "maxQty": "1000", "stepSize": "0.001"},
                {"filterType": "MARKET_LOT_SIZE", "minQty": "0.001", "maxQty": "120", "stepSize": "0.001"},
                {"filterType": "MIN_NOTIONAL", "notional": "100"},
                {"filterType": "PERCENT_PRICE", "multiplierUp": "1.05", "multiplierDown": "0.95"},
                {"filterType": "MAX_NUM_ORDERS", "limit": 200},
            ],
        }
    )
)
LIMIT = "symbol=BTCUSDT&type=LIMIT&timeInForce=GTC"
MARKET = "symbol=BTCUSDT&type=MARKET"

TOLD = [
    # rule, parameters, what is said, what to send; "" where nothing is broken
    ("filter-price", f"{LIMIT}&side=BUY&price=60000.129", "price is no multiple of tickSize=0.01", "price=60000.12."),
    ("filter-price", f"{LIMIT}&side=SELL&price=60000.121", "price is no multiple of tickSize=0.01", "price=60000.13."),
    ("filter-price", f"{LIMIT}&side=BUY&price=0.001", "price is below minPrice=0.01", "price=0.01."),
    ("filter-price", f"{LIMIT}&side=SELL&price=1000000.5", "price is above maxPrice=1000000", "price=1000000."),
    ("filter-price", f"{LIMIT}&side=SELL&price=999999.999", "price is no multiple of tickSize=0.01", "price=1000000."),
    ("filter-price", f"{LIMIT}&side=BUY&price=1&stopPrice=2.005", "stopPrice is no multiple of", "stopPrice=2."),
    ("filter-price", f"{LIMIT}&side=BUY&price=60000.12", "", ""),
    ("filter-price", f"{LIMIT}&side=BUY&price=1e5", "", ""),
    ("filter-lot-size", f"{LIMIT}&side=BUY&quantity=0.0000123", "quantity is no multiple of stepSize=0.00001", "quantity=0.00001."),
    ("filter-lot-size", f"{LIMIT}&side=SELL&quantity=0.000009", "quantity is below minQty=0.00001", "quantity=0.00001."),
    ("filter-lot-size", f"{LIMIT}&side=SELL&quantity=9000.00001", "quantity is above maxQty=9000", "quantity=9000."),
    ("filter-lot-size", f"{LIMIT}&side=SELL&quantity=9000", "", ""),
    ("filter-lot-size", f"{LIMIT}&side=SELL&quantity=1&icebergQty=0.000001", "icebergQty is below minQty", "icebergQty=0.00001."),
    ("filter-market-lot-size", f"{MARKET}&side=BUY&quantity=121", "quantity is above maxQty=120.55555555", "quantity=120.55555."),
    ("filter-market-lot-size", f"{MARKET}&side=BUY&quantity=120", "", ""),
    ("filter-notional", f"{LIMIT}&side=BUY&price=60000&quantity=0.00001", "is 0.6, below minNotional=5", "quantity=0.00009, or more"),
    ("filter-notional", f"{LIMIT}&side=BUY&price=50000&quantity=0.00009", "is 4.5, below minNotional=5", "quantity=0.0001, or more"),
    ("filter-notional", f"{LIMIT}&side=BUY&price=100000&quantity=100", "is 10000000, above maxNotional=9000000", "quantity=90, or less"),
    ("filter-notional", f"{LIMIT}&side=BUY&price=0.0001&quantity=1", "below minNotional=5", "Change quantity, or take another price."),
    ("filter-notional", f"{LIMIT}&side=BUY&price=50000&quantity=0.0001", "", ""),
    ("filter-notional", f"{MARKET}&side=BUY&quoteOrderQty=4.9", "quoteOrderQty is below minNotional=5", "quoteOrderQty=5 or more."),
    ("filter-notional", f"{MARKET}&side=BUY&quoteOrderQty=9000001", "quoteOrderQty is above maxNotional=9000000", "quoteOrderQty=9000000 or less."),
    ("filter-notional", f"{MARKET}&side=BUY&quoteOrderQty=5", "", ""),
    ("filter-notional", f"{MARKET}&side=BUY&quantity=0.00001", "at least minNotional=5 and at most maxNotional=9000000", "worth 5 or more"),
    ("filter-percent-price-by-side", f"{LIMIT}&side=BUY&price=1", "between 0.2 and 5 times the average price", "times it"),
    ("filter-percent-price-by-side", f"{LIMIT}&side=SELL&price=1", "between 0.25 and 4 times the average price", "times it"),
    ("filter-iceberg-parts", f"{LIMIT}&side=BUY&quantity=1&icebergQty=0.05", "more than 10 parts", "icebergQty=0.1 or more"),
    ("filter-iceberg-parts", f"{LIMIT}&side=BUY&quantity=1.00001&icebergQty=0.1", "more than 10 parts", "icebergQty=0.10001 or more"),
    ("filter-iceberg-parts", f"{LIMIT}&side=BUY&quantity=1&icebergQty=0.1", "", ""),
    ("filter-max-num-orders", f"{LIMIT}&side=BUY", "at most 200 open orders on BTCUSDT", "fewer than 200"),
    ("filter-max-num-algo-orders", f"{LIMIT}&side=BUY", "at most 5 open stop orders on BTCUSDT", "fewer than 5"),
    ("filter-exchange-max-num-orders", f"{LIMIT}&side=BUY", "at most 1000 open orders.", "fewer than 1000"),
    ("filter-max-num-order-lists", f"{LIMIT}&side=BUY", "", ""),
    ("filter-max-position", f"{LIMIT}&side=BUY", "at most maxPosition=10", "Buy less"),
    ("filter-trailing-delta", "symbol=BTCUSDT&type=STOP_LOSS_LIMIT&side=BUY&trailingDelta=9", "below minTrailingAboveDelta=10", "trailingDelta=10."),
    ("filter-trailing-delta", "symbol=BTCUSDT&type=TAKE_PROFIT&side=BUY&trailingDelta=19", "below minTrailingBelowDelta=20", "trailingDelta=20."),
    ("filter-trailing-delta", "symbol=BTCUSDT&type=TAKE_PROFIT&side=SELL&trailingDelta=2001", "above maxTrailingAboveDelta=2000", "trailingDelta=2000."),
    ("filter-trailing-delta", "symbol=BTCUSDT&type=STOP_LOSS&side=SELL&trailingDelta=2001", "", ""),
    ("param-too-precise", f"{LIMIT}&side=BUY&price=1&quantity=0.123456789", "quantity is no multiple of", "quantity=0.12345."),
    ("param-too-precise", f"{LIMIT}&side=BUY&price=1.001&quantity=0.123456789", "price is no multiple of", "price=1."),
    ("order-not-found", f"{LIMIT}&side=BUY&price=1.001", "", ""),
    ("filter-price", "symbol=ETHUSDT&price=0.001", "", ""),
    ("filter-price", "price=0.001", "", ""),
]  # fmt: skip
TOLD_OF_FUTURES = [
    ("futures-price-tick", f"{LIMIT}&side=BUY&price=60000.15", "price is no multiple of tickSize=0.1", "price=60000.1."),
    ("futures-lot-size", f"{LIMIT}&side=BUY&quantity=0.0005", "quantity is below minQty=0.001", "quantity=0.001."),
    ("futures-lot-size", f"{MARKET}&side=BUY&quantity=121", "quantity is above maxQty=120", "quantity=120."),
    ("futures-lot-size", f"{LIMIT}&side=BUY&quantity=121", "", ""),
    ("futures-notional-too-small", f"{LIMIT}&side=BUY&price=60000&quantity=0.001", "is 60, below minNotional=100", "quantity=0.002, or more"),
    ("futures-price-band", f"{LIMIT}&side=BUY&price=1", "between 0.95 and 1.05 times the mark price", "Read the mark price"),
    ("futures-too-many-orders", f"{LIMIT}&side=BUY", "at most 200 open orders on BTCUSDT", "fewer than 200"),
    ("filter-trailing-delta", f"{LIMIT}&trailingDelta=1", "", ""),
    ("filter-max-position", LIMIT, "", ""),
]  # fmt: skip


def order(query: str, path: str = "/api/v3/order", **more: Any) -> ParsedRequest:
    rules = FUTURES if path.startswith(("/fapi", "/dapi")) else SPOT
    return ParsedRequest(replace(signed(f"POST {path}?{query}&timestamp={NOW}", **more), rules=rules))


@pytest.mark.parametrize(
    ("path", "rule", "query", "says", "sends"),
    [
        *(("/api/v3/order", *row) for row in TOLD),
        *(("/fapi/v1/order", *row) for row in TOLD_OF_FUTURES),
        ("/dapi/v1/order", "filter-notional", f"{LIMIT}&price=1&quantity=1", "", ""),
    ],
)
def test_the_bound_is_named_and_a_value_that_keeps_it(
    path: str, rule: str, query: str, says: str, sends: str
) -> None:
    found = broken_filter(rule, order(query, path))
    assert (found is None) == (says == "")
    if found is not None:
        assert says in found.says
        assert sends in found.remedy


def test_a_symbol_without_these_filters_says_nothing() -> None:
    bare = read_rules(info({"symbol": "BTCUSDT", "filters": []}))
    for rule in ("filter-notional", "filter-percent-price", "filter-max-position", "filter-iceberg-parts"):
        sent = replace(signed(f"POST /api/v3/order?{MARKET}&side=BUY&quantity=1&icebergQty=1"), rules=bare)
        assert broken_filter(rule, ParsedRequest(sent)) is None


def test_rules_of_another_market_are_not_used() -> None:
    spot = ParsedRequest(replace(signed(f"POST /api/v3/order?{LIMIT}&price=1.001"), rules=FUTURES))
    futures = ParsedRequest(replace(signed(f"POST /fapi/v1/order?{LIMIT}&price=1.001"), rules=SPOT))
    for request in (spot, futures):
        assert broken_filter("filter-price", request) is None
        assert unexplained("filter-price", request) == (
            "The exchangeInfo at hand does not have this symbol of this market.",
        )


def test_what_a_number_shows_is_proven_and_the_rest_is_likely() -> None:
    strengths = [
        refusal_seen(rule, (), order(query)).strength
        for rule, query in (
            ("filter-price", f"{LIMIT}&side=BUY&price=1.001"),
            ("filter-max-num-orders", LIMIT),
            ("filter-price", f"{LIMIT}&side=BUY&price=1"),
        )
    ]
    assert strengths == [Strength.PROVEN, Strength.LIKELY, Strength.LIKELY]


@pytest.mark.parametrize(
    ("code", "msg", "rule", "says"),
    [
        (-1013, "Filter failure: LOT_SIZE", "filter-lot-size", "quantity is no multiple of stepSize=0.00001"),
        (-1013, "Filter failure: PRICE_FILTER", "filter-price", "price is no multiple of tickSize=0.01"),
        (-1111, "Parameter 'quantity' has too much precision.", "param-too-precise", "quantity is no"),
        (-1111, "Precision is over the maximum defined for this asset.", "param-too-precise", "price is no"),
    ],
)
def test_the_whole_diagnosis_says_it(code: int, msg: str, rule: str, says: str) -> None:
    query = f"{LIMIT}&side=BUY&price=60000.123&quantity=0.0000123&timestamp={NOW}"
    first = engine.diagnose(
        replace(signed(f"POST /api/v3/order?{query}", code=code, msg=msg), rules=SPOT)
    ).findings[0]
    assert (first.rule, first.strength) == (rule, Strength.PROVEN)
    assert says in first.says
    assert first.remedy == f"Send {dict(first.facts)['send']}."


def test_filters_that_the_order_keeps_are_told_to_be_of_another_day() -> None:
    request = replace(
        signed(
            f"POST /api/v3/order?{LIMIT}&side=BUY&price=60000.12&quantity=1&timestamp={NOW}",
            code=-1013,
            msg="Filter failure: PRICE_FILTER",
        ),
        rules=SPOT,
    )
    diagnosis = engine.diagnose(request)
    assert diagnosis.findings[0].strength is Strength.LIKELY
    assert any("may be of another day" in note for note in diagnosis.notes)


def test_every_value_that_is_offered_passes() -> None:
    """Many grids and values: what is offered keeps both bounds and the step, or nothing is offered."""
    rng = random.Random(1)
    steps = ("0.1", "0.001", "1", "5", "0.00000001")
    for step, least, most in itertools.product(steps, ("0", "0.003", "7"), ("0", "10", "10.05")):
        lots = {"filterType": "LOT_SIZE", "minQty": least, "maxQty": most, "stepSize": step}
        rules = read_rules(info({"symbol": "BTCUSDT", "filters": [lots]}))
        for _ in range(20):
            quantity = f"{rng.uniform(0, 20):.{rng.randrange(12)}f}"
            sent = replace(signed(f"POST /api/v3/order?{LIMIT}&side=BUY&quantity={quantity}"), rules=rules)
            found = broken_filter("filter-lot-size", ParsedRequest(sent))
            if found is None or not found.remedy.startswith("Send"):
                continue
            offered = Decimal(found.remedy.partition("=")[2].rstrip("."))
            assert offered > 0
            assert offered % Decimal(step) == 0
            assert offered >= Decimal(least)
            assert offered <= Decimal(most) or Decimal(most) == 0


@pytest.mark.parametrize(
    "value", ["9" * 30, "0." + "0" * 26 + "1", "." * 5, "", "-1", "1_0", "NaN", "\u0661"]
)
def test_no_value_is_too_odd(value: str) -> None:
    for rule in (
        "filter-price",
        "filter-lot-size",
        "filter-notional",
        "filter-iceberg-parts",
        "param-too-precise",
    ):
        broken_filter(rule, order(f"{LIMIT}&side=BUY&price={value}&quantity={value}&icebergQty={value}"))


def test_numbers_are_written_plainly() -> None:
    numbers = ("1.000", "100", "0.00000001", "1E+3", "1E-7")
    assert [plain(Decimal(text)) for text in numbers] == ["1", "100", "0.00000001", "1000", "0.0000001"]
    assert rounded(Decimal("0.3"), Decimal("0.1"), up=True) == Decimal("0.3")
    assert rounded(Decimal("0.31"), Decimal("0.1"), up=True) == Decimal("0.4")


@pytest.mark.parametrize(("code", "proven"), [(-1111, False), (-1013, True)])
def test_a_bound_does_not_explain_what_is_said_of_the_step(code: int, proven: bool) -> None:
    assert (broken_filter("filter-price", order(f"{LIMIT}&price=1000001", code=code)) is not None) is proven


def test_bounds_that_no_value_can_keep_are_none() -> None:
    filters = [{"filterType": "PRICE_FILTER", "minPrice": "100", "maxPrice": "1", "tickSize": "0.01"}]
    rules = read_rules(info({"symbol": "BTCUSDT", "filters": filters}))
    asked = signed(f"POST /api/v3/order?{LIMIT}&price=50&timestamp={NOW}")
    assert broken_filter("filter-price", ParsedRequest(replace(asked, rules=rules))) is None
