"""What the answer of GET /sapi/v1/account/apiRestrictions says of the key.

Source: developers.binance.com, wallet, "Get API Key Permission": `ipRestrict`, `createTime`, a switch a permission.
"""

from typing import Any, Final

import msgspec

from proxy.core.foreign_json import UnreadableError, read_json
from proxy.core.probes import KeyFacts

_RESTRICTED: Final = "ipRestrict"
_DECODER: Final = msgspec.json.Decoder(dict[str, Any])


def facts_in(body: bytes) -> KeyFacts | None:
    """The facts in the body of a good answer; None where it is no JSON object."""
    try:
        restricted = read_json(body, _DECODER).get(_RESTRICTED)
    except UnreadableError:
        return None
    return KeyFacts(ip_restricted=restricted if isinstance(restricted, bool) else None)
