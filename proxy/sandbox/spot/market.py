"""Public market data. Prices stand still, so depth, trades and candles are drawn around the market price."""

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from proxy.sandbox.call import Answer, Call
from proxy.sandbox.refusals import bad_request, illegal
from proxy.sandbox.spot.order_rules import known_symbol
from proxy.sandbox.spot.symbols import Symbol, listing, plain

INTERVALS_MS = {
    "1s": 1000, "1m": 60_000, "3m": 180_000, "5m": 300_000, "15m": 900_000, "30m": 1_800_000,
    "1h": 3_600_000, "2h": 7_200_000, "4h": 14_400_000, "6h": 21_600_000, "8h": 28_800_000,
    "12h": 43_200_000, "1d": 86_400_000, "3d": 259_200_000, "1w": 604_800_000, "1M": 2_592_000_000,
}  # fmt: skip
_DAY_MS = 86_400_000
_VOLUME = Decimal("1234.5")


def ping(_: Call) -> object:
    return {}


def server_time(call: Call) -> object:
    return {"serverTime": call.now_ms}


def exchange_info(call: Call) -> object:
    """GET exchangeInfo; streamed when it was asked to be big."""
    head = {
        "timezone": "UTC",
        "serverTime": call.now_ms,
        "rateLimits": _rate_limits(call),
        "exchangeFilters": [],
    }
    chosen = _chosen(call)
    if call.sandbox.exchange_info_bytes and len(chosen) == len(call.sandbox.symbols):
        return Answer(_padded(head, chosen, call.sandbox.exchange_info_bytes))
    return head | {"symbols": [listing(symbol) for symbol in chosen]}


def _padded(head: dict[str, Any], chosen: list[Symbol], size: int) -> Iterator[bytes]:
    """The same answer with made-up symbols, in pieces, until it has at least `size` octets."""
    yield json.dumps(head)[:-1].encode() + b',"symbols":['
    sent, number = 0, 0
    for symbol in chosen:
        yield json.dumps(listing(symbol)).encode() + b","
    while True:
        number += 1
        made_up = listing(chosen[0]) | {"symbol": f"TEST{number}USDT", "baseAsset": f"TEST{number}"}
        piece = json.dumps(made_up).encode()
        sent += len(piece) + 1
        yield piece
        if sent >= size:
            break
        yield b","
    yield b"]}"


def _rate_limits(call: Call) -> list[dict[str, Any]]:
    limits = call.sandbox.limit_keeper.limits
    return [
        {"rateLimitType": kind, "interval": interval, "intervalNum": number, "limit": limit}
        for kind, interval, number, limit in (
            ("REQUEST_WEIGHT", "MINUTE", 1, limits.spot_weight_1m),
            ("ORDERS", "SECOND", 10, limits.orders_10s),
            ("ORDERS", "DAY", 1, limits.orders_1d),
            ("RAW_REQUESTS", "MINUTE", 5, limits.spot_raw_5m),
        )
    ]


def _chosen(call: Call) -> list[Symbol]:
    """The symbols a call names by `symbol` or `symbols` (a JSON list), else all."""
    if "symbol" in call.values and "symbols" in call.values:
        raise bad_request(-1128, "Combination of optional parameters invalid.")
    if "symbol" in call.values:
        return [known_symbol(call)]
    if "symbols" not in call.values:
        return list(call.sandbox.symbols.values())
    try:
        names = json.loads(call.values["symbols"])
    except ValueError:
        raise illegal("symbols", r'^\[("[A-Z0-9-_.]{1,20}"(,"[A-Z0-9-_.]{1,20}"){0,}){0,1}\]$') from None
    if not isinstance(names, list) or any(str(name) not in call.sandbox.symbols for name in names):
        raise bad_request(-1121, "Invalid symbol.")
    return [call.sandbox.symbols[str(name)] for name in names]


def _one_or_many(call: Call, show: Callable[[Call, Symbol], dict[str, Any]]) -> object:
    """An object when `symbol` was given, else a list."""
    shown = [show(call, symbol) for symbol in _chosen(call)]
    return shown[0] if "symbol" in call.values else shown


