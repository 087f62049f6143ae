"""Two pairs of eyes: operations that a policy names leave only after a person has approved them.

In `wait` mode the request itself waits, in the memory of this gateway, for at most a minute, and only as long as its
client does. In `ticket` mode it is refused with an id, and carried out once when it is sent again after the approval
(`proxy.clients.tickets`). Who approves does so on the admin port, with its token.
"""

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Iterator
from typing import Any, Final

import structlog
from msgspec import Struct, field

from proxy.clients.tickets import (
    MOST,
    MOST_OF_ONE_CLIENT,
    Shown,
    State,
    Ticket,
    Tickets,
    TicketsUnavailableError,
    TooManyError,
    new_id,
)
from proxy.core.catalogue.operations import operation_of
from proxy.core.errors import Refusal, RefusedError
from proxy.core.flow import Flow
from proxy.core.guard.confirm import ConfirmRule, longest_wait, needs_confirmation
from proxy.core.http.outgoing import PASSED_ON
from proxy.core.readings import Reading, counters, gauge
from proxy.core.wire import find_pairs, pair_name, split_pairs
from proxy.gateway.call import Call, OutgoingRequest, Plan
from proxy.runtime.clock import LocalClock

_LOG: Final = structlog.get_logger("confirmations")
_LOOK_SECONDS: Final = 0.05
"""How soon it is noticed that a waiting client hung up. An approval looks for itself."""
_MOST_REMEMBERED: Final = 500
_WINDOW: Final = b"recvWindow"

_EXPIRED: Final = Refusal(
    403,
    "confirmation_expired",
    "a person must approve this operation, and nobody did in time; ask for it again while somebody is there "
    "(signing-proxy approve)",
)
_REFUSED: Final = Refusal(403, "confirmation_refused", "a person refused this operation")
_TOO_MANY: Final = Refusal(
    429,
    "too_many_confirmations",
    f"as many operations wait for a person as may ({MOST_OF_ONE_CLIENT} of one client, {MOST} in all); have them "
    "approved or refused first",
)
UNAVAILABLE: Final = Refusal(
    503,
    "confirmation_unavailable",
    "policy.sqlite beside the journal, which holds the approvals, cannot be used now; see to the disk, and try again",
)


class _Waiting(Struct, eq=False):
    """A request that waits. `until`: on the steady clock, seconds."""

    id: str
    shown: Shown
    call: Call
    until: float
    state: State = State.WAITING
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def turn(self, state: State) -> None:
        self.state = state
        self.changed.set()


