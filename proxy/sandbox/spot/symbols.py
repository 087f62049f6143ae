"""The spot markets of the sandbox, with filters. Prices are made up and stand still until moved."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Symbol:
    """A market. step and tick: smallest change of quantity and price; min_notional in the quote asset.

    price_down, price_up: how far from the market an order's price may be (PERCENT_PRICE_BY_SIDE).
    """

    name: str
    base: str
    quote: str
    price: Decimal
    tick: Decimal
    step: Decimal
    min_notional: Decimal = Decimal(5)
    max_quantity: Decimal = Decimal(9_000_000)
    price_down: Decimal = Decimal("0.2")
    price_up: Decimal = Decimal(5)


# base, quote, price, tick, step, smallest notional
_MARKETS = """
BTC USDT 60000.00 0.01 0.00001 5
ETH USDT 3000.00 0.01 0.0001 5
BNB USDT 600.00 0.01 0.001 5
LTC USDT 80.00 0.01 0.001 5
XRP USDT 0.5000 0.0001 1 5
DOGE USDT 0.12000 0.00001 1 5
SOL USDT 150.00 0.01 0.001 5
SOL USDC 150.00 0.01 0.001 5
ETH BTC 0.05000 0.00001 0.0001 0.0001
BNB BTC 0.010000 0.000001 0.001 0.0001
LTC BTC 0.001300 0.000001 0.001 0.0001
币安人生 USDT 0.1500 0.0001 1 5
"""


def _symbol(line: str) -> Symbol:
    base, quote, *numbers = line.split()
    price, tick, step, min_notional = map(Decimal, numbers)
    return Symbol(base + quote, base, quote, price, tick, step, min_notional)


DEFAULT_SYMBOLS = tuple(_symbol(line) for line in _MARKETS.strip().splitlines())


def plain(number: Decimal, places: int = 8) -> str:
    """A number as Binance writes it: fixed point, eight places."""
    return f"{number:.{places}f}"


def _places(step: Decimal) -> int:
    exponent = step.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 8


def filters(symbol: Symbol) -> list[dict[str, Any]]:
    """The rules of a market as exchangeInfo lists them. Where the sandbox sets no bound, it shows a wide one."""
    tick, step, most = plain(symbol.tick), plain(symbol.step), plain(symbol.max_quantity)
    up, down = str(symbol.price_up), str(symbol.price_down)
    return [
        {"filterType": "PRICE_FILTER", "minPrice": tick, "maxPrice": "1000000.00000000", "tickSize": tick},
        {"filterType": "LOT_SIZE", "minQty": step, "maxQty": most, "stepSize": step},
        {"filterType": "ICEBERG_PARTS", "limit": 10},
        {"filterType": "MARKET_LOT_SIZE", "minQty": "0.00000000", "maxQty": most, "stepSize": "0.00000000"},
        {"filterType": "PERCENT_PRICE_BY_SIDE", "bidMultiplierUp": up, "bidMultiplierDown": down,
         "askMultiplierUp": up, "askMultiplierDown": down, "avgPriceMins": 5},
        {"filterType": "NOTIONAL", "minNotional": plain(symbol.min_notional), "applyMinToMarket": True,
         "maxNotional": "9000000.00000000", "applyMaxToMarket": False, "avgPriceMins": 5},
        {"filterType": "MAX_NUM_ORDERS", "maxNumOrders": 200},
        {"filterType": "MAX_NUM_ALGO_ORDERS", "maxNumAlgoOrders": 5},
    ]  # fmt: skip


ORDER_TYPES = [
    "LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT",
]  # fmt: skip


def listing(symbol: Symbol) -> dict[str, Any]:
    """The symbol as exchangeInfo describes it."""
    return {
        "symbol": symbol.name,
        "status": "TRADING",
        "baseAsset": symbol.base,
        "baseAssetPrecision": 8,
        "quoteAsset": symbol.quote,
        "quotePrecision": 8,
        "quoteAssetPrecision": 8,
        "baseCommissionPrecision": 8,
        "quoteCommissionPrecision": 8,
        "orderTypes": ORDER_TYPES,
        "icebergAllowed": True,
        "ocoAllowed": True,
        "otoAllowed": True,
        "opoAllowed": True,
        "quoteOrderQtyMarketAllowed": True,
        "allowTrailingStop": True,
        "cancelReplaceAllowed": True,
        "amendAllowed": True,
        "pegInstructionsAllowed": True,
        "isSpotTradingAllowed": True,
        "isMarginTradingAllowed": True,
        "filters": filters(symbol),
        "permissions": [],
        "permissionSets": [["SPOT", "MARGIN"]],
        "defaultSelfTradePreventionMode": "EXPIRE_MAKER",
        "allowedSelfTradePreventionModes": ["NONE", "EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH"],
    }


def price_places(symbol: Symbol) -> int:
    return _places(symbol.tick)


def assets(symbols: Iterable[Symbol]) -> list[str]:
    """Every asset that is traded, sorted."""
    return sorted({asset for symbol in symbols for asset in (symbol.base, symbol.quote)})
