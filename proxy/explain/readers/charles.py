"""A transaction of a Charles session (`.chlsj`, "JSON Session File"): its parts stand in two places.

Method, host, path and query stand outside; headers and body inside `request`, with a `header` around the rows.
"""

import base64
import binascii
from typing import Any, Final

_PARTS: Final = ("request", "response")


def unfolded(fields: dict[str, Any]) -> dict[str, Any] | None:
    """The transaction as other programs write a request; None for what is none of Charles'. Names in lower case."""
    request = fields.get("request")
    if not isinstance(request, dict) or "actualport" not in fields or "host" not in fields:
        return None
    plain = {
        name: value for name, value in fields.items() if name not in (*_PARTS, "status") and value is not None
    }
    plain["headers"] = _rows(request)
    plain["body"] = _body(request.get("body"))
    answer = fields.get("response")
    if isinstance(answer, dict):
        plain["response"] = {"status": answer.get("status"), "body": _body(answer.get("body"))}
    return plain


def _rows(part: dict[str, Any]) -> Any:
    header = part.get("header")
    return header.get("headers") if isinstance(header, dict) else None


def _body(body: object) -> str | bytes | None:
    """Text as it is; what Charles could not show as text is base64."""
    if not isinstance(body, dict):
        return None
    text, encoded = body.get("text"), body.get("encoded")
    if isinstance(text, str):
        return text
    try:
        return base64.b64decode(encoded) if isinstance(encoded, str) else None
    except (binascii.Error, ValueError):
        return None
