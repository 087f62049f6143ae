"""Every request passes here last on its way out, and its answer first on the way back.

Holds (did Binance ask us to wait?), the brake (is there weight left for this?), identical public reads
(shared_reads.py), and the count of who spent the weight.
"""

from collections.abc import Awaitable, Callable, Iterator
from typing import Final

from proxy.core.answer_code import answer_code_and_message, decoded_body
from proxy.core.errors import Execution, Refusal, UpstreamError
from proxy.core.flow import Answer, Flow
from proxy.core.readings import Reading
from proxy.core.routing import Route
from proxy.limits.endpoint_limits import EndpointLimits
from proxy.limits.holds import Holds
from proxy.limits.shared_reads import SharedReads
from proxy.limits.weight import ASSUMED, WeightBudget
from proxy.runtime.exchange_clock import ExchangeClock
from proxy.upstream.connection import SMALL_OCTETS
from proxy.upstream.response import UpstreamResponse

_SHORT: Final = 512
"""An answer of status 200 that is no longer than this may be an error in disguise."""

_ROLL_SECONDS: Final = 0.1
"""How often requests look whether a minute is over; where one meets its limit, it is asked at once."""

type Ask = Callable[[], Awaitable[UpstreamResponse]]
"""Sends the request, and waits for the head of its answer."""


class Throttle:
    """One for all requests. Each brings the `EndpointLimits` of its endpoint and account."""

    def __init__(self, holds: Holds, budget: WeightBudget, shared_reads: SharedReads | None) -> None:
        self.holds = holds
        self.budget = budget
        self._shared_reads = shared_reads
        self._roll_at = 0.0  # on the clock of the flows

    def readings(self) -> Iterator[Reading]:
        yield from self.budget.readings()
        yield from self.holds.readings()

    def limits(self, route: Route, account: str, clock: ExchangeClock) -> EndpointLimits:
        """`account` is a name, "" where no account is used; `clock`: the exchange's own."""
        return self.budget.limits(route, account, clock)

    def refusal(self, flow: Flow, limits: EndpointLimits) -> Refusal | None:
        """Why a request must not leave now."""
        if refusal := self.hold_refusal(limits):
            return refusal
        now = flow.timings.permitted or 0.0
        if now >= self._roll_at:
            self._roll_at = now + _ROLL_SECONDS
            self.budget.begin_minutes()
        weight = self.budget.weight(limits, flow) if limits.weight is None else limits.weight
        return self.budget.refusal(limits, weight)

    def require_no_hold(self, limits: EndpointLimits) -> None:
        """Raises UpstreamError (`not_sent`) if a hold began since `refusal` was asked, here or in another gateway."""
        if refusal := self.hold_refusal(limits):
            raise UpstreamError(refusal, "connect", "HoldBegan")

    def send(
        self, flow: Flow, limits: EndpointLimits, octets: bytes, ask: Ask
    ) -> Awaitable[UpstreamResponse]:
        """What `ask` brings, or the answer of an identical public read under way. Raises UpstreamError when awaited.

        `octets`: the whole request as it would go out, by which identical ones are known.
        """
        shared_reads = self._shared_reads
        if shared_reads is None or not limits.shareable:
            return self._ask(limits, flow, ask)
        if shared_reads.can_join(octets):
            return self._follow(shared_reads, limits, flow, octets, ask)
        return shared_reads.lead(octets, self._ask(limits, flow, ask))

    async def _follow(
        self, shared_reads: SharedReads, limits: EndpointLimits, flow: Flow, octets: bytes, ask: Ask
    ) -> UpstreamResponse:
        """What another request brings; if that cannot be shared, ask after all."""
        flow.shared = True  # so is an error that comes now
        answer = await shared_reads.join(octets)
        if answer is not None:
            self.budget.note_shared(flow, limits)
            return answer
        flow.shared = False
        self.require_no_hold(limits)
        return await shared_reads.lead(octets, self._ask(limits, flow, ask))

    async def _ask(self, limits: EndpointLimits, flow: Flow, ask: Ask) -> UpstreamResponse:
        """Send, and count what it weighs: while it is in flight, by the documentation; then by its answer."""
        budget, meter = self.budget, limits.meter
        window = meter.ends
        weight = budget.weight(limits, flow) if limits.weight is None else limits.weight
        assumed = ASSUMED if weight is None else weight
        meter.in_flight += assumed
        try:
            answer = await ask()
            spent = budget.settle(limits, window, weight, answer.status, answer.headers)
        except UpstreamError as error:
            if error.refusal.execution is not Execution.NOT_SENT:
                budget.note_spent(flow, limits, assumed, window)
            raise
        finally:
            meter.in_flight -= assumed
        budget.note_spent(flow, limits, spent, window)
        if self.holds.firewall and answer.status != 403:
            self.holds.host_answered(limits.route.base)
        return answer

    async def learn_from_error(self, limits: EndpointLimits, answer: UpstreamResponse) -> int | str | None:
        """An answer of 4xx may ask to wait. It is read, and can be read again; its code, if it has one."""
        body = await answer.peek_small(SMALL_OCTETS)
        return self._note(limits, Answer(answer.status, answer.headers, body or b""))

    def learn_from_answer(self, flow: Flow, limits: EndpointLimits) -> None:
        """A -1003 may come under any status, 200 too; where it does, the answer is short."""
        answer = flow.answer
        if answer is None or len(answer.body) > _SHORT or 400 <= answer.status < 500:
            return
        if _may_hold_limit_code(answer.body):
            self._note(limits, answer)

    def hold_refusal(self, limits: EndpointLimits) -> Refusal | None:
        """A refusal while a hold covers such requests."""
        return self.holds.refusal(limits.route.endpoint, limits.route.base, limits.account)

    def _note(self, limits: EndpointLimits, answer: Answer) -> int | str | None:
        plain = decoded_body(answer, SMALL_OCTETS)
        code, message = answer_code_and_message(plain or b"")
        retry_after = answer.header(b"retry-after")
        self.holds.note(
            limits.route.endpoint,
            limits.route.base,
            limits.account,
            status=answer.status,
            code=code,
            retry_after=None if retry_after is None else retry_after.decode("latin-1"),
            message=message,
            exchange_ms=limits.clock.reading().exchange_ms,
        )
        self.budget.learn(limits.meter, message)
        return code


def _may_hold_limit_code(body: bytes) -> bool:
    """Whether a code of the limits may be in it; compressed answers always might."""
    return b"-1003" in body or b"-1015" in body or body[:2] == b"\x1f\x8b"
