"""The admin port: health, version, metrics, kill switch, approvals. The gateway port has only Binance's paths."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Final

import msgspec

from proxy import __version__
from proxy.admin.confirmations import PATH, serve_confirmations
from proxy.admin.readiness import Readiness
from proxy.admin.token import AdminToken
from proxy.core.errors import Refusal
from proxy.core.guard.ingress import GET_ONLY, IngressPolicy, check_admin_head
from proxy.core.head import Head
from proxy.core.readings import Reading
from proxy.gateway.concurrency import ConcurrencyLimit
from proxy.gateway.confirmations import Confirmations
from proxy.gateway.kill_switch import KillSwitch
from proxy.gateway.reconciliation.open_lookups import Lookups
from proxy.gateway.reload import Reloaded
from proxy.journal import Journal
from proxy.limits.report import weight_report
from proxy.limits.throttle import Throttle
from proxy.runtime.exchange_clock import Clocks
from proxy.server import ClientRequest, Reply, json_reply, refusal_reply, reply

_NOT_HERE: Final = Refusal(
    404,
    "not_found",
    "the admin port has /livez /readyz /version /metrics /read-only /outcomes /weight /confirmations "
    "/reload; "
    "Binance's paths are on the gateway port",
)
_TOKEN_REQUIRED: Final = Refusal(
    401,
    "token_required",
    "send the admin token as `Authorization: Bearer ...`; its file is named in the gateway's first line of output",
)

_POST_ONLY: Final = Refusal(
    405, "method_not_allowed", "the configuration is read again by POST", headers=(("Allow", "POST"),)
)

METRICS: Final = "proxy.admin.metrics"
"""What must be loaded before `/metrics` can answer; it brings prometheus_client."""

type Source = Callable[[], Iterable[Reading]]
"""The readings of one room."""


class AdminApi(msgspec.Struct, frozen=True):
    """Answers what an operator asks."""

    policy: IngressPolicy
    token: AdminToken | None
    slots: ConcurrencyLimit
    kill_switch: KillSwitch
    confirmations: Confirmations
    lookups: Lookups
    throttle: Throttle
    journal: Journal
    clocks: Clocks
    readiness: Readiness
    reload: Callable[[str], Awaitable[Reloaded]]
    sources: tuple[Source, ...]
    load_metrics: Callable[[], Awaitable[None]]
    unsafe_url: str | None = None

    async def serve(self, request: ClientRequest) -> None:
        outcome = check_admin_head(request.head, self.policy) or await self._answer(request.head)
        if isinstance(outcome, Refusal):
            outcome = refusal_reply(outcome, self.slots.next_id())
        await request.answer(outcome)

    async def _answer(self, head: Head) -> Reply | Refusal:
        match head.path:
            case b"/read-only":
                return self._read_only(head)
            case b"/reload":
                return await self._reload(head)
            case path if path == PATH or path.startswith(PATH + b"/"):
                return (
                    serve_confirmations(self.confirmations, head)
                    if self._brings_token(head)
                    else _TOKEN_REQUIRED
                )
            case _ if head.method != "GET":
                return GET_ONLY
            case b"/livez":
                return json_reply({"status": "alive", **self._warnings()})
            case b"/readyz":
                return await self._ready()
            case b"/outcomes":
                return json_reply(self.lookups.report()) if self._brings_token(head) else _TOKEN_REQUIRED
            case b"/weight":
                return json_reply(weight_report(self.throttle.budget, self.throttle.holds.active_holds()))
            case b"/version":
                journal = await asyncio.to_thread(self.journal.facts)
                return json_reply({"version": __version__, "journal": journal, **self._warnings()})
            case b"/metrics":
                return await self._metrics()
        return _NOT_HERE

    def _brings_token(self, head: Head) -> bool:
        return self.token is not None and self.token.matches(head.first(b"authorization"))

    def _read_only(self, head: Head) -> Reply | Refusal:
        """POST turns read-only on, DELETE back to the configured policies; GET only tells."""
        if head.method != "GET":
            if not self._brings_token(head):
                return _TOKEN_REQUIRED
            self.kill_switch.turn(head.method == "POST", "admin")
        return json_reply({"read_only": self.kill_switch.on})

    async def _reload(self, head: Head) -> Reply | Refusal:
        """Read the configuration again. 409 where it cannot be used; then the one before stays in force."""
        if head.method != "POST":
            return _POST_ONLY
        if not self._brings_token(head):
            return _TOKEN_REQUIRED
        told = await self.reload("admin")
        answer = {
            "reloaded": told.in_force,
            "problems": told.problems,
            "needs_restart": told.waiting,
            "warnings": told.warnings,
        }
        return json_reply(answer, status=200 if told.in_force else 409)

    async def _ready(self) -> Reply:
        """Ready means: a request that is sent now is signed, reaches Binance, and is recorded, as far as is known."""
        draining, reasons = self.slots.draining, await self.readiness.reasons()
        state = {
            "status": "draining" if draining else "not_ready" if reasons else "ready",
            "reasons": [{"name": one.name, "says": one.says} for one in reasons],
            "exchange_time_known": any(clock.known for clock in self.clocks.all()),
            "journal_dropped": self.journal.dropped,
            "read_only": self.kill_switch.on,
            **self._warnings(),
        }
        return json_reply(state, status=503 if draining or reasons else 200)

    async def _metrics(self) -> Reply:
        await self.load_metrics()
        from proxy.admin.metrics import exposition  # noqa: PLC0415  # prometheus_client, loaded in the background

        text, kind = exposition(self._readings())
        return reply(200, {"Content-Type": kind}, text)

    def _readings(self) -> Iterator[Reading]:
        for source in self.sources:
            yield from source()

    def _warnings(self) -> dict[str, str]:
        unsafe = self.unsafe_url
        return {"warning": f"UNSAFE UPSTREAM: everything goes to {unsafe}, not to Binance"} if unsafe else {}
