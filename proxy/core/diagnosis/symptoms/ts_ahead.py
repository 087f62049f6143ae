"""The clock is ahead."""

from proxy.core.diagnosis.symptoms.base import PROVEN, Page, Scene, Sighting, Symptom
from proxy.core.diagnosis.symptoms.parts import zoned


def look(scene: Scene) -> Sighting | None:
    if scene.timestamp_ms is None or scene.exchange_ms is None:
        return None
    ahead = scene.timestamp_ms - scene.exchange_ms
    slack = 0 if scene.evidence.exchange_ms is not None else 1000  # a Date header has whole seconds
    return Sighting(PROVEN, (("ahead_ms", ahead),)) if ahead >= 1000 + slack and not zoned(ahead) else None


SYMPTOM = Symptom(
    page=Page(
        rule="ts-ahead",
        says="The clock is ahead of the exchange by a second or more.",
        why="Binance refuses what lies 1000 ms or more in its future; recvWindow does not help.",
        see="Compare with GET /api/v3/time.",
        remedy="Synchronise the clock (NTP), or subtract the offset measured with GET /api/v3/time.",
        example="offset = server_time - local_time; params['timestamp'] = local_time + offset",
    ),
    look=look,
    codes=frozenset({-1021}),
)
