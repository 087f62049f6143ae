"""What Binance's first library for futures in Python (binance_f, binance_d) prints of each request: a line a field.

====== Request ======
header:{'client_SDK_Version': ..., 'X-MBX-APIKEY': '...'}
host:https://fapi.binance.com
json_parser:None
method:POST
post_body:{}
url:/fapi/v1/order?symbol=...&signature=...
=====================
"""

import re
from collections.abc import Iterator
from typing import Final

from proxy.explain.readers.literals import headers_of, octets, read_value
from proxy.explain.spans import BodySeen, HeadersSeen, Span, UrlSeen

NAME: Final = "binance_f print"
_BLOCK: Final = re.compile(
    r"(?:^[ \t]*header:(?P<headers>\{[^\n]{0,2000}\})[ \t]*\r?\n)?"
    r"^[ \t]*host:(?P<host>https?://[^\s/]{1,200})[ \t]*\r?\n"
    r"(?:[ \t]*json_parser:[^\n]{0,300}\n)?"
    r"[ \t]*method:(?P<method>GET|POST|PUT|DELETE)[ \t]*\r?\n"
    r"(?:[ \t]*post_body:(?P<body>[^\n]{0,20000})\n)?"
    r"[ \t]*url:(?P<url>/[^\s\"'<>]{1,20000})",
    re.MULTILINE,
)
_MOST: Final = 1000


def find(text: str) -> Iterator[Span]:
    """The library puts all parameters into the query: `post_body` is printed and not sent where it is empty."""
    for number, found in enumerate(_BLOCK.finditer(text)):
        if number == _MOST:
            return
        scope = (found.start(), found.end())
        yield UrlSeen(*scope, NAME, scope, url=octets(found["host"] + found["url"]), method=found["method"])
        told = read_value(found["headers"], 0) if found["headers"] else None
        if told is not None:
            yield HeadersSeen(*scope, NAME, scope, headers=headers_of(told[0]), whole=True)
        if (found["body"] or "").strip() == "{}":
            yield BodySeen(*scope, NAME, scope)
