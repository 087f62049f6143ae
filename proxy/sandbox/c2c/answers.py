"""The shape of every answer of the P2P service, and its lists."""

from decimal import Decimal, InvalidOperation
from typing import Any


def success(data: object, **more: object) -> dict[str, Any]:
    """A total stands beside the data of paged lists."""
    return {"code": "000000", "message": None, "messageDetail": None, "data": data, **more, "success": True}


def failure(code: str, message: str) -> dict[str, Any]:
    """A business failure: HTTP 200 all the same."""
    return {"code": code, "message": message, "messageDetail": None, "data": None, "success": False}


def illegal_parameters() -> dict[str, Any]:
    return failure("ILLEGAL_PARAMETERS", "illegal parameter")


def amount_of(value: object) -> Decimal | None:
    """An amount out of a JSON body, a number or a text; None if it is neither or below zero."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and amount >= 0 else None


def page(found: list[dict[str, Any]], wanted: dict[str, Any]) -> dict[str, Any]:
    """One page of a list: `page` from 1, `rows` at most 100."""
    try:
        number, rows = int(wanted.get("page", 1)), min(int(wanted.get("rows", 20)), 100)
    except (TypeError, ValueError):
        return illegal_parameters()
    start = max(number - 1, 0) * rows
    return success(found[start : start + rows], total=len(found))
