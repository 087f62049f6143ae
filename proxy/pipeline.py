"""THE CORRIDOR: one flow from door to door, in order.

accept -> admit (who asks) -> route (what is it) -> permit (is it allowed) -> sign -> forward -> answer, then, off
the path, diagnose -> redact -> record. Refusals are early exits. A 4xx of Binance is a normal answer and passes
untouched. A client that hangs up does not cancel a signed request.
"""

from collections.abc import Awaitable
from dataclasses import dataclass, replace
from typing import Final

from msgspec import Struct

from proxy.budget import Lane
from proxy.clients import KEY_WANTED, Caller, Clients
from proxy.clock import Clocks, ExchangeClock, LocalClock
from proxy.core.catalogue import Environment, Needs, PrefixFamily
from proxy.core.dry_run import dry_run
from proxy.core.errors import Execution, Refusal, UpstreamError
from proxy.core.flow import Flow, KeyInfo, Timings
from proxy.core.guard import Door, Taken, admit, forwarded_write, permit
from proxy.core.guard.body import body_refusal, label_refusal
from proxy.core.mended import mended
from proxy.core.outcomes import with_added_id
from proxy.core.outgoing import outgoing_headers, outgoing_label, serialise
from proxy.core.routing import Route, Router
from proxy.core.settings import Settings
from proxy.core.signing import Prepared, SignedRequest, finish, prepare, sign
from proxy.core.wire import RawRequest, body_kind
from proxy.credentials import Account
from proxy.gate import Gate
from proxy.outcomes import Outcomes
from proxy.outlet import Outlet
from proxy.recorder import Recorder
from proxy.relay import Relay
from proxy.server import Visit, json_reply, not_sent, refusal_reply
from proxy.switch import KillSwitch
from proxy.upstream import SMALL_OCTETS, Sender, UpstreamAnswer

_ACCOUNT_DENIED: Final = Refusal(
    403, "account_denied", "X-Gateway-Account names no account of yours; see `accounts:` in the configuration"
)
_NO_ACCOUNT: Final = Refusal(
    401,
    "account_missing",
    "this endpoint needs a key and none was chosen: configure one (BINANCE_API_KEY and BINANCE_API_SECRET_FILE), or, "
    "of several accounts, name one in X-Gateway-Account or default_account",
)
_TIMESTAMP_REFUSED: Final = -1021


class Errand(Struct, frozen=True):
    """Who wants what, with which account, and where it goes."""

    caller: Caller
    account: Account | None
    environment: Environment
    way: Route


