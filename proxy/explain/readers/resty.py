"""What go-resty prints with `SetDebug(true)`: request and answer under headings of their own.

~~~ REQUEST ~~~
POST  /api/v3/order  HTTP/1.1
HOST   : api.binance.com
HEADERS:
\tX-Mbx-Apikey: ...
BODY   :
"""

import re
from typing import Final

from proxy.explain.found_request import SeenRequest
from proxy.explain.readers.literals import octets
from proxy.explain.readers.raw_http import read_pair

FORM: Final = "resty log"
_REQUEST: Final = re.compile(
    r"^~~~ REQUEST ~~~\r?\n(?P<method>[A-Z]{3,7})[ \t]+(?P<target>/\S{0,20000})[ \t]+HTTP/[0-9.]{1,3}[ \t]*\r?\n"
    r"HOST[ \t]*:[ \t]*(?P<host>\S{1,253})\r?\nHEADERS[ \t]*:\r?\n(?P<headers>(?:[ \t]+[^\n]{0,20000}\n){0,200})"
    r"BODY[ \t]*:\r?\n(?P<body>.{0,60000}?)\r?\n(?=-{10,}|={10,}|~~~)",
    re.MULTILINE | re.DOTALL,
)
_RESPONSE: Final = re.compile(
    r"^STATUS[ \t]*:[ \t]*(?P<status>[1-5][0-9]{2})\b.{0,60000}?^BODY[ \t]*:\r?\n(?P<body>.{0,60000}?)\r?\n={10,}",
    re.MULTILINE | re.DOTALL,
)
_NONE: Final = "***** NO CONTENT *****"


def read_resty(text: str) -> list[SeenRequest]:
    """Every request of the log, each with its answer."""
    seen: list[SeenRequest] = []
    found = list(_REQUEST.finditer(text))
    ends = [*(one.start() for one in found[1:]), len(text)] if found else []
    for one, end in zip(found, ends, strict=True):
        lines = [line.strip() for line in one["headers"].splitlines() if line.strip()]
        body = "" if one["body"].strip() == _NONE else one["body"]
        head = [f"{one['method']} {one['target']} HTTP/1.1", f"Host: {one['host']}", *lines]
        told = _RESPONSE.search(text, one.end(), end)
        answer = f"HTTP/1.1 {told['status']}\n\n{told['body']}" if told else ""
        read = read_pair(octets("\n".join(head) + f"\n\n{body}"), octets(answer), form=FORM)
        seen += [read] if read else []
    return seen
