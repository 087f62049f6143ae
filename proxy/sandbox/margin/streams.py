"""Margin: pairs, listen keys and listen tokens. The key is enough for all of them."""

from typing import Any

from proxy.sandbox.call import Call
from proxy.sandbox.refusals import bad_request, missing
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
    """POST margin/listen-key: one listen key per account until it is closed."""
    usual = f"testListenKeyMargin{call.sandbox.next_id()}".ljust(60, "0")
    return {"listenKey": call.account.listen_keys.setdefault("margin", usual)}


def keep_stream(call: Call) -> object:
    """PUT: -1125 if there is no such key."""
    if call.account.listen_keys.get("margin") != call.values["listenKey"]:
        raise bad_request(-1125, "This listenKey does not exist.")
    return {}


def close_stream(call: Call) -> object:
    """DELETE: no parameters, and no complaint if nothing is open."""
    call.account.listen_keys.pop("margin", None)
    return {}


_DAY_MS = 86_400_000


def listen_token(call: Call) -> object:
    """POST userListenToken: for `userDataStream.subscribe.listenToken`, valid a day at most."""
    if call.values.get("isIsolated", "").lower() == "true":
        if "symbol" not in call.values:
            raise missing("symbol")
        known_symbol(call)
    valid_ms = min(call.number("validity", _DAY_MS), _DAY_MS)
    token = f"testListenToken{call.sandbox.next_id()}".ljust(60, "0")
    return {"token": token, "expirationTime": call.now_ms + valid_ms}
