"""What `curl --trace-ascii` and `--trace` write: octets in rows behind their place, for each direction.

=> Send header, 250 bytes (0xfa)
0000: POST /api/v3/order HTTP/1.1
"""

import re
from typing import Final

from proxy.explain.found_request import SeenRequest
from proxy.explain.readers.literals import octets
from proxy.explain.readers.raw_http import read_raw_http

FORM: Final = "curl trace"
_PART: Final = re.compile(
    r"^(?:[0-9:.]{8,20} )?(?P<arrow>=>|<=) (?:Send|Recv) (?P<what>header|data), "
    r"(?P<size>[0-9]{1,9}) bytes \(0x[0-9a-f]+\)[ \t]*$",
    re.MULTILINE,
)
_ROW: Final = re.compile(r"[0-9a-f]{4,8}: ([^\n]*)\n?")
_HEX: Final = re.compile(r"((?:[0-9a-f]{2} ){1,16}) {0,48} {0,2}[^\n]{1,16}\Z")


def read_trace(text: str) -> list[SeenRequest]:
    """Every request of the log, each with the answer that follows it."""
    parts = [
        _octets(text, found.end() + 1, header=found["what"] == "header", size=int(found["size"]))
        for found in _PART.finditer(text)
    ]
    return read_raw_http(octets("".join(parts)), form=FORM) if parts else []


def _octets(text: str, at: int, *, header: bool, size: int) -> str:
    """The rows of one part put together again. In a header each row is a line; of data, 64 octets."""
    rows: list[str] = []
    while row := _ROW.match(text, at):
        at = row.end()
        line = row[1].rstrip("\r")
        hexed = _HEX.match(line)
        if hexed:
            rows.append(bytes.fromhex(hexed[1]).decode("utf-8", "surrogateescape"))
        else:
            rows.append(line + ("\r\n" if header else ""))
    joined = "".join(rows)
    return joined if header else joined[:size] + "\r\n"
