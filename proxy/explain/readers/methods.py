"""The HTTP method of a request whose text does not say it."""

from typing import Final

from proxy.core.catalogue import Catalogue
from proxy.core.wire import find_pairs

METHODS: Final = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")
GUESSED: Final = "the method is not in the text; taken as {}"
_WRITES: Final = ("POST", "PUT", "DELETE")


def guess(target: bytes, *, has_body: bool = False) -> tuple[str, bool]:
    """The method, and whether Binance offers no other there. GET where it is offered, but an order's `side`, or
    a body, tells a POST."""
    path, _, query = target.partition(b"?")
    catalogue = Catalogue.builtin()
    offered = [
        method
        for method in ("GET", *_WRITES)
        if (endpoint := catalogue.find(method, path.decode("latin-1"))) is not None and endpoint.listed
    ]
    writes = [method for method in offered if method != "GET"]
    if has_body:
        return (writes[0], len(writes) == 1) if writes else ("POST", False)
    if "POST" in offered and find_pairs(query, b"side"):
        return "POST", offered == ["POST"]
    return (offered[0], len(offered) == 1) if offered else ("GET", False)