class Ready(Struct, frozen=True):
    """A request that was let in and cleaned: all that signing and sending need besides the time."""

    visit: Visit
    route: Route
    prepared: Prepared
    content_type: bytes | None
    account: Account | None
    clock: ExchangeClock


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Serves visits. Knows the rooms, not what happens inside them."""

    settings: Settings
    door: Door
    clients: Clients
    switch: KillSwitch
    router: Router
    environments: dict[str, Environment]
    clocks: Clocks
    local: LocalClock
    sender: Sender
    relay: Relay
    recorder: Recorder
    gate: Gate
    outlet: Outlet
    outcomes: Outcomes

    async def serve(self, visit: Visit) -> None:
        """One request, from door to door; whatever came of it is recorded after it was answered."""
        flow = self._accept(visit)
        try:
            if refusal := await self._in_turn(flow, visit):
                flow.refusal, flow.execution = refusal, refusal.execution
                flow.client_gone = flow.client_gone or visit.gone
                await visit.answer(refusal_reply(refusal, flow.request_id))
        except Exception as error:
            flow.fault_stage, flow.fault = "gateway", type(error).__name__  # answered by protocol.py
            raise
        finally:
            flow.timings.done = self.local.monotonic()
            self.recorder.finish(flow)

    async def _in_turn(self, flow: Flow, visit: Visit) -> Refusal | None:
        if refusal := await self.gate.enter(urgent=visit.raw.method != "GET"):
            return refusal
        try:
            return await self._walk(flow, visit)
        finally:
            self.gate.leave()

    async def _walk(self, flow: Flow, visit: Visit) -> Refusal | None:
        """The rooms in order. Whoever refuses ends the walk."""
        caller = self._admit(flow, visit)
        if isinstance(caller, Refusal):
            return caller
        errand = self._route(flow, visit, caller)
        if isinstance(errand, Refusal):
            return errand
        if refusal := self._permit(visit, errand):
            return refusal
        ready = await self._prepare(flow, visit, errand)
        if isinstance(ready, Refusal):
            return ready
        taken = self._permit_content(flow, errand, ready.prepared)
        if isinstance(taken, Refusal):
            return taken
        try:
            return await self._exchange(flow, ready)
        finally:
            if taken is not None and not _maybe_executed(flow):
                caller.ledger.give_back(taken)

    async def _exchange(self, flow: Flow, ready: Ready) -> Refusal | None:
        """Sign, forward, answer; or show what would go out."""
        if flow.dry_run:
            await self._show(flow, ready)
            return None
        way, account = ready.route, ready.account
        lane = self.outlet.lane(way, account.name if account else "", ready.clock)
        if refusal := self.outlet.refusal(flow, lane):
            return refusal
        try:
            answer = await self._forward(flow, ready, lane)
            if way.endpoint.mutates and Execution.after(answer.status) is Execution.UNKNOWN:
                await answer.peek_small(SMALL_OCTETS)  # it must not wait for us meanwhile
                await self.outcomes.told(flow, ready.account, ready.clock)
            await self.relay.pass_on(flow, ready.visit, answer)
            self.outlet.overhear(flow, lane)
        except UpstreamError as error:
            flow.fault_stage, flow.fault = error.stage, error.detail
            flow.execution = error.refusal.execution
            return await self._with_outcome(flow, ready, error.refusal)
        finally:
            if flow.execution is Execution.UNKNOWN and way.endpoint.mutates:
                self.outcomes.begin(flow, ready.account, ready.clock)
        return None

    async def _with_outcome(self, flow: Flow, ready: Ready, refusal: Refusal) -> Refusal:
        """Where a write's own answer was lost, ours says what the exchange knows of it."""
        if refusal.execution is not Execution.UNKNOWN or not ready.route.endpoint.mutates:
            return refusal
        await self.outcomes.told(flow, ready.account, ready.clock)
        told = (("X-Gateway-Outcome", flow.outcome),) if flow.outcome else ()
        return replace(refusal, headers=refusal.headers + told)

    def _accept(self, visit: Visit) -> Flow:
        asked = visit.head.fields.controls
        return Flow(
            request_id=self.gate.next_id(),
            started_ms=self.local.unix_ms(),
            client=visit.raw,
            timings=Timings(accepted=self.local.monotonic()),
            dry_run=asked and visit.head.first(b"x-gateway-dry-run") == b"1",
            timed=asked and visit.head.first(b"x-gateway-timing") == b"1",
        )

    def _admit(self, flow: Flow, visit: Visit) -> Caller | Refusal:
        """Who asks? First whether anyone may ask like this, then the client by its virtual key."""
        if refusal := admit(visit.head, self.door):
            return refusal
        caller = self.clients.who(visit.head, flow.started_ms)
        if isinstance(caller, Caller):
            flow.client_name = caller.name
        return caller

    def _route(self, flow: Flow, visit: Visit, caller: Caller) -> Errand | Refusal:
        """What is asked for, with which account, and where does it go? The account decides the environment."""
        wanted = visit.head.first(b"x-gateway-account") if visit.head.fields.controls else None
        account = caller.accounts.default if wanted is None else caller.accounts.get(wanted.decode("latin-1"))
        if account is None and wanted is not None:
            return _ACCOUNT_DENIED
        environment = self.environments[account.environment if account else self.settings.environment]
        way = self.router.route(visit.head, environment)
        if isinstance(way, Refusal):
            return way
        flow.endpoint, flow.upstream, flow.environment = way.endpoint, way.base, environment.name
        return Errand(caller, account, environment, way)

    def _permit(self, visit: Visit, errand: Errand) -> Refusal | None:
        """May this caller call this endpoint?"""
        caller, way = errand.caller, errand.way
        if caller.public_only and not (way.needs is way.endpoint.needs is Needs.NONE):
            return KEY_WANTED
        if refusal := forwarded_write(visit.head, self.door, mutates=way.endpoint.mutates):
            return refusal
        return permit(way.endpoint, caller.policy, switched_off=self.switch.on)

    def _permit_content(self, flow: Flow, errand: Errand, prepared: Prepared) -> Taken | Refusal | None:
        """May it be done with these parameters, and still? The switch may have turned while the body came in."""
        caller, endpoint = errand.caller, errand.way.endpoint
        if self.switch.on and (refusal := permit(endpoint, caller.policy, switched_off=True)):
            return refusal
        return caller.ledger.take(endpoint, prepared, caller.policy.limits, flow.started_ms)

    async def _prepare(self, flow: Flow, visit: Visit, errand: Errand) -> Ready | Refusal:
        """Read the body and know what it is, cut out what is ours, have the key and the time at hand."""
        way, account, label = errand.way, errand.account, visit.head.first(b"content-type")
        has_body = visit.has_body
        if refusal := label_refusal(visit.head, has_body=has_body):
            return refusal
        body = await visit.read_body(self.settings.limits) if has_body else b""
        if isinstance(body, Refusal):
            return body
        if body:
            flow.client = visit.raw = RawRequest(visit.raw.method, visit.raw.target, visit.raw.headers, body)
        kind = body_kind(body, label)
        if refusal := body_refusal(kind):
            return refusal
        if errand.caller.signing and (refusal := await self._check_own_signature(flow, visit, errand)):
            return refusal
        if way.needs is not Needs.NONE:
            if account is None:
                return _NO_ACCOUNT
            flow.key = KeyInfo(account.name, account.signing.key_type, account.api_key)
        content_type, label_mended = outgoing_label(kind, label)
        prepared = prepare(visit.raw.query, body, kind, signed=way.needs is Needs.SIGNED)
        if self.settings.orders.add_client_order_id and way.needs is Needs.SIGNED:
            prepared = with_added_id(way.endpoint, prepared, flow.request_id)
        flow.prepared = prepared
        flow.findings += mended(way.endpoint, way.needs, prepared, label_mended=label_mended)
        clock = self.clocks.of(errand.environment, way.family)
        if way.needs is Needs.SIGNED:
            await self.clocks.ready(clock)
        flow.timings.permitted = self.local.monotonic()
        return Ready(visit, way, prepared, content_type, account, clock)

    async def _check_own_signature(self, flow: Flow, visit: Visit, errand: Errand) -> Refusal | None:
        """A client whose virtual secret is known signs itself: required right, or looked at after the answer."""
        caller = errand.caller
        if errand.way.needs is not Needs.SIGNED:
            return None
        flow.client_key = caller.known_key(visit.head)
        return await self.recorder.client_refusal(flow) if caller.signature == "require" else None

    def _sign(self, flow: Flow, ready: Ready) -> SignedRequest:
        """Sign last, and for each attempt anew; nothing touches the request afterwards."""
        way, raw = ready.route, ready.visit.raw
        if way.needs is Needs.SIGNED and ready.account is not None:
            flow.clock = ready.clock.reading()
            signed = sign(
                raw.method,
                raw.path,
                ready.prepared,
                ready.account.signing,
                timestamp_ms=flow.clock.exchange_ms,
                recv_window_ms=self.settings.signing.recv_window_ms,
            )
        else:
            signed = finish(raw.method, raw.path, ready.prepared, way.needs)
        flow.sent = signed
        flow.sent_headers = outgoing_headers(
            ready.visit.head,
            signed,
            host=flow.upstream.partition("://")[2],
            api_key=ready.account.api_key if ready.account else None,
            content_type=ready.content_type,
            client_type=self.settings.signing.client_type,
        )
        return signed

    async def _show(self, flow: Flow, ready: Ready) -> None:
        """The dry run: what would go out, to the client, and nothing to Binance."""
        signed = self._sign(flow, ready)
        shown = dry_run(ready.route.base, signed, flow.sent_headers)
        await ready.visit.answer(json_reply(shown, not_sent(flow.request_id)))

    async def _forward(self, flow: Flow, ready: Ready, lane: Lane) -> UpstreamAnswer:
        """Send, and heal one clock error: -1021 for our own timestamp is measured anew, signed, sent once more."""
        if ready.route.endpoint.mutates:
            await self.recorder.announce(flow)
        answer = await self._send(flow, ready, lane)
        if not 400 <= answer.status < 500:
            return answer
        code = await self.outlet.listen(lane, answer)
        if code != _TIMESTAMP_REFUSED or answer.status != 400 or flow.clock is None:
            return answer
        if not await ready.clock.refresh() or self.outlet.refusal(flow, lane):
            return answer
        answer = await self._send(flow, ready, lane)
        if 400 <= answer.status < 500:
            await self.outlet.listen(lane, answer)
        return answer

    async def _send(self, flow: Flow, ready: Ready, lane: Lane) -> UpstreamAnswer:
        octets = self._octets(flow, ready, ready.route.base)
        flow.execution = Execution.UNKNOWN
        answer = await self.outlet.send(flow, lane, octets, lambda: self._ask(flow, ready, lane, octets))
        flow.upstream = answer.base
        flow.attempts += answer.attempts
        flow.connection_reused = answer.reused
        times = flow.timings
        times.connected, times.sent, times.head = answer.connected_at, answer.sent_at, answer.head_at
        return answer

    def _ask(self, flow: Flow, ready: Ready, lane: Lane, octets: bytes) -> Awaitable[UpstreamAnswer]:
        """Send them, once; only what changes nothing may go again, and, on /api, to another host."""
        way = ready.route
        repeatable = ready.visit.raw.method == "GET" and not way.endpoint.mutates
        return self.sender.send(
            way.base,
            octets,
            repeatable=repeatable,
            again=lambda base: self._octets_again(flow, ready, lane, base),
            failover=repeatable and way.family is PrefixFamily.API,
        )

    def _octets(self, flow: Flow, ready: Ready, base: str) -> bytes:
        """The request for one host, signed now."""
        flow.upstream = base
        return serialise(self._sign(flow, ready), flow.sent_headers)

    def _octets_again(self, flow: Flow, ready: Ready, lane: Lane, base: str) -> bytes:
        """The same when a connection had to be made first: Binance may have asked to wait meanwhile."""
        self.outlet.require_no_hold(lane)
        return self._octets(flow, ready, base)


def _maybe_executed(flow: Flow) -> bool:
    """Whether the day's allowance stays used. A 4xx did nothing, but for 408, and 409: half a cancelReplace."""
    if flow.execution is Execution.NOT_SENT:
        return False
    return flow.answer is None or not 400 <= flow.answer.status < 500 or flow.answer.status in (408, 409)
