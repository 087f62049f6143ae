"""What an order counts for: each number here was worked out by hand from the wording in docs/configuration."""

import msgspec
import pytest

from proxy.core.guard import Reservation
from tests.core.guard.limited import DAY_MS, ORDER, WITHDRAW, Limited

AMEND = "PUT /fapi/v1/order"
KEEP_PRIORITY = "PUT /api/v3/order/amend/keepPriority"

QUANTITIES = [
    # at most 0.5 of the base asset
    (AMEND, "quantity=0.5&price=1", True),
    (AMEND, "quantity=0.6&price=1", False),
    (AMEND, "price=1", False),
    ("PUT /dapi/v1/order", "quantity=0.6&price=1", False),
    ("PUT /papi/v1/um/order", "quantity=0.6&price=1", False),
    ("PUT /papi/v1/cm/order", "quantity=0.6&price=1", False),
    ("PUT /fapi/v1/batchOrders", "batchOrders=%5B%7B%22quantity%22%3A%220.1%22%7D%5D", False),
    ("PUT /dapi/v1/batchOrders", "batchOrders=%5B%7B%22quantity%22%3A%220.1%22%7D%5D", False),
    ("POST /fapi/v1/order", "quantity=0.5", True),
    ("POST /fapi/v1/order", "quantity=0.6", False),
    ("POST /fapi/v1/order", "closePosition=true", False),
    ("DELETE /fapi/v1/order", "quantity=9", True),
    ("DELETE /fapi/v1/batchOrders", "orderIdList=%5B1%5D", True),
]


@pytest.mark.parametrize(("name", "text", "fits"), QUANTITIES)
def test_orders_and_their_amendments_have_a_quantity_and_cancels_have_none(
    name: str, text: str, fits: bool
) -> None:
    assert Limited({"applies_to": "futures", "max_quantity": 0.5}).takes(name, text) is fits


@pytest.mark.parametrize(
    ("text", "fits"), [("quantity=2&price=50", True), ("quantity=2&price=50.01", False), ("price=50", False)]
)
def test_an_amendment_has_a_quote_amount(text: str, fits: bool) -> None:
    assert Limited({"applies_to": "futures", "max_quote": 100}).takes(AMEND, text) is fits


def test_an_amendment_counts_towards_the_day() -> None:
    limited = Limited({"applies_to": "futures", "max_quantity_per_day": 1})
    assert limited.takes("POST /fapi/v1/order", "quantity=0.7")
    assert not limited.takes(AMEND, "quantity=0.7")
    assert limited.takes(AMEND, "quantity=0.3")
    assert not limited.takes(AMEND, "quantity=0.1")


def test_only_the_amendment_that_cannot_raise_a_quantity_has_none() -> None:
    limited = Limited({"applies_to": "spot", "max_quantity": 0.5, "max_quantity_per_day": 0.5})
    assert limited.takes(ORDER, "quantity=0.5")
    assert limited.takes(KEEP_PRIORITY, "newQty=9")
    assert not limited.takes(ORDER, "quantity=0.5&newQty=0.1")


@pytest.mark.parametrize("name", ["quantity", "workingQuantity", "pendingQuantity", "newQty", "amount"])
def test_every_name_of_a_quantity_counts(name: str) -> None:
    limited = Limited({"applies_to": ORDER, "max_quantity": 0.5})
    assert limited.takes(ORDER, f"{name}=0.5")
    assert not limited.takes(ORDER, f"{name}=0.51")
    assert not limited.takes(ORDER, f"{name}=0.1&{name}=0.1")


