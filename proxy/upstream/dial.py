"""Making a connection: names to public addresses, TCP, an explicit proxy if configured, verified TLS.

Each step fails with its own stage, all of them before an octet of a request is written.
"""

import asyncio
import importlib
import ipaddress
import socket
import ssl
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

import aiohappyeyeballs

from proxy.core.catalogue import ALLOWED_UPSTREAM_HOSTS
from proxy.core.errors import UpstreamError
from proxy.core.secret import Secret
from proxy.upstream.connection import Connection
from proxy.upstream.dns_cache import DnsCache
from proxy.upstream.faults import fault
from proxy.upstream.reasons import reason_of
from proxy.upstream.resolver import AddressInfo
from proxy.upstream.resumption import ResumingContext

_HAPPY_EYEBALLS_SECONDS: Final = 0.25


class Dialer:
    """Opens connections. With `unsafe` every address must be loopback; without, the host must be one of Binance's,
    the way https and every address public."""

    def __init__(
        self,
        *,
        context: ssl.SSLContext,
        proxy_url: str | None = None,
        proxy_credentials: Secret | None = None,
        local_address: str | None = None,
        unsafe: bool = False,
        connect_seconds: float = 5.0,
    ) -> None:
        self._context = context
        self._proxy_url = proxy_url
        self._proxy_credentials = proxy_credentials
        self._local_address = local_address
        self._unsafe = unsafe
        self._names = DnsCache(self._acceptable)
        self._proxy_names = DnsCache(lambda _: True)  # whoever configures a proxy may have it anywhere
        self.connect_seconds = connect_seconds
        self.unasked: Callable[[Connection], None] | None = None
        """Told of a connection on which something came while it rested."""
        if proxy_url is not None:  # few are behind a proxy, and it takes 20 ms of everybody's start
            importlib.import_module("python_socks.async_.asyncio")

    async def open(self, base: str, seconds: float | None = None) -> Connection:
        """A fresh connection to `base` (scheme and host). Raises UpstreamError, always `not_sent`.

        Tried twice within the budget: until a connection stands, nothing can have been executed. With `seconds`
        (there are other hosts to try) once, and no longer than that.
        """
        parts = urlsplit(base)
        host, secure = parts.hostname or "", parts.scheme == "https"
        if not self._unsafe and not (secure and host in ALLOWED_UPSTREAM_HOSTS and parts.port is None):
            raise fault("upstream_refused_address", "dns", "HostNotListed")
        port = parts.port or (443 if secure else 80)
        stage = ["dns"]
        try:
            async with asyncio.timeout(seconds or self.connect_seconds):
                try:
                    return await self._open_once(base, host, port, secure, stage)
                except UpstreamError as error:
                    if seconds is not None or error.refusal.token != "upstream_unreachable":
                        raise
                await asyncio.sleep(0.1)
                return await self._open_once(base, host, port, secure, stage)
        except TimeoutError:
            self._names.mark_stale(host, port)
            late = f"no answer within {seconds or self.connect_seconds:g} s"
            raise fault("upstream_unreachable", stage[0], "TimeoutError", late) from None

    async def _open_once(self, base: str, host: str, port: int, secure: bool, stage: list[str]) -> Connection:
        sock = await self._socket(host, port, stage)
        loop = asyncio.get_running_loop()
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            stage[0] = "tls" if secure else "connect"
            _, connection = await loop.create_connection(
                lambda: Connection(loop, base, self.unasked),
                sock=sock,
                ssl=self._context if secure else None,
                server_hostname=host if secure else None,
            )
        except ssl.SSLError as error:
            sock.close()
            raise fault("upstream_tls", "tls", type(error).__name__, reason_of(error)) from None
        except OSError as error:
            sock.close()
            raise fault("upstream_unreachable", stage[0], type(error).__name__, reason_of(error)) from None
        except BaseException:
            sock.close()
            raise
        if isinstance(self._context, ResumingContext) and connection.tls is not None:
            self._context.established(host, connection.tls)
        return connection

    async def _socket(self, host: str, port: int, stage: list[str]) -> socket.socket:
        if self._proxy_url is not None:
            return await self._through_proxy(host, port, stage)
        stage[0] = "dns"
        addresses = await self._names.resolve(host, port)
        stage[0] = "connect"
        try:
            return await aiohappyeyeballs.start_connection(
                addresses,
                local_addr_infos=self._local_infos(addresses),
                happy_eyeballs_delay=_HAPPY_EYEBALLS_SECONDS,
            )
        except (OSError, RuntimeError) as error:
            self._names.mark_stale(host, port)
            raise fault("upstream_unreachable", "connect", type(error).__name__, reason_of(error)) from None

    def _acceptable(self, address: str) -> bool:
        """Public for the real exchange (a poisoned answer must not send a signed request into the LAN)."""
        ip = ipaddress.ip_address(address.partition("%")[0])
        return ip.is_loopback if self._unsafe else ip.is_global and not ip.is_multicast

    def _local_infos(self, addresses: list[AddressInfo]) -> list[AddressInfo] | None:
        if self._local_address is None:
            return None
        ip = ipaddress.ip_address(self._local_address)
        family = socket.AF_INET6 if ip.version == 6 else socket.AF_INET
        if not any(info[0] == family for info in addresses):
            raise fault(
                "upstream_unreachable",
                "connect",
                "local_address has no route of its family",
                "the host has no address of the family of upstream.local_address",
            )
        return [(family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (self._local_address, 0))]

    async def _through_proxy(self, host: str, port: int, stage: list[str]) -> socket.socket:
        """HTTP CONNECT or SOCKS5: the proxy carries octets, TLS stays between us and Binance. It finds the host; its
        own name is looked up here, so that python-socks meets addresses only."""
        from python_socks import (  # noqa: PLC0415  # see `__init__`
            ProxyConnectionError,
            ProxyError,
            ProxyTimeoutError,
            parse_proxy_url,
        )
        from python_socks.async_.asyncio import Proxy  # noqa: PLC0415  # see `__init__`

        kind, proxy_host, proxy_port, user, password = parse_proxy_url(
            str(self._proxy_url).replace("socks5h://", "socks5://", 1)
        )
        if self._proxy_credentials is not None:
            user, _, password = self._proxy_credentials.reveal().decode("utf-8").partition(":")
        addresses = await self._proxy_names.resolve(proxy_host, proxy_port)
        stage[0] = "connect"
        address = min(addresses, key=lambda info: info[0])[4][0]  # IPv4 first
        proxy = Proxy(kind, address, proxy_port, user, password, rdns=True)
        local = (self._local_address, 0) if self._local_address else None
        try:
            return await proxy.connect(host, port, timeout=self.connect_seconds, local_addr=local)
        except (ProxyError, ProxyConnectionError, ProxyTimeoutError, OSError) as error:
            self._proxy_names.mark_stale(proxy_host, proxy_port)
            told = (
                "the proxy refused the connection"
                if isinstance(error, ProxyError)
                else "the proxy does not answer"
            )
            raise fault("upstream_unreachable", "connect", type(error).__name__, told) from None
