"""The admin port: health, version, metrics. Ours alone; the gateway port has only Binance's paths."""

from dataclasses import dataclass
from typing import Final

import msgspec
from aiohttp import web

from proxy import __version__
from proxy.clock import Clocks
from proxy.core.errors import Refusal
from proxy.core.guard.door import Door, admit_admin
from proxy.journal import Journal
from proxy.metrics import exposition
from proxy.pipeline import Pipeline
from proxy.server import OUR_HEADERS, Visit, refusal_response
from proxy.upstream import Sender

_NOT_HERE: Final = Refusal(
    404,
    "not_found",
    "the admin port has /livez /readyz /version /metrics; Binance's paths are on the gateway port",
)


@dataclass(frozen=True, slots=True)
class Desk:
    """Answers what an operator asks."""

    pipeline: Pipeline
    journal: Journal
    clocks: Clocks
    sender: Sender

    async def serve(self, request: web.BaseRequest) -> web.StreamResponse:
        visit = Visit(request)
        door = self.pipeline.door
        outcome = admit_admin(visit.head, Door(hosts=door.hosts)) or self._answer(visit.head.path)
        if isinstance(outcome, Refusal):
            outcome = refusal_response(outcome, self.pipeline.gate.next_id())
        return await visit.answer(outcome)

    def _answer(self, path: bytes) -> web.Response | Refusal:
        match path:
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

    def _ready(self) -> web.Response:
        """Ready means: requests are taken. An unknown exchange time or dropped records are told, not hidden."""
        draining = self.pipeline.gate.draining
        state = {
            "status": "draining" if draining else "ready",
            "exchange_time_known": any(clock.known for clock in self.clocks.all()),
            "journal_dropped": self.journal.dropped,
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
