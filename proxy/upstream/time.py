"""Asks a host of the exchange for its time (`/time` endpoints)."""

from functools import partial
from typing import Annotated, Final

import msgspec

from proxy.core.foreign_json import UnreadableError, read_json
from proxy.core.http.outgoing import USER_AGENT
from proxy.upstream.faults import fault
from proxy.upstream.sender import Sender

_MOST_OCTETS: Final = 4096
_FIRST_MS: Final = 1_483_228_800_000
_LAST_MS: Final = 4_102_444_800_000
"""2017, the year in which the exchange opened, and 2100. Another time is none, but what a host in trouble says: all
requests would be signed with it until the next estimate. No narrower, for the local clock may be wrong by years."""


class _Time(msgspec.Struct):
    serverTime: Annotated[int, msgspec.Meta(ge=_FIRST_MS, lt=_LAST_MS)]  # noqa: N815  # Binance's name


_DECODER: Final = msgspec.json.Decoder(_Time)


def _question(base: str, path: str) -> bytes:
    lines = (
        f"GET {path} HTTP/1.1",
        f"Host: {base.partition('://')[2]}",
        f"User-Agent: {USER_AGENT.decode()}",
        "Accept-Encoding: identity",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")


async def server_time(sender: Sender, base: str, path: str) -> int:
    """`serverTime` of a time endpoint, Unix ms. Raises UpstreamError."""
    octets = _question(base, path)
    again = partial(_question, path=path)
    failover = path.startswith("/api/")
    answer = await sender.send(base, octets, repeatable=True, again=again, failover=failover)
    body = await answer.read_small(_MOST_OCTETS)
    if body is None:
        answer.close()
    if answer.status != 200 or body is None:
        raise fault("upstream_bad_answer", "body", f"status {answer.status} from the time endpoint")
    try:
        return read_json(body, _DECODER).serverTime
    except UnreadableError:
        raise fault("upstream_bad_answer", "body", "no serverTime") from None
