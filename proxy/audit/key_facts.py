"""What a key may do, out of the answer of GET /sapi/v1/account/apiRestrictions.

Source: developers.binance.com, wallet, "Get API Key Permission": `ipRestrict`, `createTime`, a switch a permission.
"""

from typing import Any, Final

import msgspec

from proxy.core.foreign_json import UnreadableError, read_json
from proxy.core.probes import KeyFacts

FACTS_PATH: Final = "/sapi/v1/account/apiRestrictions"
_RESTRICTED: Final = "ipRestrict"
_SWITCHES: Final = ("enable", "permits")
_LONGEST: Final = 60
_DECODER: Final = msgspec.json.Decoder(dict[str, Any])


def facts_in(body: bytes) -> KeyFacts | None:
    """The facts in an answer; None where it is no JSON object."""
    try:
        told = read_json(body, _DECODER)
    except UnreadableError:
        return None
    restricted = told.get(_RESTRICTED)
    switched_on = frozenset(
        name
        for name, value in told.items()
        if value is True
        and name.startswith(_SWITCHES)
        and name.isascii()
        and name.isalnum()
        and len(name) <= _LONGEST
    )
    return KeyFacts(
        ip_restricted=restricted if isinstance(restricted, bool) else None, permissions=switched_on
    )
