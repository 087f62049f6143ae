"""The admin port: health, version, metrics, kill switch. Ours alone; the gateway port has only Binance's paths."""

from dataclasses import dataclass
from typing import Final

import msgspec
from aiohttp import web

from proxy import __version__
from proxy.admin_token import AdminToken
from proxy.clock import Clocks
from proxy.core.errors import Refusal
from proxy.core.guard.door import GET_ONLY, Door, Head, admit_admin
from proxy.journal import Journal
from proxy.metrics import exposition
from proxy.pipeline import Pipeline
from proxy.server import OUR_HEADERS, Visit, refusal_response

_NOT_HERE: Final = Refusal(
    404,
    "not_found",
    "the admin port has /livez /readyz /version /metrics /read-only; Binance's paths are on the gateway port",
)
_TOKEN_WANTED: Final = Refusal(
    401,
    "token_required",
    "send the admin token as `Authorization: Bearer ...`; its file is named in the gateway's first line of output",
)


@dataclass(frozen=True, slots=True)
class Desk:
    """Answers what an operator asks."""

    pipeline: Pipeline
    journal: Journal
    clocks: Clocks
    token: AdminToken | None

    async def serve(self, request: web.BaseRequest) -> web.StreamResponse:
        visit = Visit(request)
        door = self.pipeline.door
        outcome = admit_admin(visit.head, Door(hosts=door.hosts)) or self._answer(visit.head)
        if isinstance(outcome, Refusal):
            outcome = refusal_response(outcome, self.pipeline.gate.next_id())
        return await visit.answer(outcome)

    def _answer(self, head: Head) -> web.Response | Refusal:
        match head.path:
            case b"/read-only":
                return self._switch(head)
            case _ if head.method != "GET":
                return GET_ONLY
            case b"/livez":
                return _json({"status": "alive", **self._warnings()})
            case b"/readyz":
                return self._ready()
            case b"/version":
                return _json({"version": __version__, **self._warnings()})
            case b"/metrics":
                text, kind = exposition(self.pipeline, self.journal, self.clocks)
                return web.Response(body=text, headers={"Content-Type": kind, **OUR_HEADERS})
        return _NOT_HERE

    def _switch(self, head: Head) -> web.Response | Refusal:
        """POST turns read-only on, DELETE back to the configured policies; GET only tells."""
        switch = self.pipeline.switch
        if head.method != "GET":
            if self.token is None or not self.token.fits(head.first(b"authorization")):
                return _TOKEN_WANTED
            switch.turn(head.method == "POST", "admin")
        return _json({"read_only": switch.on})

    def _ready(self) -> web.Response:
        """Ready means: requests are taken. An unknown exchange time or dropped records are told, not hidden."""
        draining = self.pipeline.gate.draining
        state = {
            "status": "draining" if draining else "ready",
            "exchange_time_known": any(clock.known for clock in self.clocks.all()),
            "journal_dropped": self.journal.dropped,
            "read_only": self.pipeline.switch.on,
            **self._warnings(),
        }
        return _json(state, 503 if draining else 200)

    def _warnings(self) -> dict[str, str]:
        unsafe = self.pipeline.settings.upstream.unsafe_url
        return {"warning": f"UNSAFE UPSTREAM: everything goes to {unsafe}, not to Binance"} if unsafe else {}


def _json(content: object, status: int = 200) -> web.Response:
    return web.Response(
        status=status,
        body=msgspec.json.encode(content),
        headers={"Content-Type": "application/json", **OUR_HEADERS},
    )
