"""What exchangeInfo says of a symbol: numbers to the last digit, and the same names for spot and futures."""

import json
from decimal import Decimal
from typing import Any

import pytest

from proxy.core.foreign_json import UnreadableError
from proxy.core.symbol_rules import Market, SymbolRules, read_rules, read_symbol

# In the form of filters.md of binance-spot-api-docs.
SPOT = {
    "symbol": "BTCUSDT",
    "status": "TRADING",
    "permissions": [],
    "filters": [
        {
            "filterType": "PRICE_FILTER",
            "minPrice": "0.01000000",
            "maxPrice": "1000000.0",
            "tickSize": "0.01000000",
        },
        {"filterType": "NOTIONAL", "minNotional": "5.00000000", "applyMinToMarket": True, "avgPriceMins": 5},
        {"filterType": "MAX_NUM_ORDERS", "maxNumOrders": 200},
        {"filterType": 7, "limit": 1},
        {"limit": 1},
    ],
}
# In the form of "Exchange Information" of USD-M futures.
FUTURES = {
    "symbol": "BTCUSDT",
    "contractType": "PERPETUAL",
    "filters": [
        {"filterType": "MIN_NOTIONAL", "notional": "100"},
        {"filterType": "MAX_NUM_ORDERS", "limit": 200},
        {
            "filterType": "PERCENT_PRICE",
            "multiplierUp": "1.0500",
            "multiplierDown": "NaN",
            "multiplierDecimal": "4",
        },
    ],
}


def info(*symbols: Any, **more: Any) -> bytes:
    """Without blanks, as the exchange writes it."""
    return json.dumps({"symbols": symbols, **more}, separators=(",", ":")).encode()


def test_numbers_come_from_their_digits() -> None:
    rules = read_rules(info(SPOT))["BTCUSDT"]
    assert (rules.market, rules.symbol) == (Market.SPOT, "BTCUSDT")
    assert rules.bounds("PRICE_FILTER")["tickSize"] == Decimal("0.01000000")
    assert rules.bounds("MIN_NOTIONAL", "NOTIONAL") == {
        "minNotional": Decimal(5),
        "applyMinToMarket": Decimal(1),
        "avgPriceMins": Decimal(5),
    }
    assert rules.bounds("LOT_SIZE") == {}
    assert set(rules.filters) == {"PRICE_FILTER", "NOTIONAL", "MAX_NUM_ORDERS"}


def test_futures_have_other_names_for_the_same_bounds() -> None:
    rules = read_rules(info(FUTURES))["BTCUSDT"]
    assert rules.market is Market.FUTURES
    assert rules.bounds("MIN_NOTIONAL") == {"minNotional": Decimal(100)}
    assert rules.bounds("MAX_NUM_ORDERS") == {"maxNumOrders": Decimal(200)}
    assert rules.bounds("PERCENT_PRICE") == {"multiplierUp": Decimal("1.05"), "multiplierDecimal": Decimal(4)}


def test_what_holds_for_the_exchange_holds_for_each_symbol() -> None:
    common = [{"filterType": "EXCHANGE_MAX_NUM_ORDERS", "maxNumOrders": 1000}]
    rules = read_rules(info(SPOT, exchangeFilters=common))["BTCUSDT"]
    assert rules.bounds("EXCHANGE_MAX_NUM_ORDERS") == {"maxNumOrders": Decimal(1000)}
    assert rules.bounds("MAX_NUM_ORDERS") == {"maxNumOrders": Decimal(200)}


def test_one_symbol_alone() -> None:
    found = read_symbol(json.dumps(SPOT).encode())
    assert isinstance(found, SymbolRules)
    assert found == read_rules(info(SPOT))["BTCUSDT"]
    assert read_symbol(b"{") is None


@pytest.mark.parametrize(
    "octets", [b"", b"[]", b"{}", b'{"symbols":7}', b'{"symbols":[{"filters":[]}]}', b"\xff", b"[" * 9999]
)
def test_anything_else_is_not_read(octets: bytes) -> None:
    with pytest.raises(UnreadableError):
        read_rules(octets)
