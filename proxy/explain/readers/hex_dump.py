"""Octets in rows of sixteen, as Wireshark ("Follow TCP stream", as hex dump), `xxd` and `hexdump -C` print them.

00000000  50 4f 53 54 20 2f 61 70  69 2f 76 33 2f 6f 72 64   POST /ap i/v3/ord
"""

import re
from dataclasses import replace
from typing import Final

from proxy.explain.found_request import SeenRequest
from proxy.explain.readers.raw_http import read_raw_http

FORM: Final = "hex dump"
ROWS: Final = "rows of the hex dump"
_ROW: Final = re.compile(
    r"^[ \t]{0,12}(?P<at>[0-9A-Fa-f]{4,8}):?[ \t]{1,3}"
    r"(?P<octets>(?:[0-9A-Fa-f]{2}[ \t]{0,2}){1,16})(?:[ \t|][^\n]{0,40})?$",
    re.MULTILINE,
)
_FEWEST: Final = 3
"""Fewer rows hold no request."""


def read_hex_dump(text: str) -> list[SeenRequest]:
    """Every request in the octets of all rows, in their order, each with the answer that follows it."""
    rows = [(int(found["at"], 16), bytes.fromhex(found["octets"])) for found in _ROW.finditer(text)]
    if len(rows) < _FEWEST:
        return []
    expected, whole = 0, True
    for at, octets in rows:
        whole &= at in (0, expected)  # each direction counts from 0
        expected = at + len(octets)
    seen = read_raw_http(b"".join(octets for _, octets in rows), form=FORM)
    return seen if whole else [replace(one, gaps=(*one.gaps, ROWS)) for one in seen]
