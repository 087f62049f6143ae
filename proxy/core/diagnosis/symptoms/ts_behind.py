"""The timestamp is older than recvWindow allows: the clock is behind, or the request was long under way."""

from proxy.core.diagnosis.symptoms.base import PROVEN, ParsedRequest, RuleText, Sighting, Symptom
from proxy.core.diagnosis.symptoms.parts import DOCUMENTED_STAMPS, window_ms, zoned


def detect(request: ParsedRequest) -> Sighting | None:
    if request.timestamp_ms is None or request.exchange_ms is None:
        return None
    behind = request.exchange_ms - request.timestamp_ms
    sent = request.param("timestamp")
    if sent is None or sent.value in DOCUMENTED_STAMPS or zoned(behind):
        return None
    slack = 0 if request.observation.exchange_ms is not None else 1000  # a Date header has whole seconds
    window = window_ms(request)
    late = behind > window + slack
    return Sighting(PROVEN, (("behind_ms", behind), ("recv_window_ms", window))) if late else None


SYMPTOM = Symptom(
    about=RuleText(
        rule="ts-behind",
        says="The timestamp was older than recvWindow when the request arrived.",
        why=(
            "The clock is behind, or the request was queued, retried or slow on its way. The default "
            "recvWindow is 5000 ms."
        ),
        see="Compare with GET /api/v3/time; look at the time between signing and sending.",
        remedy=(
            "Synchronise the clock, stamp as the last step, and sign anew for every retry; recvWindow "
            "at most 60000."
        ),
        example="params['timestamp'] = now_ms()   # directly before signing and sending",
    ),
    detect=detect,
    codes=frozenset({-1021}),
)
