"""The last door: what every request passes on its way out, and the first to hear its answer.

Holds (does Binance want to hear from us?), the brake (is there weight left for this?), identical public reads
(coalescing.py), and the count of who spent the weight.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from proxy.budget import Budget
from proxy.budget.budget import Errand
from proxy.clock import ExchangeClock
from proxy.coalescing import Coalescing
from proxy.core.answers import answer_code_and_message, decoded_body
from proxy.core.errors import Execution, Refusal, UpstreamError
from proxy.core.flow import Answer, Flow
from proxy.core.guard.door import Head
from proxy.core.routing import Route
from proxy.holds import Holds
from proxy.upstream import UpstreamAnswer

_MOST_OCTETS: Final = 64 * 1024
_SHORT: Final = 512
"""An answer of status 200 that is no longer than this may be an error in disguise."""

type Ask = Callable[[], Awaitable[UpstreamAnswer]]
"""Sends the request, and waits for the head of its answer."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """One for all requests. `account` is a name, "" where no account is used."""

    holds: Holds
    budget: Budget
    coalescing: Coalescing | None

    def refusal(self, flow: Flow, way: Route, account: str, clock: ExchangeClock) -> Refusal | None:
        """Why a request must not leave now."""
        if refusal := self.holds.refusal(way.endpoint, way.base, account):
            return refusal
        meter = self.budget.meter(way, account, clock)
        return self.budget.refusal(way.endpoint, meter, self.budget.weight(way.endpoint, flow))

    async def send(
        self, flow: Flow, way: Route, account: str, clock: ExchangeClock, head: Head, ask: Ask
    ) -> UpstreamAnswer:
        """`ask`, or the answer that an identical public read brings. Raises UpstreamError."""
        coalescing = self.coalescing
        if coalescing is None or not coalescing.may_share(way):
            return await self._ask(flow, way, account, clock, ask)
        key = coalescing.key(way, head)
        flow.shared = True  # an error that comes now is the other request's
        answer = await coalescing.join(key)
        if answer is not None:
            flow.weight = 0
            self.budget.spending.share(flow.client_name, way.base, way.endpoint)
            return answer
        flow.shared = False
        return await coalescing.lead(key, self._ask(flow, way, account, clock, ask))

    async def _ask(
        self, flow: Flow, way: Route, account: str, clock: ExchangeClock, ask: Ask
    ) -> UpstreamAnswer:
        """Send, and count what it weighs: while it is in flight, by the documentation; then by its answer."""
        budget = self.budget
        meter = budget.meter(way, account, clock)
        errand = Errand(meter, budget.weight(way.endpoint, flow), meter.ends)
        assumed = errand.assumed
        meter.in_flight += assumed
        try:
            answer = await ask()
            weight = budget.answered(way, account, errand, answer.status, answer.headers)
        except UpstreamError as error:
            if error.refusal.execution is not Execution.NOT_SENT:
                budget.spend(flow, way, errand, assumed)
            raise
        finally:
            meter.in_flight -= assumed
        budget.spend(flow, way, errand, weight)
        if answer.status != 403:
            self.holds.heard(way.base)
        return answer

    async def listen(
        self, way: Route, account: str, clock: ExchangeClock, answer: UpstreamAnswer
    ) -> UpstreamAnswer:
        """An answer of 400 or more may ask to wait. It is read, and given back to be relayed."""
        body = await answer.read_small(_MOST_OCTETS)
        self._note(way, account, clock, Answer(answer.status, answer.headers, body or b""))
        return answer.with_body(body)

    def overhear(self, flow: Flow, way: Route, account: str, clock: ExchangeClock) -> None:
        """A -1003 may come under any status, 200 too; where it does, the answer is short."""
        answer = flow.answer
        if (
            answer is not None
            and answer.status < 400
            and len(answer.body) <= _SHORT
            and _suspect(answer.body)
        ):
            self._note(way, account, clock, answer)

    def _note(self, way: Route, account: str, clock: ExchangeClock, answer: Answer) -> None:
        plain = decoded_body(answer, _MOST_OCTETS)
        code, message = answer_code_and_message(plain or b"")
        retry_after = answer.header(b"retry-after")
        self.holds.note(
            way.endpoint,
            way.base,
            account,
            status=answer.status,
            code=code,
            retry_after=None if retry_after is None else retry_after.decode("latin-1"),
            message=message,
            exchange_ms=clock.reading().exchange_ms,
        )
        self.budget.learn(self.budget.meter(way, account, clock), message)


def _suspect(body: bytes) -> bool:
    """Whether a code of the limits may be in it; what is compressed has to be looked into."""
    return b"-1003" in body or b"-1015" in body or body[:2] == b"\x1f\x8b"
