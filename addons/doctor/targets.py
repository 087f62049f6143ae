"""Which upstream targets are private: loopback, LAN, link-local and whatever else is not on the open internet.

mitmproxy listens on all interfaces by default, so a proxy beside the gateway would be a way around the
gateway's loopback bind. The doctor refuses such targets unless `binance_allow_private` is set.
"""

import asyncio
import ipaddress
import socket
import time
from collections.abc import Awaitable, Callable
from typing import Final

type Address = ipaddress.IPv4Address | ipaddress.IPv6Address
type Lookup = Callable[[str], Awaitable[list[str]]]

_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
_LOOKUP_SECONDS: Final = 5.0
_KEPT_SECONDS: Final = 30.0
_MOST_KEPT: Final = 256


def literal(host: str) -> Address | None:
    """The address that a host *is*, in every form that a resolver takes without asking anybody (`127.1`,
    `0x7f000001`, `[::1]`); None for a name."""
    bare = host.strip().removeprefix("[").removesuffix("]").split("%", 1)[0].rstrip(".")
    try:
        return ipaddress.ip_address(bare)
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(bare))
    except (OSError, ValueError):
        return None


def is_private(address: Address) -> bool:
    """Whether an address is anything but a public unicast one; IPv4 inside IPv6 is judged by its IPv4."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_private(inner)
    return not address.is_global or address.is_multicast


def private_at_sight(host: str) -> bool:
    """Whether a host is private without a lookup: a literal address, or a name of this machine."""
    address = literal(host)
    if address is not None:
        return is_private(address)
    name = host.lower().rstrip(".")
    return name == "localhost" or name.endswith((".localhost", ".local", ".internal"))


async def look_up(host: str) -> list[str]:
    """The addresses of a name by the system's resolver. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


class PrivateTargets:
    """Answers `is this host private?`, remembering answers of the resolver for half a minute."""

    def __init__(self, lookup: Lookup = look_up, now: Callable[[], float] = time.monotonic) -> None:
        self._lookup = lookup
        self._now = now
        self._known: dict[str, tuple[float, bool]] = {}

    async def is_private(self, host: str) -> bool:
        """A name is private if any of its addresses is. One that cannot be resolved is not: the connection
        will fail by itself, with mitmproxy's own message."""
        if private_at_sight(host):
            return True
        if literal(host) is not None:
            return False
        known = self._known.get(host)
        if known is not None and self._now() - known[0] < _KEPT_SECONDS:
            return known[1]
        try:
            async with asyncio.timeout(_LOOKUP_SECONDS):
                found = [literal(text) for text in await self._lookup(host)]
        except (OSError, TimeoutError, UnicodeError):
            return False
        verdict = any(address is None or is_private(address) for address in found)
        if len(self._known) >= _MOST_KEPT:
            self._known.clear()
        self._known[host] = (self._now(), verdict)
        return verdict