def ticker_price(call: Call) -> object:
    return _one_or_many(
        call, lambda call, symbol: {"symbol": symbol.name, "price": plain(call.sandbox.ask(symbol))}
    )


def _book_ticker(call: Call, symbol: Symbol) -> dict[str, Any]:
    return {
        "symbol": symbol.name,
        "bidPrice": plain(call.sandbox.bid(symbol)),
        "bidQty": plain(_VOLUME),
        "askPrice": plain(call.sandbox.ask(symbol)),
        "askQty": plain(_VOLUME),
    }


def book_ticker(call: Call) -> object:
    return _one_or_many(call, _book_ticker)


def _day(call: Call, symbol: Symbol) -> dict[str, Any]:
    price = call.sandbox.ask(symbol)
    return {
        "symbol": symbol.name,
        "priceChange": plain(price - symbol.price),
        "priceChangePercent": f"{(price / symbol.price - 1) * 100:.3f}",
        "weightedAvgPrice": plain((price + symbol.price) / 2),
        "prevClosePrice": plain(symbol.price),
        "lastPrice": plain(price),
        "lastQty": plain(symbol.step),
        **{key: value for key, value in _book_ticker(call, symbol).items() if key != "symbol"},
        "openPrice": plain(symbol.price),
        "highPrice": plain(max(price, symbol.price)),
        "lowPrice": plain(min(price, symbol.price)),
        "volume": plain(_VOLUME),
        "quoteVolume": plain(_VOLUME * price),
        "openTime": call.now_ms - _DAY_MS,
        "closeTime": call.now_ms,
        "firstId": 1,
        "lastId": 1000,
        "count": 1000,
    }


def ticker_24hr(call: Call) -> object:
    return _one_or_many(call, _day)


def average_price(call: Call) -> object:
    price = plain(call.sandbox.ask(known_symbol(call)))
    return {"mins": 5, "price": price, "closeTime": call.now_ms}


def depth(call: Call) -> object:
    symbol, levels = known_symbol(call), call.limit(100, 5000)
    bid, ask = call.sandbox.bid(symbol), call.sandbox.ask(symbol)
    return {
        "lastUpdateId": call.now_ms,
        "bids": [[plain(bid - level * symbol.tick), plain(_VOLUME)] for level in range(levels)],
        "asks": [[plain(ask + level * symbol.tick), plain(_VOLUME)] for level in range(levels)],
    }


def trades(call: Call) -> object:
    """GET trades and historicalTrades: one made-up trade a second."""
    symbol, count = known_symbol(call), call.limit(500, 1000)
    price, second = call.sandbox.ask(symbol), call.now_ms // 1000
    return [
        {
            "id": moment,
            "price": plain(price),
            "qty": plain(symbol.step),
            "quoteQty": plain(price * symbol.step),
            "time": moment * 1000,
            "isBuyerMaker": moment % 2 == 0,
            "isBestMatch": True,
        }
        for moment in range(second - count + 1, second + 1)
    ]


def aggregate_trades(call: Call) -> object:
    symbol, count = known_symbol(call), call.limit(500, 1000)
    price, second = call.sandbox.ask(symbol), call.now_ms // 1000
    return [
        {
            "a": moment, "p": plain(price), "q": plain(symbol.step), "f": moment, "l": moment,
            "T": moment * 1000, "m": moment % 2 == 0, "M": True,
        }
        for moment in range(second - count + 1, second + 1)
    ]  # fmt: skip


def klines(call: Call) -> object:
    """GET klines: candles of constant price, the last one still open."""
    symbol, length = known_symbol(call), INTERVALS_MS[call.values["interval"]]
    count = call.limit(500, 1000)
    end = call.number("endTime", call.now_ms)
    newest = end - end % length - (count - 1) * length
    first = call.number("startTime", newest)
    first += -first % length
    price = plain(call.sandbox.ask(symbol))
    quote = plain(_VOLUME * call.sandbox.ask(symbol))
    return [
        [start, price, price, price, price, plain(_VOLUME), start + length - 1, quote, 100, plain(_VOLUME),
         quote, "0"]
        for start in range(first, end + 1, length)[:count]
    ]  # fmt: skip
