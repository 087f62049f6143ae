"""What `wget --debug` prints: the request's head, its body as `[BODY data: ...]`, the answer's head.

---request begin---
POST /api/v3/order HTTP/1.1
---request end---
[BODY data: symbol=...]
"""

import re
from typing import Final

from proxy.explain.found_request import SeenRequest
from proxy.explain.readers.literals import octets
from proxy.explain.readers.raw_http import read_pair

FORM: Final = "wget log"
_REQUEST: Final = re.compile(
    r"^---request begin---\r?\n(?P<head>.{0,60000}?)^---request end---\r?\n"
    r"(?:\[(?:BODY|POST) data: (?P<body>[^\n]{0,60000})\]\r?\n)?",
    re.MULTILINE | re.DOTALL,
)
_RESPONSE: Final = re.compile(
    r"^---response begin---\r?\n(.{0,60000}?)^---response end---\r?\n", re.MULTILINE | re.DOTALL
)
_SKIPPED: Final = re.compile(r"^Skipping [0-9]{1,9} bytes of body: \[([^\n]{0,60000})\] done\.", re.MULTILINE)


def read_wget_log(text: str) -> list[SeenRequest]:
    """Every request of the log, each with the answer that follows it. A proxy's CONNECT is none."""
    found = list(_REQUEST.finditer(text))
    ends = [*(one.start() for one in found[1:]), len(text)] if found else []
    seen = (
        read_pair(
            octets(f"{one['head'].rstrip()}\n\n{one['body'] or ''}"), _answer(text, one.end(), end), form=FORM
        )
        for one, end in zip(found, ends, strict=True)
    )
    return [one for one in seen if one is not None]


def _answer(text: str, at: int, end: int) -> bytes:
    """The answer's head with the body that wget did not save."""
    head = _RESPONSE.search(text, at, end)
    skipped = _SKIPPED.search(text, at, end)
    return octets(f"{head[1].rstrip()}\n\n{skipped[1] if skipped else ''}") if head else b""
