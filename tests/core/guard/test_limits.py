"""Limits of a policy: symbols, coins, addresses, amounts per order and per day. They fail closed."""

import pytest

from proxy.core.errors import Refusal
from proxy.core.guard import Reservation
from tests.core.guard.limited import DAY_MS, ORDER, WITHDRAW, Limited

LIMIT = "side=BUY&type=LIMIT&timeInForce=GTC&"


@pytest.mark.parametrize(
    ("name", "text", "fits"),
    [
        (ORDER, "symbol=BTCUSDT", True),
        (ORDER, "symbol=ETHUSDT", False),
        (ORDER, "symbol=btcusdt", False),
        (ORDER, "", False),
        (ORDER, "symbol=BTCUSDT&symbol=ETHUSDT", False),
        (ORDER, "symbol=BTCUSDT&s%79mbol=ETHUSDT", False),
        (ORDER, "symbol=BTC%55SDT", True),
        ("DELETE /api/v3/order", "symbol=BTCUSDT&orderId=1", True),
        ("DELETE /api/v3/openOrders", "symbol=ETHUSDT", False),
        ("POST /api/v3/orderList/oco", "symbol=ETHUSDT", False),
        ("POST /api/v3/order/cancelReplace", "symbol=BTCUSDT", True),
        ("GET /api/v3/openOrders", "symbol=ETHUSDT", True),
        ("POST /api/v3/order/test", "symbol=ETHUSDT", True),
        ("POST /fapi/v1/order", "symbol=ETHUSDT", True),
    ],
)
def test_a_line_for_a_profile_holds_for_all_its_writes(name: str, text: str, fits: bool) -> None:
    assert Limited({"applies_to": "spot", "symbols": ["BTCUSDT"]}).takes(name, text) is fits


def test_a_limit_reads_the_form_as_well_as_the_query() -> None:
    limited = Limited({"applies_to": "spot", "symbols": ["BTCUSDT"]})
    assert limited.takes(ORDER, "", body="symbol=BTCUSDT")
    assert not limited.takes(ORDER, "symbol=BTCUSDT", body="symbol=ETHUSDT")


def test_a_json_body_cannot_be_held_against_limits() -> None:
    limited = Limited({"applies_to": "merchant", "coins": ["USDT"]})
    refusal = limited.ask("POST /sapi/v1/c2c/ads/post", "", body='{"asset":"USDT"}')
    assert isinstance(refusal, Refusal)
    assert "JSON" in refusal.message


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("quantity=0.5", True),
        ("quantity=0.50000001", False),
        ("quantity=.5", False),
        ("quantity=5e-1", False),
        ("quantity=-1", False),
        ("quantity=0.1&quantity=0.1", False),
        ("quoteOrderQty=10", False),
        ("", False),
        ("workingQuantity=0.3&pendingQuantity=0.3", False),
        ("workingQuantity=0.2&pendingQuantity=0.3", True),
    ],
)
def test_quantity_per_order(text: str, fits: bool) -> None:
    assert Limited({"applies_to": "spot", "max_quantity": 0.5}).takes(ORDER, LIMIT + text) is fits


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("type=MARKET&quoteOrderQty=1000", True),
        ("type=MARKET&quoteOrderQty=1000.01", False),
        ("type=MARKET&quantity=0.0001", False),
        ("type=LIMIT&quantity=0.01&price=100000", True),
        ("type=LIMIT&quantity=0.01&price=100001", False),
        ("type=STOP_LOSS&quantity=0.01&stopPrice=1", False),
        ("type=STOP_LOSS_LIMIT&quantity=0.01&stopPrice=1&price=5", True),
        ("type=LIMIT&quantity=0.01&price=1&quoteOrderQty=1", False),
        ("quantity=1&price=1&stopPrice=1", False),
        ("quantity=1&price=1&stopPrice=1&stopLimitPrice=999", True),
        ("quantity=1&aboveType=LIMIT_MAKER&abovePrice=999&belowType=STOP_LOSS&belowStopPrice=1", False),
    ],
)
def test_quote_amount_per_order(text: str, fits: bool) -> None:
    assert Limited({"applies_to": "spot", "max_quote": 1000}).takes(ORDER, text) is fits


def test_cancels_and_amendments_downwards_have_no_amounts() -> None:
    limited = Limited({"applies_to": "spot", "max_quote": 1, "max_quantity": 1})
    assert limited.takes("DELETE /api/v3/order", "symbol=BTCUSDT&orderId=1")
    assert limited.takes("PUT /api/v3/order/amend/keepPriority", "symbol=BTCUSDT&orderId=1&newQty=5")


def test_a_batch_hides_its_quantities_and_is_refused() -> None:
    limited = Limited({"applies_to": "futures", "max_quantity": 1})
    assert not limited.takes(
        "POST /fapi/v1/batchOrders", "batchOrders=%5B%7B%22quantity%22%3A%22100%22%7D%5D"
    )


def test_lines_are_alternatives() -> None:
    limited = Limited(
        {"applies_to": "spot", "symbols": ["BTCUSDT"], "max_quantity": 0.5},
        {"applies_to": "spot", "symbols": ["ETHUSDT"], "max_quantity": 5},
    )
    assert limited.takes(ORDER, "symbol=ETHUSDT&quantity=5")
    assert not limited.takes(ORDER, "symbol=BTCUSDT&quantity=5")


def test_a_day_has_its_allowance_and_the_next_day_another() -> None:
    limited = Limited({"applies_to": ORDER, "max_quantity_per_day": 1})
    assert limited.takes(ORDER, "quantity=0.6")
    refusal = limited.ask(ORDER, "quantity=0.6")
    assert isinstance(refusal, Refusal)
    assert (refusal.status, refusal.token) == (403, "limit_exceeded")
    assert "policy.limits[0]" in refusal.message
    assert "max_quantity_per_day" in refusal.message
    assert limited.takes(ORDER, "quantity=0.4")
    assert limited.takes(ORDER, "quantity=1", at=DAY_MS)


def test_what_was_not_executed_is_given_back() -> None:
    limited = Limited({"applies_to": ORDER, "max_quote_per_day": 100})
    taken = limited.ask(ORDER, "type=MARKET&quoteOrderQty=100")
    assert isinstance(taken, Reservation)
    assert not limited.takes(ORDER, "type=MARKET&quoteOrderQty=1")
    limited.ledger.release(taken)
    assert limited.takes(ORDER, "type=MARKET&quoteOrderQty=100")


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("coin=USDT&address=Tabc&amount=10", True),
        ("coin=BTC&address=Tabc&amount=10", False),
        ("coin=USDT&address=Tabc&amount=10.1", False),
        ("coin=USDT&address=Tother&amount=10", False),
        ("coin=USDT&address=Tabc&addressTag=9&amount=10", False),
        ("coin=USDT&address=Xrp&addressTag=77&amount=10", True),
        ("coin=USDT&address=Xrp&amount=10", False),
        ("coin=USDT&address=Xrp&addressTag=77&addressTag=78&amount=10", False),
        ("coin=USDT&amount=10", False),
    ],
)
def test_withdrawals_go_to_known_addresses_only(text: str, fits: bool) -> None:
    """A tag chooses the owner at a shared address, so it belongs to the address."""
    line = {"applies_to": WITHDRAW, "coins": ["USDT"], "addresses": ["Tabc", "Xrp 77"], "max_quantity": 10}
    assert Limited(line).takes(WITHDRAW, text) is fits
