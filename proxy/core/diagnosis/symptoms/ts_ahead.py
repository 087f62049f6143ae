"""The client's clock is more than a second ahead of the exchange's."""

from proxy.core.diagnosis.symptoms.base import PROVEN, ParsedRequest, RuleText, Sighting, Symptom
from proxy.core.diagnosis.symptoms.parts import zoned


def detect(request: ParsedRequest) -> Sighting | None:
    if request.timestamp_ms is None or request.exchange_ms is None:
        return None
    ahead = request.timestamp_ms - request.exchange_ms
    slack = 0 if request.observation.exchange_ms is not None else 1000  # a Date header has whole seconds
    return Sighting(PROVEN, (("ahead_ms", ahead),)) if ahead >= 1000 + slack and not zoned(ahead) else None


SYMPTOM = Symptom(
    about=RuleText(
        rule="ts-ahead",
        says="The clock is ahead of the exchange by a second or more.",
        why="Binance refuses what lies 1000 ms or more in its future; recvWindow does not help.",
        see="Compare with GET /api/v3/time.",
        remedy="Synchronise the clock (NTP), or subtract the offset measured with GET /api/v3/time.",
        example="offset = server_time - local_time; params['timestamp'] = local_time + offset",
    ),
    detect=detect,
    codes=frozenset({-1021}),
)
