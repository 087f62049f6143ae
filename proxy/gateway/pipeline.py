"""THE CORRIDOR: what happens to one call, in order.

accept -> admit (who asks) -> route (what is it) -> permit (is it allowed) -> receive its body -> take a slot (a body
that trickles in holds none) -> prepare -> settle repeats (was this order sent before, and its answer lost) -> confirm
(did a person approve it, where one must) -> reserve -> sign and forward -> answer, then, off the path, diagnose ->
redact -> record.
Whoever says no raises `RefusedError`, and the walk ends there; an `UpstreamError` is one, too. A 4xx of Binance is a
normal answer and passes untouched. A client that hangs up does not cancel a signed request.
"""

from dataclasses import dataclass, field, replace

from msgspec import structs

from proxy.clients.registry import ACCOUNT_DENIED, Caller, Clients
from proxy.core.catalogue import Environment
from proxy.core.errors import Execution, Refusal, RefusedError, UpstreamError
from proxy.core.flow import Flow, Timings
from proxy.core.guard.cors import page_headers, preflight_headers
from proxy.core.http.explained import outcome_in_words
from proxy.core.http.repairs import repair_header
from proxy.core.routing import Router
from proxy.core.settings import EnvironmentName
from proxy.credentials.accounts import Account
from proxy.gateway.call import Call, OutgoingRequest, Plan
from proxy.gateway.concurrency import ConcurrencyLimit
from proxy.gateway.confirmations import Confirmations
from proxy.gateway.dispatch import Dispatcher
from proxy.gateway.front_page import FrontPage
from proxy.gateway.guard import Guard
from proxy.gateway.intake import Intake
from proxy.gateway.reconciliation.reconciler import Reconciler
from proxy.gateway.recorder import Recorder
from proxy.gateway.relay import REPAIR_HEADER, Relay
from proxy.gateway.repeats import Repeats
from proxy.gateway.slow_lane import SlowLane
from proxy.gateway.written_policy import WrittenPolicy, is_local
from proxy.limits.throttle import Throttle
from proxy.runtime.clock import LocalClock
from proxy.server import Reply, header_lines, json_reply, not_sent, refusal_reply, reply


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Serves calls. Knows the rooms, not what happens inside them."""

    home: EnvironmentName
    """The environment of callers without an account."""
    environments: dict[str, Environment]
    local: LocalClock
    slots: ConcurrencyLimit
    front_page: FrontPage
    guard: Guard
    clients: Clients
    router: Router
    intake: Intake
    repeats: Repeats
    confirmations: Confirmations
    dispatcher: Dispatcher
    relay: Relay
    slow_lane: SlowLane
    throttle: Throttle
    reconciler: Reconciler
    recorder: Recorder
    written: WrittenPolicy = field(default_factory=WrittenPolicy)

    async def serve(self, call: Call) -> None:
        """Serve one call. What came of it is recorded, after it was answered."""
        if (own := self._own_answer(call)) is not None:
            await call.answer(own)
            return
        flow = self._accept(call)
        try:
            caller = self._admit(flow, call)
            plan = self._route(flow, call, caller)
            self.guard.permit(call.head, plan)
            body = await self.intake.receive(flow, call)
            with await self.slots.acquire(urgent=call.head.method != "GET"):
                plan = self._readmit(call, plan)
                request = await self.intake.prepare(flow, call, plan, body)
                await self.repeats.settle(flow, call, plan, request)
                plan = await self._confirm(flow, call, plan, request)
                allowance = await self.guard.reserve(flow, plan, request.prepared)
                try:
                    await self._exchange(flow, call, request)
                finally:
                    self.guard.settle(flow, allowance)
        except RefusedError as refused:
            await self._refuse(flow, call, refused.refusal)
        except Exception as error:
            _blame(flow, error)
            # the server answers it: 500, `internal_error`
            raise
        finally:
            flow.timings.done = self.local.monotonic()
            self.repeats.note_end(flow)
            self.recorder.finish(flow)

    def _own_answer(self, call: Call) -> Reply | None:
        """The page at `/`, and what the browser of an allowed page asks before it does: nothing comes of either."""
        if page := page_headers(call.head, self.guard.ingress):
            call.more_lines = header_lines(page)
            if (allowed := preflight_headers(call.head, self.guard.ingress)) is not None:
                return reply(204, dict(allowed), b"")
        asked = self.front_page.is_asked_for(call, self.guard.ingress)
        return self.front_page.reply(call.head) if asked else None

    def _accept(self, call: Call) -> Flow:
        """From here on there is a flow, whatever comes of it."""
        controls = call.head.controls
        return Flow(
            request_id=self.slots.next_id(),
            started_ms=self.local.unix_ms(),
            client=call.raw,
            timings=Timings(accepted=self.local.monotonic()),
            dry_run=controls.dry_run,
            timed=controls.timing,
        )

    def _admit(self, flow: Flow, call: Call) -> Caller:
        """Who asks? First whether anybody may ask like this, then the client by its virtual key."""
        self.guard.check_head(call.head)
        caller = self.clients.authenticate(call.head, flow.started_ms)
        flow.client_name = caller.name
        return caller

    def _route(self, flow: Flow, call: Call, caller: Caller) -> Plan:
        """What is asked for, with which account, and where does it go? The account decides the environment."""
        account = caller.account_for(call.head)
        environment = self.environments[account.environment if account else self.home]
        route = self.router.route(call.head, environment)
        flow.endpoint, flow.upstream, flow.environment = route.endpoint, route.base, environment.name
        return Plan(caller, account, environment, route)

    async def _confirm(self, flow: Flow, call: Call, plan: Plan, request: OutgoingRequest) -> Plan:
        """A person is asked for what the policy of this moment lets through, and for nothing else; what may be done
        is asked once more when it leaves. The plan as it is then."""
        plan = self._readmit(call, plan)
        if self.confirmations.concern(flow, plan):
            self.guard.settle(flow, await self.guard.reserve(flow, plan, request.prepared))
            await self.confirmations.require(flow, call, plan, request)
            self.clients.refresh()
            plan = self._readmit(call, plan)
        return plan

    def _readmit(self, call: Call, plan: Plan) -> Plan:
        """The plan of a write by what its client may now: while a body came in, or a person was asked, its key or the
        client token may have been revoked, or its rights cut. A read keeps its plan. Raises RefusedError."""
        if not plan.route.endpoint.mutates:
            return plan
        self.guard.check_head(call.head)
        caller = self.clients.authenticate(call.head, self.local.unix_ms())
        if caller is plan.caller:
            return plan
        plan = structs.replace(plan, caller=caller)
        if not _same_account(caller.account_for(call.head), plan.account):
            raise RefusedError(ACCOUNT_DENIED)
        self.guard.permit(call.head, plan)
        return plan

    async def _exchange(self, flow: Flow, call: Call, request: OutgoingRequest) -> None:
        """Sign, forward, answer; or show what would go out. A write that ends unknown is looked up."""
        if flow.dry_run:
            shown = self.dispatcher.show(flow, request)
            await call.answer(json_reply(shown, {**not_sent(flow.request_id), **dict(_repairs(flow))}))
            return
        writes = request.route.endpoint.mutates
        try:
            answer = await self.dispatcher.send(flow, request)
            if writes and Execution.after(answer.status) is Execution.UNKNOWN:
                await self.reconciler.hold_back(flow, answer, request.account, request.clock)
            await self.relay.pass_on(flow, call, answer)
            self.throttle.learn_from_answer(flow, request.limits)
        except UpstreamError as error:
            flow.failed(error)
            await self._tell_outcome(flow, call, request, error)
        finally:
            if writes and flow.execution is Execution.UNKNOWN:
                # once: whoever waited for the outcome has begun it
                self.reconciler.start_lookup(flow, request.account, request.clock)

    async def _tell_outcome(
        self, flow: Flow, call: Call, request: OutgoingRequest, error: UpstreamError
    ) -> None:
        """Where a write's own answer was lost, ours says what the exchange knows of it."""
        refusal = error.refusal
        if flow.unknown_write:
            await self.reconciler.await_outcome(flow, request.account, request.clock)
        if flow.outcome:
            refusal = replace(refusal, headers=(*refusal.headers, ("X-Gateway-Outcome", flow.outcome)))
            if self.relay.explains(call):
                refusal = replace(refusal, message=f"{refusal.message}. {outcome_in_words(flow.outcome)}")
        raise RefusedError(refusal) from error

    async def _refuse(self, flow: Flow, call: Call, refusal: Refusal) -> None:
        refusal = self.written.advised(refusal, local=is_local(call))
        flow.refused(refusal, client_gone=call.gone)
        refusal = replace(refusal, headers=(*refusal.headers, *_repairs(flow)))
        await self.slow_lane.pass_through(flow)
        try:
            await call.answer(refusal_reply(refusal, flow.request_id))
        except Exception as error:
            _blame(flow, error)
            raise


def _same_account(now: Account | None, then: Account | None) -> bool:
    """Its key may have been exchanged meanwhile: the request ends with the one that it began with."""
    if now is None or then is None:
        return now is then
    return (now.name, now.environment) == (then.name, then.environment)


def _repairs(flow: Flow) -> tuple[tuple[str, str], ...]:
    """The header that tells what was mended, for an answer of the gateway's own."""
    told = repair_header(flow.findings)
    return ((REPAIR_HEADER, told),) if told is not None else ()


def _blame(flow: Flow, error: Exception) -> None:
    """A mistake of this program. The record never has its text, which may quote the request."""
    flow.fault_stage, flow.fault = "gateway", type(error).__name__
