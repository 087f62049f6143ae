"""The doctor's only interference: requests to private targets are refused, unless the user allows them.

Three places, since a name can change its address between two looks: before the request is forwarded (403),
before a connection is opened, and after it stands, when the real address is known.
"""

import json
import logging
from typing import Final

from mitmproxy import ctx, http
from mitmproxy.net.server_spec import ServerSpec
from mitmproxy.proxy.mode_specs import DnsMode, LocalMode, ProxyMode, ReverseMode, UpstreamMode
from mitmproxy.proxy.server_hooks import ServerConnectionHookData

from addons.doctor.targets import PrivateTargets, private_at_sight

_LOG: Final = logging.getLogger("binance_doctor")
_SAYS: Final = "this proxy does not forward to loopback or private addresses"
_REMEDY: Final = "start it with --set binance_allow_private=true if that is wanted"
_BODY: Final = json.dumps(
    {"code": -99403, "msg": f"binance_doctor: {_SAYS}; {_REMEDY}", "error": "private_target_refused"}
).encode()
_HTTP_SCHEMES: Final = frozenset({"http", "https", "http3", "quic"})


class PrivateTargetGuard:
    """mitmproxy hooks. Local mode is left alone: there the target was asked for by a process of this machine,
    which could reach it without us."""

    def __init__(self, targets: PrivateTargets | None = None) -> None:
        self._targets = targets or PrivateTargets()

    async def requestheaders(self, flow: http.HTTPFlow) -> None:
        await self._refuse(flow)

    async def http_connect(self, flow: http.HTTPFlow) -> None:
        await self._refuse(flow)

    async def server_connect(self, data: ServerConnectionHookData) -> None:
        """Whatever is not HTTP, or slipped past: the connection is not made."""
        mode, address = data.client.proxy_mode, data.server.address
        if not _guarded(mode) or address is None or _configured_proxy(mode, address, data.server.via):
            return
        if isinstance(mode, ReverseMode) and mode.scheme in _HTTP_SCHEMES:
            return  # opened before the request is known; the request gets its 403, and nothing is sent
        if await self._targets.is_private(address[0]):
            data.server.error = f"binance_doctor: {_SAYS}; {_REMEDY}"
            _LOG.warning("[binance] refused: a connection to a private address (%s)", _REMEDY)

    def server_connected(self, data: ServerConnectionHookData) -> None:
        """The address that was really reached: a name may have resolved to another one this time."""
        mode, address, peer = data.client.proxy_mode, data.server.address, data.server.peername
        if not _guarded(mode) or address is None or peer is None:
            return
        if _configured_proxy(mode, address, data.server.via) or isinstance(mode, ReverseMode):
            return
        if private_at_sight(peer[0]):
            _abort(data)

    async def _refuse(self, flow: http.HTTPFlow) -> None:
        mode = flow.client_conn.proxy_mode
        if not flow.live or flow.response is not None or not _guarded(mode):
            return
        # In upstream mode the other proxy resolves names; ours may not even have a resolver.
        host, by_name = flow.request.host, not isinstance(mode, UpstreamMode)
        if private_at_sight(host) or (by_name and await self._targets.is_private(host)):
            headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
            flow.response = http.Response.make(403, _BODY, headers)
            flow.metadata["binance_refused"] = True
            flow.comment = f"Binance: refused, {_SAYS}"
            _LOG.warning("[binance] refused with 403: %s (%s)", _SAYS, _REMEDY)


def _guarded(mode: ProxyMode) -> bool:
    return not ctx.options.binance_allow_private and not isinstance(mode, LocalMode | DnsMode)


def _configured_proxy(mode: ProxyMode, address: tuple[str, int], via: ServerSpec | None) -> bool:
    """Whether this is the other proxy that the user named in upstream mode, or goes through it."""
    return isinstance(mode, UpstreamMode) and (via is not None or address == mode.address)


def _abort(data: ServerConnectionHookData) -> None:
    """Close a standing connection before anything is written to it. mitmproxy has no hook answer for this,
    so its transport is looked up; the client gets a 502."""
    server = ctx.master.addons.get("proxyserver")  # type: ignore[no-untyped-call]  # mitmproxy's
    for handler in list(getattr(server, "connections", {}).values()):
        io = handler.transports.get(data.server)
        if io is not None and io.writer is not None:
            io.writer.transport.abort()
            _LOG.warning("[binance] refused: a name led to a private address (%s)", _REMEDY)
