"""The address that Binance saw a request come from, where it tells: -2015 of futures ends in `request ip: ...`.

It is private, so no probe holds it.
"""

import re
from typing import Final

_REQUEST_IP: Final = re.compile(r"request ip: ([0-9A-Fa-f.:]{3,45})")


def request_ip(message: str) -> str:
    """The address in the text of an answer; "" where it has none."""
    found = _REQUEST_IP.search(message)
    return found[1] if found else ""
