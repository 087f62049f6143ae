"""Public futures data: the spot markets again, as perpetual contracts at the same price."""

from typing import Any

from proxy.sandbox.call import Call
from proxy.sandbox.spot.symbols import Symbol, plain, price_places

_ORDER_TYPES = ["LIMIT", "MARKET", "STOP", "STOP_MARKET", "TAKE_PROFIT", "TAKE_PROFIT_MARKET"]


def exchange_info(call: Call) -> object:
    """GET /fapi/v1/exchangeInfo."""
    return _head(call) | {
        "futuresType": "U_MARGINED",
        "assets": [{"asset": "USDT", "marginAvailable": True, "autoAssetExchange": "-10000"}],
        "symbols": [_contract(symbol, symbol.name, symbol.quote) for symbol in call.sandbox.symbols.values()],
    }


def coin_exchange_info(call: Call) -> object:
    """GET /dapi/v1/exchangeInfo: contracts named like BTCUSD_PERP, margined in the coin."""
    symbols = [symbol for symbol in call.sandbox.symbols.values() if symbol.quote == "USDT"]
    return _head(call) | {
        "symbols": [
            _contract(symbol, f"{symbol.base}USD_PERP", symbol.base)
            | {
                "contractSize": 10,
                "pair": f"{symbol.base}USD",
                "quoteAsset": "USD",
                "contractStatus": "TRADING",
            }
            for symbol in symbols
        ]
    }


def _head(call: Call) -> dict[str, Any]:
    limits = call.sandbox.limit_keeper.limits
    return {
        "timezone": "UTC",
        "serverTime": call.now_ms,
        "exchangeFilters": [],
        "rateLimits": [
            {"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1,
             "limit": limits.futures_weight_1m},
            {"rateLimitType": "ORDERS", "interval": "MINUTE", "intervalNum": 1, "limit": limits.futures_orders_1m},
            {"rateLimitType": "ORDERS", "interval": "SECOND", "intervalNum": 10, "limit": limits.futures_orders_10s},
        ],
    }  # fmt: skip


def _contract(symbol: Symbol, name: str, margin: str) -> dict[str, Any]:
    return {
        "symbol": name,
        "pair": name,
        "contractType": "PERPETUAL",
        "deliveryDate": 4_133_404_800_000,
        "onboardDate": 1_569_398_400_000,
        "status": "TRADING",
        "baseAsset": symbol.base,
        "quoteAsset": symbol.quote,
        "marginAsset": margin,
        "pricePrecision": price_places(symbol),
        "quantityPrecision": 3,
        "baseAssetPrecision": 8,
        "quotePrecision": 8,
        "underlyingType": "COIN",
        "maintMarginPercent": "2.5000",
        "requiredMarginPercent": "5.0000",
        "triggerProtect": "0.0500",
        "liquidationFee": "0.012500",
        "filters": [
            {"filterType": "PRICE_FILTER", "minPrice": plain(symbol.tick), "maxPrice": "1000000",
             "tickSize": plain(symbol.tick)},
            {"filterType": "LOT_SIZE", "minQty": "0.001", "maxQty": "1000000", "stepSize": "0.001"},
            {"filterType": "MIN_NOTIONAL", "notional": "5"},
        ],
        "orderTypes": _ORDER_TYPES,
        "timeInForce": ["GTC", "IOC", "FOK", "GTX"],
    }  # fmt: skip


def prices(call: Call) -> object:
    """GET ticker/price."""
    shown = [
        {"symbol": symbol.name, "price": plain(call.sandbox.ask(symbol)), "time": call.now_ms}
        for symbol in call.sandbox.symbols.values()
        if call.values.get("symbol") in (None, symbol.name)
    ]
    return shown[0] if "symbol" in call.values and shown else shown
