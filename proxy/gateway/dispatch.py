"""Sends what the corridor let through: sign last, send once, heal one clock error.

Whatever leaves the gateway with a key is signed here, for each attempt anew, and nothing touches it afterwards.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final

from msgspec import Struct

from proxy.core.catalogue import Needs, PrefixFamily
from proxy.core.errors import Execution, RefusedError
from proxy.core.flow import Flow
from proxy.core.head import Head
from proxy.core.http.dry_run import dry_run
from proxy.core.http.outgoing import serialise
from proxy.core.http.signed import signed_request
from proxy.core.settings import SigningSettings
from proxy.core.signing import SignedRequest
from proxy.core.wire import Header
from proxy.gateway.call import OutgoingRequest
from proxy.limits.throttle import Throttle
from proxy.upstream.response import UpstreamResponse
from proxy.upstream.sender import Sender

_TIMESTAMP_REFUSED: Final = -1021

type Announce = Callable[[Flow], Awaitable[None]]
"""Puts the intent of a write on record before its first octet leaves."""
type Leaving = Callable[[Flow, Head], None]
"""Told just before the first octet of a write leaves; if it raises RefusedError, nothing leaves."""
type Code = int | str | None


class Dispatcher(Struct, frozen=True):
    """Signs and sends."""

    settings: SigningSettings
    sender: Sender
    throttle: Throttle
    announce: Announce
    leaving: Leaving = lambda _flow, _head: None

    def show(self, flow: Flow, request: OutgoingRequest) -> dict[str, Any]:
        """The dry run: what would go out, with stars where it would be a credential."""
        base = request.route.base
        self._signed_now(flow, request, base)
        assert flow.sent is not None
        return dry_run(base, flow.sent, flow.sent_headers)

    async def send(self, flow: Flow, request: OutgoingRequest) -> UpstreamResponse:
        """Send, and heal one clock error: -1021 for our own timestamp is measured anew, signed, sent once more.

        Raises RefusedError where Binance asked to wait or the weight is used up, UpstreamError where no answer came.
        """
        if refusal := self.throttle.refusal(flow, request.limits):
            raise RefusedError(refusal)
        if request.route.endpoint.mutates:
            await self.announce(flow)
        answer, code = await self._attempt(flow, request)
        if code != _TIMESTAMP_REFUSED or answer.status != 400 or flow.clock is None:
            return answer
        if not await request.clock.refresh() or self.throttle.refusal(flow, request.limits):
            return answer
        return (await self._attempt(flow, request))[0]

    async def ask(self, request: OutgoingRequest, exchange_ms: int) -> UpstreamResponse:
        """A small read of the gateway's own, stamped with this time. Its error may start a hold, as any other.

        Raises UpstreamError, also where a hold began while a connection was made.
        """
        base = request.route.base
        signed, headers = self._signed(request, base, exchange_ms)
        octets = serialise(signed, headers)

        def again(_: str) -> bytes:
            self.throttle.require_no_hold(request.limits)
            return octets

        answer = await self.sender.send(base, octets, repeatable=True, again=again)
        if answer.status >= 400:
            await self.throttle.learn_from_error(request.limits, answer)
        return answer

    async def _attempt(self, flow: Flow, request: OutgoingRequest) -> tuple[UpstreamResponse, Code]:
        """One sending: its answer, and the code of a 4xx, which may ask to wait.

        Only what changes nothing may go again, and, on /api, to another host.
        """
        base, endpoint = request.route.base, request.route.endpoint
        repeatable = request.head.method == "GET" and not endpoint.mutates
        octets = self._signed_now(flow, request, base)

        def again(base: str) -> bytes:
            """The octets anew when a connection had to be made first: Binance may have asked to wait meanwhile."""
            self.throttle.require_no_hold(request.limits)
            return self._signed_now(flow, request, base)

        def ask() -> Awaitable[UpstreamResponse]:
            failover = repeatable and request.route.family is PrefixFamily.API
            leaving = partial(self.leaving, flow, request.head) if endpoint.mutates else None
            return self.sender.send(
                base, octets, repeatable=repeatable, again=again, leaving=leaving, failover=failover
            )

        flow.execution = Execution.UNKNOWN
        answer = await self.throttle.send(flow, request.limits, octets, ask)
        flow.upstream = answer.base
        flow.attempts += answer.attempts
        flow.connection_reused = answer.reused
        times = flow.timings
        times.connected, times.sent, times.head = answer.connected_at, answer.sent_at, answer.head_at
        if not 400 <= answer.status < 500:
            return answer, None
        return answer, await self.throttle.learn_from_error(request.limits, answer)

    def _signed_now(self, flow: Flow, request: OutgoingRequest, base: str) -> bytes:
        """The octets for one host, signed for this moment; what they are is noted in the flow."""
        exchange_ms = None
        if request.route.needs is Needs.SIGNED and request.account is not None:
            flow.clock = request.clock.reading()
            exchange_ms = flow.clock.exchange_ms
        flow.upstream = base
        flow.sent, flow.sent_headers = self._signed(request, base, exchange_ms)
        return serialise(flow.sent, flow.sent_headers)

    def _signed(
        self, request: OutgoingRequest, base: str, exchange_ms: int | None
    ) -> tuple[SignedRequest, tuple[Header, ...]]:
        """The request for one host with its headers. `exchange_ms` is its timestamp, None where it is not signed."""
        account = request.account
        return signed_request(
            request.head,
            request.prepared,
            request.route.needs,
            base=base,
            api_key=account.api_key if account else None,
            key=account.signing if account else None,
            exchange_ms=exchange_ms,
            content_type=request.content_type,
            settings=self.settings,
        )