PRICES = [
    # at most 1000 of the quote asset: all quantities at the highest price, 2 at 500 fits, 2 at 501 does not
    ("type=STOP_LOSS_LIMIT&quantity=2&price=500&stopPrice=500", True),
    ("type=STOP_LOSS_LIMIT&quantity=2&price=501&stopPrice=1", False),
    ("type=STOP_LOSS_LIMIT&quantity=2&price=1&stopPrice=501", False),
    ("type=TAKE_PROFIT_LIMIT&quantity=2&price=500&stopPrice=499", True),
    ("type=TAKE_PROFIT_LIMIT&quantity=2&price=499&stopPrice=501", False),
    ("type=LIMIT_MAKER&quantity=2&price=500", True),
    ("type=LIMIT_MAKER&quantity=2&price=501", False),
    ("quantity=2&price=1&stopPrice=1&stopLimitPrice=500", True),
    ("quantity=2&price=1&stopPrice=1&stopLimitPrice=501", False),
    ("quantity=2&price=500", True),
    ("quantity=2&price=501", False),
    ("quantity=2&aboveType=LIMIT_MAKER&abovePrice=500", True),
    ("quantity=2&aboveType=LIMIT_MAKER&abovePrice=501", False),
    (
        "workingType=LIMIT&workingPrice=500&workingQuantity=1"
        "&pendingType=LIMIT&pendingPrice=1&pendingQuantity=1",
        True,
    ),
    (
        "workingType=LIMIT&workingPrice=1&workingQuantity=1"
        "&pendingType=LIMIT&pendingPrice=501&pendingQuantity=1",
        False,
    ),
    ("type=LIMIT&quantity=2&workingQuantity=2&price=250", True),
    ("type=LIMIT&quantity=2&workingQuantity=2&price=251", False),
    # something is missing
    ("type=LIMIT&price=5", False),
    ("type=LIMIT&quantity=1", False),
    ("quantity=1", False),
    ("price=1", False),
    ("type=LIMIT&quantity=1&price=1&price=1", False),
    ("type=LIMIT&quantity=1&quantity=1&price=1", False),
    ("type=LIMIT&quantity=1&price=1e2", False),
    # in the quote asset itself
    ("quoteOrderQty=1000", True),
    ("quoteOrderQty=1000&quoteOrderQty=1000", False),
    ("quoteOrderQty=1e1", False),
    ("quoteOrderQty=1&workingQuantity=1", False),
    ("quoteOrderQty=1&quantity=1&quantity=1", False),
    ("quoteOrderQty=1&quantity=x", False),
]


@pytest.mark.parametrize(("text", "fits"), PRICES)
def test_the_dearest_price_that_is_named_counts(text: str, fits: bool) -> None:
    assert Limited({"applies_to": ORDER, "max_quote": 1000}).takes(ORDER, text) is fits


TYPES = ("type", "aboveType", "belowType", "pendingType", "pendingAboveType", "pendingBelowType")
PRICED = ("LIMIT", "LIMIT_MAKER", "STOP_LOSS_LIMIT", "TAKE_PROFIT_LIMIT")
AT_THE_MARKET = ("MARKET", "STOP_LOSS", "TAKE_PROFIT", "STOP_MARKET", "TRAILING_STOP_MARKET", "limit", "")


@pytest.mark.parametrize("name", TYPES)
def test_an_order_that_runs_at_the_market_has_no_quote_amount_wherever_it_says_so(name: str) -> None:
    limited = Limited({"applies_to": ORDER, "max_quote": 1000})
    for kind in PRICED:
        assert limited.takes(ORDER, f"quantity=1&price=1&{name}={kind}"), kind
    for kind in AT_THE_MARKET:
        assert not limited.takes(ORDER, f"quantity=1&price=1&{name}={kind}"), kind


AMOUNTS = [
    # which texts are numbers: at most 30 digits on either side, and nothing but digits and one point
    ("1", True),
    ("0", True),
    ("01", True),
    ("1.0", True),
    ("0." + "0" * 29 + "1", True),
    ("0." + "0" * 30 + "1", False),
    ("0" * 29 + "1", True),
    ("0" * 30 + "1", False),
    ("1.", False),
    (".1", False),
    ("+1", False),
    ("%2B1", False),
    ("-1", False),
    ("1,0", False),
    ("1%200", False),
    ("1.0.0", False),
    ("1e0", False),
    ("1_0", False),
    ("NaN", False),
    ("Infinity", False),
    ("0x1", False),
    ("%D9%A1", False),  # an Arabic one, which Decimal would read
    ("1%0A", False),
    ("", False),
    ("%31", True),
]


@pytest.mark.parametrize(("text", "fits"), AMOUNTS)
def test_only_plain_numbers_are_amounts(text: str, fits: bool) -> None:
    assert Limited({"applies_to": ORDER, "max_quantity": 1}).takes(ORDER, f"quantity={text}") is fits
    assert Limited({"applies_to": ORDER, "max_quote": 1}).takes(ORDER, f"quoteOrderQty={text}") is fits


def test_amounts_are_reckoned_exactly() -> None:
    """As floats, 0.1 + 0.2 is more than 0.3."""
    limited = Limited({"applies_to": ORDER, "max_quantity_per_day": 0.3})
    assert limited.takes(ORDER, "quantity=0.1")
    assert limited.takes(ORDER, "quantity=0.2")
    assert not limited.takes(ORDER, "quantity=0.00000001")  # Binance's smallest step


# -- a day


