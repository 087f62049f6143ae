"""Diagnosis in the gateway: which observation a flow gives, and how much time it may take.

An error answer waits for the first stage, at most `_FIRST_STAGE_SECONDS`, and on a busy machine `_LOOK_SECONDS` for
what shows without a search; what needs longer goes on off the path, in slices that leave the event loop free, and
ends in the journal only. In the first moments after the start the rules are still being loaded, and it waits for
them, at most `_RULES_SECONDS`: who starts a bot and sees its first error needs the sentence most. Only
`BackgroundImports` may import them here.
"""

from collections import defaultdict
from typing import TYPE_CHECKING, Final

import structlog

from proxy.core.answer_code import answer_code, decoded_body
from proxy.core.diagnosis.examination.observation import AnswerSeen, Neighbour, Observation
from proxy.core.findings import Diagnosis
from proxy.core.flow import Flow
from proxy.core.signing.known_key import KnownKey
from proxy.core.wire import RawRequest
from proxy.credentials.accounts import Accounts
from proxy.diagnosis.scheduler import DiagnosisScheduler, first_stage_done, has_looked
from proxy.diagnosis.symbol_book import SymbolBook
from proxy.runtime.background_imports import BackgroundImports
from proxy.runtime.clock import LocalClock

if TYPE_CHECKING:
    from proxy.core.diagnosis.examination.engine import Examination

_LOG: Final = structlog.get_logger("diagnosis")

RULES: Final = (
    "proxy.core.probes",
    *(f"proxy.core.diagnosis.{room}" for room in ("symptoms", "verdicts", "frames", "refusals", "mending")),
    *(f"proxy.core.diagnosis.{room}" for room in ("search", "departures", "examination")),
)
"""What must be imported before anything can be diagnosed; what has many parts before what needs them all."""

_RULES_SECONDS: Final = 1.0
_FIRST_STAGE_SECONDS: Final = 0.025
_LOOK_SECONDS: Final = 0.1
"""What shows without a search is waited for so long on a machine that is busy: what was seen of it in a shorter time
may be the lesser half."""
_WHOLE_SECONDS: Final = 2.0
_BODY_OCTETS: Final = 64 * 1024
_NEIGHBOURS: Final = 100
"""Of each key, at most so many endpoints with what came of a call to each, the newest kept."""
_NEIGHBOUR_MS: Final = 60 * 60 * 1000


type _Told = tuple[str, str, int, int | str | None]
"""Method, path, status and code: a second answer of the same kind says no more than the last one."""


