"""One question about an order: a signed GET of the gateway's own, with the account and on the host of the write."""

import asyncio
from typing import Final

import msgspec

from proxy.core.answer_code import answer_code
from proxy.core.catalogue import Catalogue, Needs, family_for
from proxy.core.errors import Refusal
from proxy.core.head import read_head
from proxy.core.order_lookup import Question
from proxy.core.routing import Route
from proxy.core.signing import prepare
from proxy.core.wire import BodyKind
from proxy.credentials.accounts import Account
from proxy.gateway.call import OutgoingRequest
from proxy.gateway.dispatch import Dispatcher
from proxy.limits.endpoint_limits import EndpointLimits
from proxy.limits.throttle import Throttle
from proxy.runtime.exchange_clock import ExchangeClock
from proxy.upstream.connection import SMALL_OCTETS
from proxy.upstream.faults import fault

_QUERY_SECONDS: Final = 5.0
_CLOCK_REFUSED: Final = -1021


class LookupRoute(msgspec.Struct, frozen=True):
    """With which account, to which host, by whose clock: those of the write."""

    account: Account
    base: str
    clock: ExchangeClock


class LookupAnswer(msgspec.Struct, frozen=True):
    """What the exchange answered, and the exchange time that was stamped on the question."""

    status: int
    body: bytes
    asked_ms: int


class OrderQuery:
    """Asks the exchange about orders. Holds are obeyed; the brake on reads is not for these."""

    def __init__(self, dispatcher: Dispatcher, throttle: Throttle, catalogue: Catalogue) -> None:
        self._dispatcher = dispatcher
        self._throttle = throttle
        self._catalogue = catalogue
        self._routes: dict[tuple[str, str], Route] = {}  # by path and host: as many as there are

    def held_seconds(self, route: LookupRoute, question: Question) -> float:
        """How long a hold forbids to ask; 0 without one."""
        refusal = self._throttle.hold_refusal(self._limits(route, question))
        return _retry_after(refusal) if refusal is not None else 0.0

    async def ask(self, route: LookupRoute, question: Question) -> LookupAnswer:
        """Ask once. Raises UpstreamError, also where no answer came within five seconds."""
        asked_ms = route.clock.reading().exchange_ms
        try:
            async with asyncio.timeout(_QUERY_SECONDS):
                answer = await self._dispatcher.ask(self._request(route, question), asked_ms)
                body = await answer.read_small(SMALL_OCTETS)
        except TimeoutError:
            raise fault("upstream_timeout", "head", "TimeoutError") from None
        if body is None:
            answer.close()
            raise fault("upstream_bad_answer", "body", "too large for an order")
        if answer_code(body) == _CLOCK_REFUSED:
            await route.clock.refresh()
        return LookupAnswer(answer.status, body, asked_ms)

    def _request(self, route: LookupRoute, question: Question) -> OutgoingRequest:
        limits = self._limits(route, question)
        return OutgoingRequest(
            head=read_head("GET", limits.route.endpoint.path.encode("ascii"), (1, 1), ()),
            route=limits.route,
            account=route.account,
            prepared=prepare(question.query, b"", BodyKind.EMPTY, signed=True),
            content_type=None,
            clock=route.clock,
            limits=limits,
        )

    def _limits(self, route: LookupRoute, question: Question) -> EndpointLimits:
        return self._throttle.limits(self._route(route.base, question), route.account.name, route.clock)

    def _route(self, base: str, question: Question) -> Route:
        path = question.lookup.ask
        known = self._routes.get((path, base))
        if known is None:
            endpoint = self._catalogue.find("GET", path)
            family = family_for(endpoint) if endpoint is not None else None
            if endpoint is None or family is None:
                raise LookupError(path)  # a test holds the data against the catalogue
            known = self._routes[path, base] = Route(endpoint, family, base, Needs.SIGNED)
        return known


def _retry_after(refusal: Refusal) -> float:
    return float(dict(refusal.headers).get("Retry-After", "1"))
