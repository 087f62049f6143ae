"""The last door: what every request passes on its way out, and the first to hear its answer.

Holds (does Binance want to hear from us?), the brake (is there weight left for this?), identical public reads
(coalescing.py), and the count of who spent the weight.
"""

from collections.abc import Awaitable, Callable
from typing import Final

from proxy.budget import ASSUMED, Budget, Lane
from proxy.clock import ExchangeClock
from proxy.coalescing import Coalescing
from proxy.core.answers import answer_code_and_message, decoded_body
from proxy.core.errors import Execution, Refusal, UpstreamError
from proxy.core.flow import Answer, Flow
from proxy.core.routing import Route
from proxy.holds import Holds
from proxy.upstream import SMALL_OCTETS, UpstreamAnswer

_SHORT: Final = 512
"""An answer of status 200 that is no longer than this may be an error in disguise."""

type Ask = Callable[[], Awaitable[UpstreamAnswer]]
"""Sends the request, and waits for the head of its answer."""


class Outlet:
    """One for all requests. Each has a lane: the way it takes, with which account, and what is known of its kind."""

    def __init__(self, holds: Holds, budget: Budget, coalescing: Coalescing | None) -> None:
        self.holds = holds
        self.budget = budget
        self._coalescing = coalescing

    def lane(self, way: Route, account: str, clock: ExchangeClock) -> Lane:
        """`account` is a name, "" where no account is used; `clock` judges requests of this way."""
        return self.budget.lane(way, account, clock)

    def refusal(self, flow: Flow, lane: Lane) -> Refusal | None:
        """Why a request must not leave now."""
        if refusal := self._held(lane):
            return refusal
        self.budget.roll()
        weight = self.budget.weight(lane, flow) if lane.weight is None else lane.weight
        return self.budget.refusal(lane, weight)

    def require_no_hold(self, lane: Lane) -> None:
        """Raises UpstreamError (`not_sent`) if a hold began since `refusal` was asked, here or in another gateway."""
        if refusal := self._held(lane):
            raise UpstreamError(refusal, "connect", "HoldBegan")

    def send(self, flow: Flow, lane: Lane, octets: bytes, ask: Ask) -> Awaitable[UpstreamAnswer]:
        """`ask`, or the answer that an identical public read brings. Raises UpstreamError when awaited.

        `octets`: the whole request as it would go out, by which identical ones are known.
        """
        coalescing = self._coalescing
        if coalescing is None or not lane.shareable:
            return self._ask(lane, flow, ask)
        if coalescing.can_join(octets):
            return self._follow(coalescing, lane, flow, octets, ask)
        return coalescing.lead(octets, self._ask(lane, flow, ask))

    async def _follow(
        self, coalescing: Coalescing, lane: Lane, flow: Flow, octets: bytes, ask: Ask
    ) -> UpstreamAnswer:
        """What another request brings; if that cannot be shared, ask after all."""
        flow.shared = True  # so is an error that comes now
        answer = await coalescing.join(octets)
        if answer is not None:
            self.budget.share(flow, lane)
            return answer
        flow.shared = False
        self.require_no_hold(lane)
        return await coalescing.lead(octets, self._ask(lane, flow, ask))

    async def _ask(self, lane: Lane, flow: Flow, ask: Ask) -> UpstreamAnswer:
        """Send, and count what it weighs: while it is in flight, by the documentation; then by its answer."""
        budget, meter = self.budget, lane.meter
        window = meter.ends
        weight = budget.weight(lane, flow) if lane.weight is None else lane.weight
        assumed = ASSUMED if weight is None else weight
        meter.in_flight += assumed
        try:
            answer = await ask()
            spent = budget.answered(lane, window, weight, answer.status, answer.headers)
        except UpstreamError as error:
            if error.refusal.execution is not Execution.NOT_SENT:
                budget.spend(flow, lane, assumed, window)
            raise
        finally:
            meter.in_flight -= assumed
        budget.spend(flow, lane, spent, window)
        if self.holds.firewall and answer.status != 403:
            self.holds.heard(lane.way.base)
        return answer

    async def listen(self, lane: Lane, answer: UpstreamAnswer) -> int | str | None:
        """An answer of 4xx may ask to wait. It is read, and can be read again; its code, if it has one."""
        body = await answer.peek_small(SMALL_OCTETS)
        return self._note(lane, Answer(answer.status, answer.headers, body or b""))

    def overhear(self, flow: Flow, lane: Lane) -> None:
        """A -1003 may come under any status, 200 too; where it does, the answer is short."""
        answer = flow.answer
        if answer is None or len(answer.body) > _SHORT or 400 <= answer.status < 500:
            return
        if _suspect(answer.body):
            self._note(lane, answer)

    def _held(self, lane: Lane) -> Refusal | None:
        return self.holds.refusal(lane.way.endpoint, lane.way.base, lane.account)

    def _note(self, lane: Lane, answer: Answer) -> int | str | None:
        plain = decoded_body(answer, SMALL_OCTETS)
        code, message = answer_code_and_message(plain or b"")
        retry_after = answer.header(b"retry-after")
        self.holds.note(
            lane.way.endpoint,
            lane.way.base,
            lane.account,
            status=answer.status,
            code=code,
            retry_after=None if retry_after is None else retry_after.decode("latin-1"),
            message=message,
            exchange_ms=lane.clock.reading().exchange_ms,
        )
        self.budget.learn(lane.meter, message)
        return code


def _suspect(body: bytes) -> bool:
    """Whether a code of the limits may be in it; what is compressed has to be looked into."""
    return b"-1003" in body or b"-1015" in body or body[:2] == b"\x1f\x8b"
