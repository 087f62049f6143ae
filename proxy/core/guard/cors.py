"""Web pages of origins that the configuration allows (`allow_origins`): what a browser is told, and what they may.

A browser asks first (OPTIONS, the "preflight" of the Fetch standard), and lets the page read an answer only where it
names the page's origin. Never all origins, and never `Access-Control-Allow-Credentials`: there is nothing that a
browser could send along by itself. A page may call public endpoints; for anything else it brings a virtual key or the
client token of its own, so that no script that gets into the page trades with the gateway's key.
"""

from typing import Final

from proxy.core.catalogue import Needs
from proxy.core.errors import Refusal
from proxy.core.guard.controls import CONTROLS
from proxy.core.guard.ingress import METHODS, IngressPolicy, check_preflight_head
from proxy.core.head import Head
from proxy.core.routing import Route

_HEADERS: Final = (
    "Content-Type",
    "X-MBX-APIKEY",
    "X-MBX-TIME-UNIT",
    "X-MBX-SBE",
    "clientType",
    *(shown for shown, _, _ in CONTROLS.values()),
)
_PREFLIGHT: Final = (
    ("Access-Control-Allow-Methods", ", ".join(METHODS)),
    ("Access-Control-Allow-Headers", ", ".join(_HEADERS)),
    ("Access-Control-Max-Age", "600"),
)
_NEEDS_KEY: Final = Refusal(
    401,
    "origin_needs_key",
    "a web page calls public endpoints alone with the gateway's key; give it a virtual key of its own (clients_file, "
    "signing-proxy clients add) or the client token (token_file)",
)

type Lines = tuple[tuple[str, str], ...]


def page_headers(head: Head, policy: IngressPolicy) -> Lines:
    """What an answer says to the browser of an allowed page; empty for everybody else."""
    if not policy.origins or b"origin" not in head.fields:
        return ()
    values = head.fields[b"origin"]
    if len(values) != 1 or values[0] not in policy.origins:
        return ()
    return (
        ("Access-Control-Allow-Origin", values[0].decode("ascii")),
        ("Access-Control-Expose-Headers", "*"),
        ("Vary", "Origin"),
    )


def preflight_headers(head: Head, policy: IngressPolicy) -> Lines | None:
    """The answer to a browser that asks whether an allowed page may call; None where that is not the question."""
    if head.method != "OPTIONS" or b"access-control-request-method" not in head.fields:
        return None
    if not page_headers(head, policy) or check_preflight_head(head, policy) is not None:
        return None
    asks_local = head.first(b"access-control-request-private-network") == b"true"
    return (*_PREFLIGHT, ("Access-Control-Allow-Private-Network", "true")) if asks_local else _PREFLIGHT


def page_refusal(head: Head, route: Route, policy: IngressPolicy) -> Refusal | None:
    """What a page without a key of its own may not call."""
    if b"origin" not in head.fields or policy.keys_required or policy.token_sha256 is not None:
        return None
    return None if route.needs is route.endpoint.needs is Needs.NONE else _NEEDS_KEY
