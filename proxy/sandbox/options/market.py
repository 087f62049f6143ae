"""Public data of options. The premium stands still until a test sets `sandbox.contract_prices[name]`."""

from decimal import Decimal
from typing import Any

from proxy.sandbox.call import Call
from proxy.sandbox.exchange import Sandbox
from proxy.sandbox.options.book import OPTIONS, Option
from proxy.sandbox.refusals import bad_request
from proxy.sandbox.spot.symbols import plain


def premium(sandbox: Sandbox, option: Option) -> Decimal:
    """The price at which one buys, per unit of the underlying; one sells a tick lower."""
    return sandbox.contract_prices.get(option.name, option.price)


def known_option(call: Call) -> Option:
    """Raises -1121."""
    option = OPTIONS.get(call.values["symbol"])
    if option is None:
        raise bad_request(-1121, "Invalid symbol.")
    return option


def exchange_info(call: Call) -> object:
    """GET exchangeInfo."""
    limits = call.sandbox.limit_keeper.limits
    return {
        "timezone": "UTC",
        "serverTime": call.now_ms,
        "optionContracts": [
            {"baseAsset": "BTC", "quoteAsset": "USDT", "underlying": "BTCUSDT", "settleAsset": "USDT"}
        ],
        "optionAssets": [{"name": "USDT"}],
        "optionSymbols": [_listing(option) for option in OPTIONS.values()],
        "rateLimits": [
            {"rateLimitType": kind, "interval": interval, "intervalNum": number, "limit": limit}
            for kind, interval, number, limit in (
                ("REQUEST_WEIGHT", "MINUTE", 1, limits.eapi_weight_1m),
                ("ORDERS", "MINUTE", 1, limits.eapi_orders_1m),
                ("ORDERS", "SECOND", 10, limits.eapi_orders_10s),
            )
        ],
    }


def _listing(option: Option) -> dict[str, Any]:
    return {
        "symbol": option.name,
        "underlying": option.underlying,
        "side": option.side,
        "strikePrice": plain(option.strike),
        "expiryDate": option.expires_ms,
        "unit": int(option.unit),
        "quoteAsset": "USDT",
        "minQty": "0.01",
        "maxQty": "1000",
        "priceScale": 1,
        "quantityScale": 2,
        "filters": [
            {"filterType": "PRICE_FILTER", "minPrice": "0.1", "maxPrice": "80000.1", "tickSize": "0.1"},
            {"filterType": "LOT_SIZE", "minQty": "0.01", "maxQty": "1000", "stepSize": "0.01"},
        ],
    }


def ticker(call: Call) -> object:
    """GET ticker: a list, also for one symbol."""
    return [
        {
            "symbol": option.name,
            "lastPrice": plain(premium(call.sandbox, option)),
            "bidPrice": plain(premium(call.sandbox, option) - option.tick),
            "askPrice": plain(premium(call.sandbox, option)),
            "strikePrice": plain(option.strike),
        }
        for option in _chosen(call)
    ]


def mark(call: Call) -> object:
    """GET mark."""
    return [
        {"symbol": option.name, "markPrice": plain(premium(call.sandbox, option))} for option in _chosen(call)
    ]


def _chosen(call: Call) -> list[Option]:
    return [known_option(call)] if "symbol" in call.values else list(OPTIONS.values())
