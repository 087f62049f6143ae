"""Answers of the P2P service, in its own shape."""

from typing import Any

from proxy.sandbox.c2c import people
from proxy.sandbox.call import Call


def success(data: object, **more: object) -> dict[str, Any]:
    """The shape of every answer; a total stands beside the data of paged lists."""
    return {"code": "000000", "message": None, "messageDetail": None, "data": data, **more, "success": True}


def failure(code: str, message: str) -> dict[str, Any]:
    """A business failure: HTTP 200 all the same."""
    return {"code": code, "message": message, "messageDetail": None, "data": None, "success": False}


def search(call: Call) -> object:
    """POST ads/search: other merchants' ads. The trade type is the taker's, so it is mirrored."""
    wanted = call.body
    if not all(name in wanted for name in ("asset", "fiat", "tradeType")):
        return failure("ILLEGAL_PARAMETERS", "illegal parameter")
    found = [
        {"adv": ad | {"tradeType": wanted["tradeType"]}, "advertiser": people.advertiser(ad)}
        for ad in people.ads(str(wanted["asset"]), str(wanted["fiat"]), _mirrored(wanted["tradeType"]))
    ]
    return page(found, wanted)


def _mirrored(trade_type: object) -> str:
    return "SELL" if trade_type == "BUY" else "BUY"


def page(found: list[dict[str, Any]], wanted: dict[str, Any]) -> dict[str, Any]:
    """One page of a list: `page` from 1, `rows` at most 100."""
    rows = min(int(wanted.get("rows", 20)), 100)
    start = (int(wanted.get("page", 1)) - 1) * rows
    return success(found[start : start + rows], total=len(found))
