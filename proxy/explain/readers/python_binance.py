"""What python-binance logs with `verbose=True` (read from 1.0.37), one value a line.

Request: POST https://api.binance.com/api/v3/order
RequestHeaders: {'Content-Type': 'application/x-www-form-urlencoded'}
RequestBody: symbol=BTCUSDT&...

It leaves out the headers of its session, the API key among them, and the parameters of a GET.
"""

import re
from typing import Final

from proxy.core.wire import RawRequest
from proxy.explain.answers import answer_of
from proxy.explain.found_request import Part, SeenRequest
from proxy.explain.readers.literals import headers_of, octets, read_value
from proxy.explain.readers.urls import split_url

FORM: Final = "python-binance log"
_BLOCK: Final = re.compile(
    r"^Request: (?P<method>[A-Z]{3,7}) (?P<url>https?://\S{1,20000})\r?\n"
    r"RequestHeaders: (?P<headers>[^\n]{0,20000})\n"
    r"RequestBody: (?P<body>[^\n]{0,60000})"
    r"(?:\nResponse: (?P<status>[1-5][0-9]{2})\r?\nResponseHeaders: [^\n]{0,20000}\n"
    r"ResponseBody: (?P<answer>[^\n]{0,2000}))?",
    re.MULTILINE,
)
_NOTHING: Final = "None"


def read_python_binance(text: str) -> list[SeenRequest]:
    """Every request of the log, each with its answer."""
    seen = (_request(found) for found in _BLOCK.finditer(text))
    return [one for one in seen if one is not None]


def _request(found: re.Match[str]) -> SeenRequest | None:
    place = split_url(octets(found["url"]))
    if place is None:
        return None
    headers = read_value(found["headers"], 0)
    body = found["body"].rstrip("\r")
    body = "" if body == _NOTHING else body
    answer = found["answer"] or ""
    return SeenRequest(
        RawRequest(found["method"], place.target, headers_of(headers[0]) if headers else (), octets(body)),
        FORM,
        host=place.host,
        port=place.port,
        headers_seen=False,
        unseen=frozenset() if body else frozenset({Part.PARAMETERS}),
        answer=answer_of(int(found["status"]), (), octets(answer.rstrip("\r"))) if found["status"] else None,
    )
