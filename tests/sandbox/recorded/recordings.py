"""HAR documents by hand, in the shape that `export` gives them."""

import json
from typing import Any


def entry(
    target: str, status: int = 200, body: Any = None, method: str = "GET", posted: str = "", **more: Any
) -> Any:
    """One entry of the exchange's side."""
    text = body if isinstance(body, str) else json.dumps(body)
    request: dict[str, Any] = {"method": method, "url": f"https://api.binance.com{target}"}
    if posted:
        kind = "application/json" if posted.startswith("{") else "application/x-www-form-urlencoded"
        request["postData"] = {"mimeType": kind, "text": posted}
    headers = [{"name": "x-mbx-used-weight-1m", "value": "7"}, {"name": "Content-Length", "value": "5"}]
    content = {"text": text, "mimeType": "application/json"}
    return {
        "_side": "upstream",
        "request": request,
        "response": {"status": status, "headers": headers, "content": content},
        **more,
    }


def har(*entries: Any) -> Any:
    return {"log": {"version": "1.2", "entries": list(entries)}}
