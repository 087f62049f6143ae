"""The catalogue's contradictions at work: what answers say against the table is counted, off the path.

A good answer costs three comparisons. That is why what stands in the headers of good answers, the weights, is looked
for by `catalogue --contradictions` alone, which reads the journal. What judges is imported with the first answer that
is worth a look, unless it was in the background before.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import structlog

from proxy.core.answer_code import answer_code_and_message, decoded_body
from proxy.core.catalogue import ALLOWED_UPSTREAM_HOSTS, Endpoint, Needs
from proxy.core.catalogue.retired import REMOVED
from proxy.core.catalogue.table import CONFIGURED
from proxy.core.flow import Answer, Flow
from proxy.core.readings import Reading, counters
from proxy.core.redaction.record import rfc3339
from proxy.core.wire import BodyKind, pair_name, split_pairs

if TYPE_CHECKING:
    from proxy.core.catalogue.contradictions import Contradiction, Tally

RULES: Final = "proxy.core.catalogue.contradictions"
"""What is imported late."""

_LOG: Final = structlog.get_logger("catalogue")
_LOOKED_AT: Final = 65_536
_MOST_PAIRS: Final = 100
_NOT_EXPECTED: Final = (REMOVED, CONFIGURED)
"""Of rows whose calls are not expected to be answered with 200."""


class Contradictions:
    """What was seen since the start. `note` once for each flow that ended."""

    def __init__(self) -> None:
        self._tally: Tally | None = None

    def note(self, flow: Flow) -> None:
        """Look at an answer, if it can say anything against the table. Never fails."""
        endpoint, answer, sent = flow.endpoint, flow.answer, flow.sent
        if endpoint is None or answer is None or sent is None:
            return
        if answer.status == 200 and sent.needs is endpoint.needs and endpoint.status not in _NOT_EXPECTED:
            return
        try:
            self._look(flow, endpoint, answer, sent.needs)
        except Exception as error:  # what is counted here must not cost a record
            _LOG.error("contradiction_lost", request_id=flow.request_id, error=type(error).__name__)

    def readings(self) -> Iterator[Reading]:
        samples: dict[tuple[str, ...], float] = {}
        for entry in self._tally.entries() if self._tally is not None else ():
            labels = entry.environment, entry.contradiction.kind.value, entry.endpoint
            samples[labels] = samples.get(labels, 0) + entry.count
        yield counters(
            "catalogue_contradictions",
            "Answers that contradict the table of endpoints",
            ("environment", "kind", "endpoint"),
            samples.items(),
        )

    def _look(self, flow: Flow, endpoint: Endpoint, answer: Answer, needs: Needs) -> None:
        from proxy.core.catalogue.contradictions import (  # noqa: PLC0415  # not at start: most answers are good
            Seen,
            Tally,
            contradictions_of,
        )

        code, message = _code(answer)
        host = flow.upstream.partition("://")[2]
        seen = Seen(
            needs=needs,
            status=answer.status,
            code=code,
            message=message,
            names=_names(flow),
            host=host if host in ALLOWED_UPSTREAM_HOSTS else "",
        )
        if self._tally is None:
            self._tally = Tally()
        for found in contradictions_of(endpoint, seen):
            time = rfc3339(flow.started_ms)
            if self._tally.note(flow.environment, endpoint.name, found, time, flow.request_id):
                _tell(flow, endpoint, found)


def _tell(flow: Flow, endpoint: Endpoint, found: "Contradiction") -> None:
    _LOG.warning(
        "catalogue_contradicted",
        endpoint=endpoint.name,
        environment=flow.environment,
        kind=found.kind.value,
        says=found.says,
        request_id=flow.request_id,
    )


def _code(answer: Answer) -> tuple[str | None, str]:
    """Code and message; None where the body is not whole, or no JSON."""
    plain = decoded_body(answer, _LOOKED_AT)
    whole = answer.complete and answer.body_octets == len(answer.body) and plain is not None
    if plain is None or not whole or plain.lstrip()[:1] not in (b"{", b"["):
        return None, ""
    code, message = answer_code_and_message(plain)
    return "" if code is None else str(code), message


def _names(flow: Flow) -> tuple[str, ...] | None:
    """Of what was sent in query and form, as they stood on the wire."""
    sent, prepared = flow.sent, flow.prepared
    assert sent is not None
    if prepared is None or prepared.body_kind not in (BodyKind.EMPTY, BodyKind.FORM):
        return None
    pairs = [pair for pair in split_pairs(sent.query) + split_pairs(sent.body) if pair]
    return tuple(pair_name(pair).decode("latin-1") for pair in pairs) if len(pairs) <= _MOST_PAIRS else None
