"""One read that can be asked, and how people write it."""

import re
from typing import Final

import msgspec

from proxy.core.catalogue import Catalogue, Endpoint, Needs
from proxy.core.catalogue.weights import documented_weight
from proxy.core.errors import UsageError
from proxy.probing.read_only import require_read

_CALL: Final = re.compile(r"(GET|POST) (/[A-Za-z0-9/_-]+)(?:\?(\S*))?(?: (\{.*\}|\S+))?")


class Call(msgspec.Struct, frozen=True):
    """One read. `query` and `body` are raw and unsigned; neither is ever stored."""

    endpoint: Endpoint
    query: bytes = b""
    body: bytes = b""

    @property
    def name(self) -> str:
        """Method and path, by which a result is known: `GET /api/v3/account`."""
        return self.endpoint.name

    @property
    def target(self) -> bytes:
        path = self.endpoint.path.encode("ascii")
        return path + b"?" + self.query if self.query else path

    @property
    def documented_weight(self) -> int | None:
        """None where nobody says."""
        return documented_weight(self.endpoint, self.query, self.body)


def read_call(text: str) -> Call:
    """A call from one line: `METHOD /path?query BODY`, query and body optional. Raises UsageError.

    The shipped table decides whether it is a read; corrections of a configuration do not count here.
    """
    found = _CALL.fullmatch(text.strip())
    if found is None:
        raise UsageError(
            "a call is written as METHOD /path?query BODY, the method GET or POST",
            'for example: GET /api/v3/openOrders?symbol=BTCUSDT, or POST /sapi/v1/c2c/ads/search {"asset":"USDT"}',
        )
    method, path, query, body = found.groups()
    endpoint = require_read(Catalogue.builtin(), method, path)
    if method == "GET" and body:
        raise UsageError(
            f"{endpoint.name}: a GET has no body, and Binance's firewall turns away one that has",
            "write its parameters behind the path: GET /path?name=value",
        )
    if endpoint.needs is Needs.SIGNED and re.search(r"(^|&)(signature|timestamp)=", query or ""):
        raise UsageError(
            f"{endpoint.name}: timestamp and signature are added where it is signed",
            "leave them out of the set",
        )
    return Call(endpoint, (query or "").encode(), (body or "").encode())
