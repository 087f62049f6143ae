"""The aiohttp rim: octets in, octets out, and the faults that only a socket can have.

aiohttp's C parser answers a raw non-ASCII request target by itself, before any handler. The exchange has to
judge such requests (-1022), so the pure Python parser of the same release is put in its place.
"""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from aiohttp.http_parser import HttpRequestParserPy
from aiohttp.web_protocol import RequestHandler

from proxy.sandbox.exchange import Sandbox
from proxy.sandbox.faults import Fault
from proxy.sandbox.recorded.playback import Playback
from proxy.sandbox.respond import Reply, observe_unjudged, respond
from proxy.sandbox.wire import Received

_LINE_LIMIT = 64 * 1024
_MAX_BODY = 8 * 1024 * 1024


class _OctetServer(web.Server):
    """web.Server whose connections use the parser that lets every octet of the target through."""

    def __call__(self) -> RequestHandler:
        protocol = super().__call__()
        protocol._parser = HttpRequestParserPy(  # noqa: SLF001 - aiohttp has no public way to choose it
            protocol,
            asyncio.get_running_loop(),
            2**16,
            max_line_size=_LINE_LIMIT,
            max_field_size=_LINE_LIMIT,
            payload_exception=web.RequestPayloadError,
            auto_decompress=False,
        )
        return protocol


@dataclass(slots=True)
class RunningSandbox:
    """A sandbox that listens. `url` has no trailing slash."""

    sandbox: Sandbox
    url: str
    port: int
    _runner: web.ServerRunner

    async def stop(self) -> None:
        await self._runner.cleanup()


async def start(
    sandbox: Sandbox,
    host: str = "127.0.0.1",
    port: int = 0,
    ssl_context: ssl.SSLContext | None = None,
    playback: Playback | None = None,
) -> RunningSandbox:
    """Listens on host and port (0: any free one), with TLS if a context is given. `playback`: answer out of it, and
    not as a strict exchange."""
    server = _OctetServer(_handler(sandbox, playback), access_log=None)
    runner = web.ServerRunner(server, handle_signals=False, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, host, port, ssl_context=ssl_context).start()
    real_port = int(runner.addresses[0][1])
    scheme = "http" if ssl_context is None else "https"
    shown_host = f"[{host}]" if ":" in host else host
    return RunningSandbox(sandbox, f"{scheme}://{shown_host}:{real_port}", real_port, runner)


def _handler(sandbox: Sandbox, playback: Playback | None) -> Callable[[web.BaseRequest], Any]:
    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        received = await _receive(request)
        if playback is not None:
            reply = playback.reply(sandbox, received)
            return _hang_up(request) if reply is None else await _send(request, reply)
        fault = sandbox.faults.take(received.method, received.path, received.target + received.body)
        if fault is None:
            return await _send(request, respond(sandbox, received))
        return await _strike(sandbox, request, received, fault)

    return handle


async def _receive(request: web.BaseRequest) -> Received:
    request._client_max_size = _MAX_BODY  # noqa: SLF001 - web.Server, unlike Application, takes no option
    return Received(
        method=request.method,
        target=request.raw_path.encode("utf-8", "surrogateescape"),
        headers=tuple(request.raw_headers),
        body=await request.read(),
        remote=request.remote or "",
    )


async def _send(request: web.BaseRequest, reply: Reply) -> web.StreamResponse:
    if reply.chunks is None:
        return web.Response(status=reply.status, body=reply.body, headers=reply.headers)
    response = web.StreamResponse(status=reply.status, headers=reply.headers)
    await response.prepare(request)
    for chunk in reply.chunks:
        await response.write(chunk)
    await response.write_eof()
    return response


async def _send_half(request: web.BaseRequest, reply: Reply) -> web.StreamResponse:
    """Promises the whole body, sends half of it, and hangs up."""
    response = web.StreamResponse(status=reply.status, headers=reply.headers)
    response.content_length = len(reply.body)
    await response.prepare(request)
    await response.write(reply.body[: len(reply.body) // 2])
    _hang_up(request)
    return response


async def _strike(
    sandbox: Sandbox, request: web.BaseRequest, received: Received, fault: Fault
) -> web.StreamResponse:
    sandbox.clock_shift_ms += fault.clock_shift_ms
    if fault.delay_s:
        await asyncio.sleep(fault.delay_s)
    scripted = Reply(fault.status or 0, fault.body, dict(fault.headers))
    executed = fault.drop == "after" or fault.executed or (fault.status is None and fault.drop != "before")
    reply = respond(sandbox, received) if executed else scripted
    if not executed:
        observe_unjudged(sandbox, received, scripted)
    if fault.late_s:
        await asyncio.sleep(fault.late_s)
    if fault.drop in ("before", "after"):
        return _hang_up(request)
    if fault.status is not None:
        reply = scripted
    return await (_send_half if fault.drop == "mid_body" else _send)(request, reply)


def _hang_up(request: web.BaseRequest) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.close()
    return web.Response(status=500)
