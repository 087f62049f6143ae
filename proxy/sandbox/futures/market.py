"""Public futures data: the spot markets again, as perpetual contracts, at the same price until it is moved."""

from typing import Any

from proxy.sandbox.call import Call
from proxy.sandbox.futures.book import Contract
from proxy.sandbox.futures.contracts import ask, bid, contracts
from proxy.sandbox.refusals import bad_request
from proxy.sandbox.spot.symbols import plain, price_places

_ORDER_TYPES = [
    "LIMIT",
    "MARKET",
    "STOP",
    "STOP_MARKET",
    "TAKE_PROFIT",
    "TAKE_PROFIT_MARKET",
    "TRAILING_STOP_MARKET",
]


def exchange_info(call: Call) -> object:
    """GET /fapi/v1/exchangeInfo."""
    return _head(call) | {
        "futuresType": "U_MARGINED",
        "assets": [{"asset": "USDT", "marginAvailable": True, "autoAssetExchange": "-10000"}],
        "symbols": [_listing(contract) for contract in contracts(call)],
    }


def coin_exchange_info(call: Call) -> object:
    """GET /dapi/v1/exchangeInfo: `contractSize` is in USD, quantities are whole contracts."""
    return _head(call) | {
        "symbols": [
            _listing(contract)
            | {
                "contractSize": int(contract.size or 0),
                "pair": f"{contract.symbol.base}USD",
                "contractStatus": "TRADING",
                "quantityPrecision": 0,
            }
            for contract in contracts(call)
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


def _listing(contract: Contract) -> dict[str, Any]:
    symbol, step = contract.symbol, "0.001" if contract.size is None else "1"
    return {
        "symbol": contract.name,
        "pair": contract.name,
        "contractType": "PERPETUAL",
        "deliveryDate": 4_133_404_800_000,
        "onboardDate": 1_569_398_400_000,
        "status": "TRADING",
        "baseAsset": symbol.base,
        "quoteAsset": contract.quote_coin,
        "marginAsset": contract.margin_coin,
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
            {"filterType": "LOT_SIZE", "minQty": step, "maxQty": "1000000", "stepSize": step},
            {"filterType": "MIN_NOTIONAL", "notional": "5"},
        ],
        "orderTypes": _ORDER_TYPES,
        "timeInForce": ["GTC", "IOC", "FOK", "GTX"],
    }  # fmt: skip


def prices(call: Call) -> object:
    """GET ticker/price: an object for one symbol on USD-M, else a list."""
    return _one_or_many(
        call,
        [
            {"symbol": contract.name, "price": plain(ask(call.sandbox, contract)), "time": call.now_ms}
            for contract in _chosen(call)
        ],
    )


def book_ticker(call: Call) -> object:
    """GET ticker/bookTicker."""
    return _one_or_many(
        call,
        [
            {
                "symbol": contract.name,
                "bidPrice": plain(bid(call.sandbox, contract)),
                "bidQty": "1000.00000000",
                "askPrice": plain(ask(call.sandbox, contract)),
                "askQty": "1000.00000000",
                "time": call.now_ms,
            }
            for contract in _chosen(call)
        ],
    )


def _chosen(call: Call) -> list[Contract]:
    """The contract a call names, those of a pair on COIN-M, or all. Raises -1121."""
    symbol, pair = call.values.get("symbol"), call.values.get("pair")
    found = [
        contract
        for contract in contracts(call)
        if symbol in (None, contract.name) and pair in (None, f"{contract.symbol.base}USD")
    ]
    if not found:
        raise bad_request(-1121, "Invalid symbol.")
    return found


def _one_or_many(call: Call, shown: list[dict[str, Any]]) -> object:
    """COIN-M answers a list even for one symbol."""
    single = "symbol" in call.values and not call.operation.startswith("GET /dapi/")
    return shown[0] if single else shown
