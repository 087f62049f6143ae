"""What a request weighs, where the number depends on its parameters.

Sources: binance-spot-api-docs rest-api.md (2026-07-21) for /api; developers.binance.com, pages of the single
endpoints, for /fapi, /dapi and /eapi (2025-11-30), and what changed on /dapi on 2026-06-30 by the package
binance-sdk-derivatives-trading-coin-futures 14.1.0; the margin change log of 2026-04-23 for margin orders; for
/dapi/v1/openAlgoOrders a client library (JKorf/Binance.Net 13.2.0). Weights that only
depend on the endpoint stand in the table.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from proxy.core.catalogue.endpoint import Endpoint
from proxy.core.wire import find_pairs, pair_value

type _Value = Callable[[bytes], bytes]
"""Name of a parameter -> its raw value, b"" where it is absent or empty."""
type _Rule = Callable[[_Value], int]


def _given(names: Mapping[bytes, int], otherwise: int) -> _Rule:
    """The weight of the first of these parameters that is there."""

    def rule(value: _Value) -> int:
        return next((weight for name, weight in names.items() if value(name)), otherwise)

    return rule


def _by_size(steps: tuple[tuple[int, int], ...], default: int, name: bytes = b"limit") -> _Rule:
    """Steps of (up to this size, weight), the last for anything above; `default` is the size not given."""

    def rule(value: _Value) -> int:
        text = value(name)
        size = int(text) if text.isdigit() and len(text) < 10 else default
        return next((weight for most, weight in steps if size <= most), steps[-1][1])

    return rule


def _per_symbol(each: int, most: int, otherwise: int) -> _Rule:
    """`each` for every symbol of `symbols`, at most `most`; one for `symbol`."""

    def rule(value: _Value) -> int:
        if listed := value(b"symbols"):
            return min(each * _count(listed), most)
        return each if value(b"symbol") else otherwise

    return rule


def _spot_ticker_24hr(value: _Value) -> int:
    if listed := value(b"symbols"):
        count = _count(listed)
        return 2 if count <= 20 else 40 if count <= 100 else 80
    return 2 if value(b"symbol") else 80


def _margin_order(value: _Value) -> int:
    """Since 2026-05-07 an order that borrows weighs as much as 250 that don't, by UID."""
    return 1500 if value(b"sideEffectType") in _BORROWS else 6


def _count(listed: bytes) -> int:
    """The entries of a JSON list in a query, its commas raw or escaped."""
    return 1 + listed.count(b",") + listed.upper().count(b"%2C")


_BORROWS: Final = frozenset({b"MARGIN_BUY", b"AUTO_BORROW_REPAY"})
_DEPTH: Final = ((50, 2), (100, 5), (500, 10), (1000, 20))
_KLINES: Final = _by_size(((99, 1), (499, 2), (1000, 5), (1500, 10)), 500)
_ONE_OR_ALL: Final = _given({b"symbol": 1}, 40)
_ONE_OR_TWO: Final = _given({b"symbol": 1}, 2)
_ONE_OR_TEN: Final = _given({b"symbol": 1}, 10)
_BOOK_TICKER: Final = _given({b"symbol": 2}, 5)
_FORCE_ORDERS: Final = _given({b"symbol": 20}, 50)
_TEST_ORDER: Final = _given({b"computeCommissionRates": 20}, 1)