def test_three_orders_of_one_day_add_up() -> None:
    limited = Limited({"applies_to": ORDER, "max_quantity_per_day": 1})
    assert [limited.takes(ORDER, "quantity=0.4", at=hour * 3_600_000) for hour in range(4)] == [
        True,
        True,
        False,
        False,
    ]
    assert limited.takes(ORDER, "quantity=0.2", at=DAY_MS - 1)
    assert not limited.takes(ORDER, "quantity=0.1", at=DAY_MS - 1)
    assert limited.takes(ORDER, "quantity=1", at=DAY_MS)
    assert not limited.takes(ORDER, "quantity=0.1", at=DAY_MS)


def test_a_day_is_one_of_utc_and_begins_at_midnight() -> None:
    """1784851199999 is 2026-07-23T23:59:59.999Z."""
    last_ms = 1_784_851_199_999
    limited = Limited({"applies_to": ORDER, "max_quote_per_day": 100})
    assert limited.takes(ORDER, "quoteOrderQty=100", at=last_ms - DAY_MS + 1)
    assert not limited.takes(ORDER, "quoteOrderQty=1", at=last_ms)
    assert limited.takes(ORDER, "quoteOrderQty=100", at=last_ms + 1)


def test_the_quote_asset_has_an_allowance_of_its_own() -> None:
    limited = Limited({"applies_to": ORDER, "max_quantity_per_day": 10, "max_quote_per_day": 100})
    order = "type=LIMIT&quantity=1&price=40"
    assert [limited.takes(ORDER, order) for _ in range(3)] == [True, True, False]
    assert limited.takes(ORDER, "type=LIMIT&quantity=8&price=2.5")  # 10 of one, 100 of the other
    assert not limited.takes(ORDER, "type=LIMIT&quantity=0.001&price=0.001")


def test_each_line_has_a_day_of_its_own() -> None:
    one = {"symbols": ["BTCUSDT"], "max_quantity_per_day": 1}
    other = {"symbols": ["ETHUSDT"], "max_quantity_per_day": 1}
    limited = Limited({"applies_to": ORDER, **one}, {"applies_to": ORDER, **other})
    for symbol in ("BTCUSDT", "ETHUSDT"):
        assert limited.takes(ORDER, f"symbol={symbol}&quantity=0.6")
    for symbol in ("BTCUSDT", "ETHUSDT"):
        assert not limited.takes(ORDER, f"symbol={symbol}&quantity=0.6")
        assert limited.takes(ORDER, f"symbol={symbol}&quantity=0.4")


def test_what_does_not_fit_the_first_line_is_counted_against_the_next() -> None:
    limited = Limited(
        {"applies_to": ORDER, "max_quantity_per_day": 1}, {"applies_to": "spot", "max_quantity_per_day": 2}
    )
    assert [limited.takes(ORDER, "quantity=1") for _ in range(4)] == [True, True, True, False]


def test_a_refused_order_takes_nothing() -> None:
    limited = Limited({"applies_to": ORDER, "max_quantity_per_day": 1, "max_quote_per_day": 10})
    for text in ("type=LIMIT&quantity=1&price=11", "type=LIMIT&quantity=1.1&price=1", "quantity=1"):
        assert not limited.takes(ORDER, text)
    assert limited.takes(ORDER, "type=LIMIT&quantity=1&price=10")


def test_what_was_not_executed_is_given_back_once_and_exactly() -> None:
    limited = Limited({"applies_to": ORDER, "max_quantity_per_day": 1, "max_quote_per_day": 100})
    assert limited.takes(ORDER, "type=LIMIT&quantity=0.5&price=100")
    taken = limited.ask(ORDER, "type=LIMIT&quantity=0.25&price=100")
    assert isinstance(taken, Reservation)
    assert not limited.takes(ORDER, "type=LIMIT&quantity=0.5&price=100")
    limited.ledger.release(taken)
    assert not limited.takes(ORDER, "type=LIMIT&quantity=0.51&price=1")
    assert not limited.takes(ORDER, "type=LIMIT&quantity=0.5&price=100.1")
    assert limited.takes(ORDER, "type=LIMIT&quantity=0.5&price=100")


def test_what_is_given_back_after_midnight_does_not_widen_the_new_day() -> None:
    limited = Limited({"applies_to": ORDER, "max_quantity_per_day": 1})
    taken = limited.ask(ORDER, "quantity=1", at=DAY_MS - 1)
    assert isinstance(taken, Reservation)
    assert limited.takes(ORDER, "quantity=0.6", at=DAY_MS)
    limited.ledger.release(taken)
    assert not limited.takes(ORDER, "quantity=0.6", at=DAY_MS)
    assert limited.takes(ORDER, "quantity=0.4", at=DAY_MS)


