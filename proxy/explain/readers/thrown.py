"""The error object that the `binance` package for Node throws: its `headers` and `body` are those of the answer."""

from typing import Any


def unfolded(fields: dict[str, Any]) -> dict[str, Any] | None:
    """The request inside it as other programs write one; None for another object. Names in lower case."""
    if "requesturl" not in fields or "requestbody" not in fields or "code" not in fields:
        return None
    return {
        "url": fields["requesturl"],
        "body": fields["requestbody"],
        "headers": [],
        "response": {"data": fields.get("body")},
    }
