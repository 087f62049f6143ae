"""Margin: pairs (key only) and the listen keys of its user data streams (key only)."""

from typing import Any

from proxy.sandbox.call import Call
from proxy.sandbox.refusals import bad_request
from proxy.sandbox.spot.order_rules import known_symbol


def _pairs(call: Call) -> list[dict[str, Any]]:
    return [
        {
            "base": symbol.base, "quote": symbol.quote, "symbol": symbol.name,
            "isBuyAllowed": True, "isSellAllowed": True, "isMarginTrade": True,
        }
        for symbol in call.sandbox.symbols.values()
    ]  # fmt: skip


def cross_pairs(call: Call) -> object:
    """GET margin/allPairs."""
    return [pair | {"id": number} for number, pair in enumerate(_pairs(call), start=1)]


def isolated_pairs(call: Call) -> object:
    """GET margin/isolated/allPairs."""
    return _pairs(call)


def open_stream(call: Call) -> object:
    """POST userDataStream: one listen key per account until it is closed."""
    key = call.account.listen_keys.setdefault("margin", _listen_key(call, "margin"))
    return {"listenKey": key}


def open_isolated_stream(call: Call) -> object:
    """POST userDataStream/isolated: one listen key per symbol."""
    name = known_symbol(call).name
    return {"listenKey": call.account.listen_keys.setdefault(name, _listen_key(call, name))}


def keep_stream(call: Call) -> object:
    """PUT: -1125 if there is no such key."""
    _find(call)
    return {}


def close_stream(call: Call) -> object:
    """DELETE."""
    del call.account.listen_keys[_find(call)]
    return {}


def _find(call: Call) -> str:
    for name, key in call.account.listen_keys.items():
        if key == call.values["listenKey"]:
            return name
    raise bad_request(-1125, "This listenKey does not exist.")


def _listen_key(call: Call, name: str) -> str:
    return f"testListenKey{name}{call.sandbox.next_id()}".ljust(60, "0")