def test_days_that_are_over_are_forgotten() -> None:
    """A gateway that runs for a year keeps one day of each line: two sums, of quantities and of quote amounts."""
    limited = Limited(
        {"applies_to": ORDER, "max_quantity_per_day": 1}, {"applies_to": AMEND, "max_quantity_per_day": 1}
    )
    for day in range(5):
        assert limited.takes(ORDER, "quantity=1", at=day * DAY_MS)
        assert limited.takes(AMEND, "quantity=1", at=day * DAY_MS)
    (sums,) = msgspec.structs.astuple(limited.ledger)
    assert len(sums) == 4
    assert not limited.takes(ORDER, "quantity=1", at=4 * DAY_MS)
    assert not limited.takes(AMEND, "quantity=1", at=4 * DAY_MS)


def test_a_withdrawal_counts_by_its_amount() -> None:
    limited = Limited({"applies_to": WITHDRAW, "max_quantity": 10, "max_quantity_per_day": 15})
    assert limited.takes(WITHDRAW, "coin=USDT&amount=10")
    assert not limited.takes(WITHDRAW, "coin=USDT&amount=10.1")
    assert not limited.takes(WITHDRAW, "coin=USDT&amount=5.1")
    assert limited.takes(WITHDRAW, "coin=USDT&amount=5")
    assert not limited.takes(WITHDRAW, "coin=USDT")


# -- whom a line concerns


@pytest.mark.parametrize(
    ("applies_to", "name", "text", "fits"),
    [
        (ORDER, ORDER, "symbol=ETHUSDT", False),
        (ORDER, "POST /api/v3/orderList/oco", "symbol=ETHUSDT", True),
        (ORDER, "DELETE /api/v3/order", "symbol=ETHUSDT", True),
        ("DELETE /api/v3/order", "DELETE /api/v3/order", "symbol=ETHUSDT", False),
        ("futures", ORDER, "symbol=ETHUSDT", True),
        ("futures", AMEND, "symbol=ETHUSDT", False),
        ("POST /api/v3/order/test", "POST /api/v3/order/test", "symbol=ETHUSDT", True),  # executes nothing
        ("GET /api/v3/openOrders", "GET /api/v3/openOrders", "symbol=ETHUSDT", True),
    ],
)
def test_a_line_concerns_a_profile_or_one_endpoint_and_never_a_read(
    applies_to: str, name: str, text: str, fits: bool
) -> None:
    assert Limited({"applies_to": applies_to, "symbols": ["BTCUSDT"]}).takes(name, text) is fits


def test_without_a_line_nothing_is_counted() -> None:
    assert Limited().ask(ORDER, "quantity=1") is None
    assert Limited({"applies_to": "futures", "max_quantity": 1}).ask(ORDER, "quantity=9") is None
    assert Limited({"applies_to": "spot", "symbols": ["BTCUSDT"]}).ask("GET /api/v3/openOrders", "") is None


def test_what_a_request_takes_is_told() -> None:
    limited = Limited({"applies_to": ORDER, "max_quantity": 5, "max_quote": 500})
    taken = limited.ask(ORDER, "type=LIMIT&quantity=2&price=100", at=3 * DAY_MS + 5)
    assert isinstance(taken, Reservation)
    assert (taken.line.place, taken.day, str(taken.quantity), str(taken.quote)) == (
        "policy.limits[0]",
        3,
        "2",
        "200",
    )
    cancel = Limited({"applies_to": "spot", "max_quantity": 5}).ask("DELETE /api/v3/order", "quantity=9")
    assert isinstance(cancel, Reservation)
    assert (str(cancel.quantity), str(cancel.quote)) == ("0", "0")


# -- other values

SYMBOLS = [
    ("symbol=BTCUSDT", True),
    ("symbol=BTC%55SDT", True),
    ("%73ymbol=BTCUSDT", True),
    ("symbol", False),
    ("symbol&symbol=BTCUSDT", False),
    ("symbol=BTCUSDT=x", False),
    ("symbol=BTCUSDT&symbol=BTCUSDT", False),
    ("symbol=BTC+USDT", False),
    ("sym+bol=BTCUSDT", False),
    ("Symbol=BTCUSDT", False),
    ("symbol=%EF%BB%BFBTCUSDT", False),
]