class Confirmations(Struct):
    """Who waits for a person, and what the person said."""

    tickets: Tickets
    local: LocalClock
    draining: bool = False
    counts: Counter[str] = field(default_factory=Counter)
    _waiting: dict[str, _Waiting] = field(default_factory=dict)
    _ended: OrderedDict[str, State] = field(default_factory=OrderedDict)
    """Of those that waited here, what became of the last ones."""

    def concern(self, flow: Flow, plan: Plan) -> bool:
        """Whether a person must approve it."""
        return not flow.dry_run and needs_confirmation(plan.route.endpoint, plan.caller.policy.confirm)

    async def require(self, flow: Flow, call: Call, plan: Plan, request: OutgoingRequest) -> None:
        """Return at once where no approval is needed, else as soon as it is there. Raises RefusedError."""
        rule = plan.caller.policy.confirm
        if rule is None or not self.concern(flow, plan):
            return
        shown = _shown(flow, plan, request)
        if rule.mode == "ticket":
            self._use_ticket(request, shown)
        else:
            await self._wait(call, rule, request, shown)
        flow.timings.permitted = self.local.monotonic()  # so that the waiting counts as a part of permitting

    def stop(self) -> None:
        """The gateway shuts down: nobody waits any more."""
        self.draining = True
        for waiting in self._waiting.values():
            if waiting.state is State.WAITING:
                waiting.turn(State.EXPIRED)

    def living(self) -> list[dict[str, Any]]:
        """All that can be approved here, and tickets that were and are not used yet. Raises
        TicketsUnavailableError."""
        found = [self._report(one) for one in self._waiting.values() if self._is_open(one)]
        now_ms = self.local.unix_ms()
        tickets = self.tickets.living(now_ms) if self.tickets.exists else []
        return found + [_ticket_report(one, now_ms) for one in tickets]

    def find(self, confirmation_id: str) -> dict[str, Any] | State | None:
        """One of those; what became of it if it has ended; None where it is not known. Raises
        TicketsUnavailableError."""
        waiting = self._waiting.get(confirmation_id)
        if waiting is not None:
            return self._report(waiting) if self._is_open(waiting) else _end_of(waiting)
        if confirmation_id in self._ended:
            return self._ended[confirmation_id]
        now_ms = self.local.unix_ms()
        ticket = self.tickets.find(confirmation_id, now_ms) if self.tickets.exists else None
        if ticket is None or ticket.state not in (State.WAITING, State.APPROVED):
            return ticket.state if ticket is not None else None
        return _ticket_report(ticket, now_ms)

    def decide(self, confirmation_id: str, *, approved: bool) -> dict[str, Any] | State | None:
        """Approve or refuse. Its report as it is now; what became of it before if it was too late; None where it is
        not known. Raises TicketsUnavailableError."""
        wanted = State.APPROVED if approved else State.REFUSED
        waiting = self._waiting.get(confirmation_id)
        if waiting is None:
            return self._ended.get(confirmation_id) or self._decide_ticket(confirmation_id, wanted)
        if not self._is_open(waiting):
            return _end_of(waiting)
        waiting.turn(wanted)
        self._tell(wanted, waiting.id, waiting.shown)
        return self._report(waiting)

    def readings(self) -> Iterator[Reading]:
        yield gauge("confirmations_waiting", "Requests held until a person approves them", len(self._waiting))
        counts = (((what,), self.counts[what]) for what in sorted(self.counts))
        says = "Operations that a person had to approve, by what became of them"
        yield counters("confirmations", says, ("outcome",), counts)

    def _use_ticket(self, request: OutgoingRequest, shown: Shown) -> None:
        """Return if there is an approval, which is used up by this. Raises RefusedError."""
        known_by = _identity(request, shown)
        try:
            ticket, is_new = self.tickets.ask(known_by, shown, self.local.unix_ms())
        except TooManyError:
            raise RefusedError(_TOO_MANY) from None
        except TicketsUnavailableError:
            raise RefusedError(UNAVAILABLE) from None
        if ticket.state is State.USED:
            self._tell(State.USED, ticket.id, shown)
            return
        if ticket.state is State.REFUSED:
            raise RefusedError(_REFUSED)
        if is_new:
            self.counts["required"] += 1
            _announce(ticket.id, shown)
        raise RefusedError(_required(ticket.id))

    async def _wait(self, call: Call, rule: ConfirmRule, request: OutgoingRequest, shown: Shown) -> None:
        """Return once it is approved. Raises RefusedError."""
        of_client = sum(one.shown.client == shown.client for one in self._waiting.values())
        if len(self._waiting) >= MOST or of_client >= MOST_OF_ONE_CLIENT:
            raise RefusedError(_TOO_MANY)
        seconds = longest_wait(request.route.endpoint, rule)
        waiting = _Waiting(new_id(), shown, call, self.local.steady() + seconds)
        self._waiting[waiting.id] = waiting
        _announce(waiting.id, shown)
        try:
            while self._is_open(waiting):
                await _look_again(waiting.changed)
        finally:
            del self._waiting[waiting.id]
            self._remember(waiting.id, _end_of(waiting))
        if waiting.state is State.REFUSED:
            raise RefusedError(_REFUSED)
        if waiting.state is not State.APPROVED:
            self._tell(State.EXPIRED, waiting.id, shown)
            raise RefusedError(_EXPIRED)

    def _is_open(self, waiting: _Waiting) -> bool:
        """Whether it can still be approved: its time is not up, and its client is there to hear of it."""
        if waiting.state is not State.WAITING:
            return False
        return not self.draining and not waiting.call.gone and self.local.steady() < waiting.until

    def _decide_ticket(self, ticket_id: str, wanted: State) -> dict[str, Any] | State | None:
        if not self.tickets.exists:
            return None
        now_ms = self.local.unix_ms()
        decided = self.tickets.decide(ticket_id, approved=wanted is State.APPROVED, now_ms=now_ms)
        if decided is None:
            return None
        ticket, changed = decided
        if not changed:
            return ticket.state
        self._tell(wanted, ticket.id, ticket.shown)
        return _ticket_report(ticket, now_ms)

    def _remember(self, confirmation_id: str, end: State) -> None:
        self._ended[confirmation_id] = end
        while len(self._ended) > _MOST_REMEMBERED:
            self._ended.popitem(last=False)

    def _tell(self, state: State, confirmation_id: str, shown: Shown) -> None:
        """Count and log what became of one."""
        self.counts[state.value] += 1
        _LOG.info(f"confirmation_{state.value}", id=confirmation_id, **_facts(shown))

    def _report(self, waiting: _Waiting) -> dict[str, Any]:
        left = max(waiting.until - self.local.steady(), 0.0)
        return _report(waiting.id, "wait", waiting.state, left, waiting.shown)