_RULES: Final[Mapping[tuple[str, str], _Rule]] = MappingProxyType(
    {
        ("GET", "/api/v3/depth"): _by_size(((100, 5), (500, 25), (1000, 50), (5000, 250)), 100),
        ("GET", "/api/v3/executionRules"): _per_symbol(2, 40, otherwise=40),
        ("GET", "/api/v3/myPreventedMatches"): _given({b"preventedMatchId": 2, b"orderId": 20}, 2),
        ("GET", "/api/v3/myTrades"): _given({b"orderId": 5}, 20),
        ("GET", "/api/v3/openOrders"): _given({b"symbol": 6}, 80),
        ("POST", "/api/v3/order/test"): _TEST_ORDER,
        ("POST", "/api/v3/sor/order/test"): _TEST_ORDER,
        ("GET", "/api/v3/ticker"): _per_symbol(4, 200, otherwise=4),
        ("GET", "/api/v3/ticker/24hr"): _spot_ticker_24hr,
        ("GET", "/api/v3/ticker/bookTicker"): _given({b"symbol": 2}, 4),
        ("GET", "/api/v3/ticker/price"): _given({b"symbol": 2}, 4),
        ("GET", "/api/v3/ticker/tradingDay"): _per_symbol(4, 200, otherwise=4),
        ("GET", "/fapi/v1/apiTradingStatus"): _ONE_OR_TEN,
        ("GET", "/fapi/v1/assetIndex"): _ONE_OR_TEN,
        ("GET", "/fapi/v1/continuousKlines"): _KLINES,
        ("GET", "/fapi/v1/depth"): _by_size(_DEPTH, 500),
        ("GET", "/fapi/v1/forceOrders"): _FORCE_ORDERS,
        ("GET", "/fapi/v1/indexPriceKlines"): _KLINES,
        ("GET", "/fapi/v1/klines"): _KLINES,
        ("GET", "/fapi/v1/markPriceKlines"): _KLINES,
        ("GET", "/fapi/v1/openOrders"): _ONE_OR_ALL,
        ("GET", "/fapi/v1/premiumIndex"): _ONE_OR_TEN,
        ("GET", "/fapi/v1/premiumIndexKlines"): _KLINES,
        ("GET", "/fapi/v1/ticker/24hr"): _ONE_OR_ALL,
        ("GET", "/fapi/v1/ticker/bookTicker"): _BOOK_TICKER,
        ("GET", "/fapi/v1/ticker/price"): _ONE_OR_TWO,
        ("GET", "/fapi/v2/ticker/price"): _ONE_OR_TWO,
        ("GET", "/dapi/v1/continuousKlines"): _KLINES,
        ("GET", "/dapi/v1/depth"): _by_size(_DEPTH, 500),
        ("GET", "/dapi/v1/forceOrders"): _FORCE_ORDERS,
        ("GET", "/dapi/v1/indexPriceKlines"): _KLINES,
        ("GET", "/dapi/v1/klines"): _KLINES,
        ("GET", "/dapi/v1/markPriceKlines"): _KLINES,
        ("GET", "/dapi/v1/openAlgoOrders"): _ONE_OR_ALL,
        ("GET", "/dapi/v1/openOrders"): _ONE_OR_ALL,
        ("GET", "/dapi/v1/premiumIndexKlines"): _KLINES,
        ("GET", "/dapi/v1/ticker/24hr"): _ONE_OR_ALL,
        ("GET", "/dapi/v1/ticker/bookTicker"): _BOOK_TICKER,
        ("GET", "/dapi/v1/ticker/price"): _ONE_OR_TWO,
        ("GET", "/dapi/v2/leverageBracket"): _ONE_OR_TWO,
        ("GET", "/eapi/v1/depth"): _by_size(_DEPTH, 100),
        ("GET", "/eapi/v1/openOrders"): _ONE_OR_ALL,
        ("GET", "/eapi/v1/ticker"): _given({}, 5),
        ("POST", "/sapi/v1/margin/order"): _margin_order,
        ("POST", "/sapi/v1/margin/order/oco"): _margin_order,
        ("POST", "/sapi/v1/margin/order/oto"): _margin_order,
        ("POST", "/sapi/v1/margin/order/otoco"): _margin_order,
    }
)

FREE_ON_SUCCESS: Final = frozenset(
    {
        ("DELETE", "/api/v3/openOrders"),
        ("DELETE", "/api/v3/order"),
        ("DELETE", "/api/v3/orderList"),
        ("POST", "/api/v3/order"),
        ("POST", "/api/v3/order/cancelReplace"),
        ("POST", "/api/v3/order/oco"),
        ("POST", "/api/v3/orderList/oco"),
        ("POST", "/api/v3/orderList/opo"),
        ("POST", "/api/v3/orderList/opoco"),
        ("POST", "/api/v3/orderList/oto"),
        ("POST", "/api/v3/orderList/otoco"),
        ("POST", "/api/v3/sor/order"),
    }
)
"""Since 2026-04-02 these weigh something only if they fail (binance-spot-api-docs CHANGELOG.md)."""

INACCURATE_COUNT: Final = frozenset({"/fapi/v1/ticker/bookTicker", "/fapi/v2/ticker/price"})
"""Paths whose documentation says that the used weight in their answers is not accurate."""


def documented_weight(endpoint: Endpoint, query: bytes, form: bytes = b"") -> int | None:
    """What this request weighs by the documentation; None where that says "variable" and no more, or nothing.

    `query` and `form` are raw. Orders on /fapi and /dapi weigh 0: they count on the order limits.
    """
    weight = endpoint.weight
    if isinstance(weight, int):
        return weight
    rule = _RULES.get((endpoint.method, endpoint.path))
    if rule is None:
        return 0 if weight.startswith("IP 0") else None

    def value(name: bytes) -> bytes:
        found = find_pairs(query, name) or (find_pairs(form, name) if form else [])
        return pair_value(found[0]) if found else b""

    return rule(value)