@pytest.mark.parametrize(("text", "fits"), SYMBOLS)
def test_the_symbol_must_stand_once_and_exactly(text: str, fits: bool) -> None:
    assert Limited({"applies_to": ORDER, "symbols": ["BTCUSDT", "BNBUSDT"]}).takes(ORDER, text) is fits


COINS = [
    ("coin=USDT", True),
    ("asset=USDT", True),
    ("coin=BTC", False),
    ("asset=BTC", False),
    ("coin=USDT&asset=BTC", False),
    ("coin=BTC&asset=USDT", False),
    ("coin=USDT&asset=USDT", False),
    ("symbol=USDT", False),
    ("", False),
]


@pytest.mark.parametrize(("text", "fits"), COINS)
def test_the_coin_stands_under_one_of_two_names(text: str, fits: bool) -> None:
    assert Limited({"applies_to": "transfers", "coins": ["USDT"]}).takes(
        "POST /sapi/v1/asset/transfer", text
    ) is (fits)


ADDRESSES = [
    ("address=Xrp&addressTag=77", True),
    ("address=Xrp&addressTag=77+78", True),
    ("address=Xrp+77+78", True),
    ("address=Xrp&addressTag=77&addressTag=78", False),  # of the two Binance may read either
    ("address=Xrp&addressTag=", False),
    ("address=Xrp&address=Xrp&addressTag=77", False),
    ("addressTag=77", False),
    ("address=Tag+77&addressTag=", True),
    ("address=&addressTag=Tag+77", True),
    ("address=%E4%B8%AD", True),
]


@pytest.mark.parametrize(("text", "fits"), ADDRESSES)
def test_an_address_and_its_tag_are_listed_together(text: str, fits: bool) -> None:
    line = {"applies_to": WITHDRAW, "addresses": ["Xrp 77", "Xrp 77 78", "Tag 77", "中"]}
    assert Limited(line).takes(WITHDRAW, text) is fits


# -- what is said

WHYS = [
    ({"symbols": ["BTCUSDT"]}, "symbol=ETHUSDT", "its symbol is not among `symbols`"),
    ({"coins": ["BTC"]}, "coin=ETH", "its coin is not among `coins`"),
    ({"addresses": ["abc"]}, "address=x", "its address (with its tag) is not among `addresses`"),
    ({"max_quantity": 1}, "", "it must say its quantity, once and as a plain number"),
    ({"max_quantity": 1}, "quantity=2", "it is above max_quantity per order"),
    (
        {"max_quote": 1},
        "quantity=2",
        "its quote amount cannot be known; send quoteOrderQty, or a limit order",
    ),
    ({"max_quote": 1}, "quoteOrderQty=2", "it is above max_quote per order"),
    ({"max_quantity_per_day": 1}, "quantity=2", "max_quantity_per_day is used up"),
    ({"max_quote_per_day": 1}, "quoteOrderQty=2", "max_quote_per_day is used up"),
]


@pytest.mark.parametrize(("line", "text", "why"), WHYS)
def test_a_refusal_says_which_limit_and_where_it_stands(line: dict[str, object], text: str, why: str) -> None:
    said = Limited({"applies_to": ORDER, **line}).why_not(ORDER, text)
    assert said == f"the policy limits this request (policy.limits[0]): {why}"


def test_a_refusal_names_all_lines_that_concern_the_request_and_the_reason_of_the_first() -> None:
    limited = Limited(
        {"applies_to": "futures", "max_quantity": 9},
        {"applies_to": ORDER, "symbols": ["BTCUSDT"]},
        {"applies_to": "spot", "max_quantity": 1},
    )
    assert limited.why_not(ORDER, "symbol=ETHUSDT&quantity=2") == (
        "the policy limits this request (policy.limits[1], policy.limits[2]): "
        "its symbol is not among `symbols`"
    )


def test_of_a_json_body_it_is_said_that_it_cannot_be_read() -> None:
    limited = Limited({"applies_to": "merchant", "coins": ["USDT"]})
    assert limited.why_not("POST /sapi/v1/c2c/ads/post", "", body='{"asset":"USDT"}') == (
        "the policy limits this request (policy.limits[0]): its JSON body cannot be held against the limits"
    )
    assert limited.takes("POST /sapi/v1/c2c/ads/post", "", body="asset=USDT")


def test_a_line_and_what_was_taken_from_it_are_values() -> None:
    limited = Limited({"applies_to": ORDER, "max_quantity": 1})
    taken = limited.ask(ORDER, "quantity=1")
    assert isinstance(taken, Reservation)
    for value, name in ((taken, "quantity"), (taken.line, "quantity")):
        with pytest.raises(AttributeError):
            setattr(value, name, None)