async def _look_again(changed: asyncio.Event) -> None:
    """Wait for news, at most for a moment."""
    try:
        async with asyncio.timeout(_LOOK_SECONDS):
            await changed.wait()
    except TimeoutError:
        pass


def _end_of(waiting: _Waiting) -> State:
    """What is said of one that cannot be approved any more."""
    match waiting.state:
        case State.APPROVED:
            return State.USED
        case State.WAITING:
            return State.EXPIRED
    return waiting.state


def _shown(flow: Flow, plan: Plan, request: OutgoingRequest) -> Shown:
    """What a person will see. Raises RefusedError if it cannot be shown."""
    from proxy.core.guard.description import describe  # noqa: PLC0415  # not at start: it brings the parameters

    endpoint = request.route.endpoint
    return Shown(
        operation=operation_of(endpoint).value,
        endpoint=endpoint.name,
        client=plan.caller.name or "",
        account=request.account.name if request.account else "",
        environment=flow.environment,
        host=request.route.base.partition("://")[2],
        values=describe(endpoint, request.prepared),
    )


def _identity(request: OutgoingRequest, shown: Shown) -> tuple[bytes, ...]:
    """All that makes a request the same as another: who asks, with which key, for what, where, octet for octet, and
    with which headers that the exchange heeds.

    Without what signing adds, and without the caller's own recvWindow.
    """
    prepared, route = request.prepared, request.route
    names = (shown.client, shown.account, shown.environment, route.base, route.needs.value, shown.endpoint)
    key = request.account.api_key.encode() if request.account else b""
    query, body = _without_window(prepared.query), prepared.body
    if prepared.form:
        body = _without_window(body)
    headers = (request.content_type, *(request.head.first(name.lower()) for name in PASSED_ON))
    return (
        *(name.encode() for name in names),
        *(key, query, prepared.body_kind.value.encode(), body),
        *(b"" if value is None else b"=" + value for value in headers),
    )


def _without_window(raw: bytes) -> bytes:
    if not find_pairs(raw, _WINDOW):
        return raw
    return b"&".join(pair for pair in split_pairs(raw) if pair_name(pair) != _WINDOW)


def _required(ticket_id: str) -> Refusal:
    return Refusal(
        403,
        "confirmation_required",
        f"a person must approve this operation: signing-proxy approve {ticket_id}; then send the same request again, "
        "within 10 minutes",
        headers=(("X-Gateway-Confirmation", ticket_id),),
        fields=(("confirmation", ticket_id),),
    )


def _announce(confirmation_id: str, shown: Shown) -> None:
    _LOG.warning(
        "confirmation_waiting",
        id=confirmation_id,
        **_facts(shown),
        type=f"signing-proxy approve {confirmation_id}",
    )


def _facts(shown: Shown) -> dict[str, str]:
    return {"operation": shown.operation, "client": shown.client or "local"}


def _ticket_report(ticket: Ticket, now_ms: int) -> dict[str, Any]:
    return _report(ticket.id, "ticket", ticket.state, max(ticket.until_ms - now_ms, 0) / 1000, ticket.shown)


def _report(
    confirmation_id: str, mode: str, state: State, seconds_left: float, shown: Shown
) -> dict[str, Any]:
    """For the admin port."""
    return {
        "id": confirmation_id,
        "state": state.value,
        "mode": mode,
        "seconds_left": round(seconds_left, 1),
        "operation": shown.operation,
        "endpoint": shown.endpoint,
        "client": shown.client or None,
        "account": shown.account or None,
        "environment": shown.environment,
        "host": shown.host,
        "values": shown.values,
    }
