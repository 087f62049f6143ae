"""The admin port: health, version, metrics, kill switch. Ours alone; the gateway port has only Binance's paths."""

from typing import Final

import msgspec

from proxy import __version__
from proxy.admin_token import AdminToken
from proxy.budget import weight_report
from proxy.clock import Clocks
from proxy.core.errors import Refusal
from proxy.core.guard.door import GET_ONLY, Door, Head, admit_admin
from proxy.journal import Journal
from proxy.late import LateModules
from proxy.pipeline import Pipeline
from proxy.server import Reply, Visit, json_reply, refusal_reply, reply

_NOT_HERE: Final = Refusal(
    404,
    "not_found",
    "the admin port has /livez /readyz /version /metrics /read-only /outcomes /weight; Binance's paths are on the "
    "gateway port",
)
_TOKEN_WANTED: Final = Refusal(
    401,
    "token_required",
    "send the admin token as `Authorization: Bearer ...`; its file is named in the gateway's first line of output",
)


class Desk(msgspec.Struct, frozen=True):
    """Answers what an operator asks."""

    pipeline: Pipeline
    journal: Journal
    clocks: Clocks
    token: AdminToken | None
    late: LateModules

    async def serve(self, visit: Visit) -> None:
        door = self.pipeline.door
        outcome = admit_admin(visit.head, Door(hosts=door.hosts)) or await self._answer(visit.head)
        if isinstance(outcome, Refusal):
            outcome = refusal_reply(outcome, self.pipeline.gate.next_id())
        await visit.answer(outcome)

    async def _answer(self, head: Head) -> Reply | Refusal:
        match head.path:
            case b"/read-only":
                return self._switch(head)
            case _ if head.method != "GET":
                return GET_ONLY
            case b"/livez":
                return json_reply({"status": "alive", **self._warnings()})
            case b"/readyz":
                return self._ready()
            case b"/outcomes":
                if self.token is None or not self.token.fits(head.first(b"authorization")):
                    return _TOKEN_WANTED
                return json_reply(self.pipeline.outcomes.board.shown())
            case b"/weight":
                outlet = self.pipeline.outlet
                return json_reply(weight_report(outlet.budget, outlet.holds.under_way()))
            case b"/version":
                return json_reply({"version": __version__, **self._warnings()})
            case b"/metrics":
                await self.late.load()
                from proxy.metrics import exposition  # noqa: PLC0415  # prometheus_client, loaded late

                text, kind = exposition(self.pipeline, self.journal, self.clocks)
                return reply(200, {"Content-Type": kind}, text)
        return _NOT_HERE

    def _switch(self, head: Head) -> Reply | Refusal:
        """POST turns read-only on, DELETE back to the configured policies; GET only tells."""
        switch = self.pipeline.switch
        if head.method != "GET":
            if self.token is None or not self.token.fits(head.first(b"authorization")):
                return _TOKEN_WANTED
            switch.turn(head.method == "POST", "admin")
        return json_reply({"read_only": switch.on})

    def _ready(self) -> Reply:
        """Ready means: requests are taken. An unknown exchange time or dropped records are told, not hidden."""
        draining = self.pipeline.gate.draining
        state = {
            "status": "draining" if draining else "ready",
            "exchange_time_known": any(clock.known for clock in self.clocks.all()),
            "journal_dropped": self.journal.dropped,
            "read_only": self.pipeline.switch.on,
            **self._warnings(),
        }
        return json_reply(state, status=503 if draining else 200)

    def _warnings(self) -> dict[str, str]:
        unsafe = self.pipeline.settings.upstream.unsafe_url
        return {"warning": f"UNSAFE UPSTREAM: everything goes to {unsafe}, not to Binance"} if unsafe else {}
