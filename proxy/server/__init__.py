"""The listening side: aiohttp's request parser (C) and streams, and a connection handler of our own.

Why not `aiohttp.web`: its request and response objects copy the headers several times and cost more than the rest
of the gateway together; docs/decisions has the figures. `aiohttp.http_parser` and `aiohttp.base_protocol` are
semi-internal: pyproject.toml pins aiohttp to one minor version.

Closed here: parser errors answered in JSON without an echo of the input (and not logged raw), half-sent heads and
bodies ended by a deadline, connections capped, `Expect` answered only once a request is let in, nothing decompressed,
a body that nobody read discarded for a moment so that the refusal arrives.
"""

from proxy.server.delivery import Delivery
from proxy.server.replies import (
    OUR_HEADERS,
    SAFE_LINES,
    Reply,
    header_lines,
    json_reply,
    not_sent,
    refusal_reply,
    reply,
)
from proxy.server.request import ClientRequest, Handler
from proxy.server.server import GatewayServer

__all__ = [
    "OUR_HEADERS",
    "SAFE_LINES",
    "ClientRequest",
    "Delivery",
    "GatewayServer",
    "Handler",
    "Reply",
    "header_lines",
    "json_reply",
    "not_sent",
    "refusal_reply",
    "reply",
]