class LiveDiagnosis:
    """Examines flows that Binance refused, with the other flows of the same key in view."""

    def __init__(
        self,
        accounts: Accounts,
        local: LocalClock,
        background: BackgroundImports,
        scheduler: DiagnosisScheduler,
    ) -> None:
        self.symbols = SymbolBook()
        self._local = local
        self._background = background
        self._scheduler = scheduler
        self._keys = tuple(KnownKey(one.name, one.api_key, one.signing) for one in accounts)
        self._neighbours: defaultdict[str, dict[_Told, Neighbour]] = defaultdict(dict)
        self._unfinished: dict[str, Examination] = {}
        self._unexamined: dict[str, Observation] = {}

    async def diagnose_briefly(self, flow: Flow) -> str | None:
        """The sentence for the header of an error answer, if one is found in time. Never fails."""
        try:
            return await self._first_stage(flow)
        except Exception as error:
            _LOG.error("diagnosis_failed", request_id=flow.request_id, error=type(error).__name__)
            return None

    async def _first_stage(self, flow: Flow) -> str | None:
        observation = self._observation(flow)
        if not await self._background.wait_loaded(_RULES_SECONDS):
            self._unexamined[flow.request_id] = observation
            return None
        examination, since = new_examination(observation), self._local.monotonic()
        await self._scheduler.run_within(examination, _LOOK_SECONDS, enough=has_looked)
        left = since + _FIRST_STAGE_SECONDS - self._local.monotonic()
        await self._scheduler.run_within(examination, left, enough=first_stage_done)
        flow.diagnosis = examination.best()
        if not examination.done:
            self._unfinished[flow.request_id] = examination
        return sentence(flow.diagnosis)

    def is_unfinished(self, flow: Flow) -> bool:
        """Whether the examination of this flow was cut short."""
        return flow.request_id in self._unfinished or flow.request_id in self._unexamined

    async def complete(self, flow: Flow) -> None:
        """Finish the examination of this flow, off the path."""
        observation = self._unexamined.pop(flow.request_id, None)
        if observation is None:
            examination = self._unfinished.pop(flow.request_id)
        else:
            await self._background.load()
            examination = new_examination(observation)
        await self._scheduler.run_in_background(examination, _WHOLE_SECONDS)
        flow.diagnosis = examination.best()

    def remember(self, flow: Flow) -> None:
        """Remember what came of a flow, for the verdicts on its neighbours."""
        if flow.answer is None or flow.key is None or flow.endpoint is None:
            return
        body = decoded_body(flow.answer, _BODY_OCTETS) if flow.answer.status >= 400 else None
        endpoint, status = flow.endpoint, flow.answer.status
        code = answer_code(body) if body else None
        told = endpoint.method, endpoint.path, status, code
        known = self._neighbours[flow.key.api_key]
        known.pop(told, None)
        known[told] = Neighbour(endpoint.method, endpoint.path, status, code, _exchange_ms(flow), _host(flow))
        if len(known) > _NEIGHBOURS:
            del known[next(iter(known))]

    def _observation(self, flow: Flow) -> Observation:
        """What went out and what came back, as the rules of diagnosis see any request."""
        sent, answer = flow.sent, flow.answer
        assert sent is not None
        assert answer is not None
        body = decoded_body(answer, _BODY_OCTETS) or b""
        return Observation(
            request=RawRequest(sent.method, sent.target, flow.sent_headers, sent.body),
            host=_host(flow),
            answer=AnswerSeen(answer.status, answer.headers, body),
            keys=self._keys_for(flow),
            exchange_ms=flow.clock.exchange_ms if flow.clock and flow.clock.source == "exchange" else None,
            neighbours=self._recent(flow),
            asked_ms=_exchange_ms(flow),
            rules=self.symbols.rules(flow),
        )

    def _keys_for(self, flow: Flow) -> tuple[KnownKey, ...]:
        """All known keys, the flow's own first."""
        own = flow.key.account if flow.key else None
        return tuple(sorted(self._keys, key=lambda key: key.name != own))

    def _recent(self, flow: Flow) -> tuple[Neighbour, ...]:
        if flow.key is None:
            return ()
        since = _exchange_ms(flow) - _NEIGHBOUR_MS
        return tuple(one for one in self._neighbours[flow.key.api_key].values() if one.at_ms >= since)


def _exchange_ms(flow: Flow) -> int:
    """When it was sent, by the exchange's clock where that is known: neighbours are compared by their times, and the
    local clock may be wrong or be set meanwhile."""
    return flow.clock.exchange_ms if flow.clock is not None else flow.started_ms


def _host(flow: Flow) -> str:
    return flow.upstream.partition("://")[2].partition(":")[0]


def new_examination(observation: Observation) -> "Examination":
    """The engine at work on one request. The rules must be loaded, or the event loop stands still meanwhile."""
    from proxy.core.diagnosis.examination.engine import Examination, Limits  # noqa: PLC0415  # 180 rules, loaded late

    return Examination(observation, Limits())


def sentence(diagnosis: Diagnosis) -> str | None:
    """The value of `X-Gateway-Diagnosis`; None where nothing was found."""
    if not diagnosis.findings:
        return None
    from proxy.core.diagnosis.examination.report import header_value  # noqa: PLC0415  # loaded with the engine

    return header_value(diagnosis.findings[0])


def words_for_message(diagnosis: Diagnosis | None) -> str:
    """What stands behind Binance's own text where that is wanted; "" where nothing was found."""
    if diagnosis is None or not diagnosis.findings:
        return ""
    from proxy.core.diagnosis.examination.report import message_words  # noqa: PLC0415  # loaded with the engine

    return message_words(diagnosis.findings[0])
