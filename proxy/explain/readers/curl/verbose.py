"""What `curl -v` prints: `>` lines are the head of the request, `<` lines the head of the answer.

The request's body is not in it; a request that announces one has a gap. Insomnia's timeline is the same with the body
behind `|`.
"""

import re
from typing import Final

from proxy.explain.found_request import SeenRequest
from proxy.explain.readers.raw_http import read_raw_http

_HEAD: Final = re.compile(rb"^> [A-Z]{2,20} \S", re.MULTILINE)
_CHATTER: Final = re.compile(rb"^(?:\* |\*$|[{}] \[[0-9]+ bytes|  % Total| +Dload |[ 0-9:.kM-]{70,}$)")


def read_curl_verbose(octets: bytes) -> list[SeenRequest]:
    """Every request of the log."""
    if not _HEAD.search(octets):
        return []
    lines: list[bytes] = []
    for line in octets.replace(b"\r\n", b"\n").split(b"\n"):
        if _CHATTER.match(line.rpartition(b"\r")[2]):  # the progress meter writes over its own line
            continue
        bare = line[2:] if line[:2] in (b"> ", b"< ", b"| ") else b"" if line in (b">", b"<") else line
        lines.append(bare)
    return read_raw_http(b"\n".join(lines), form="curl -v log")
