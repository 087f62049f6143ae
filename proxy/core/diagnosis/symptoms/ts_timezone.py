"""Whole hours off."""

from proxy.core.diagnosis.symptoms.base import LIKELY, Page, Scene, Sighting, Symptom


def look(scene: Scene) -> Sighting | None:
    if scene.timestamp_ms is None or scene.exchange_ms is None:
        return None
    off = scene.timestamp_ms - scene.exchange_ms
    quarters = round(off / 900_000)
    if not 1 <= abs(quarters) <= 60 or abs(off - quarters * 900_000) > 20_000:
        return None
    return Sighting(LIKELY, (("minutes", quarters * 15),))


SYMPTOM = Symptom(
    page=Page(
        rule="ts-timezone-shift",
        says="The timestamp is off by whole quarters of an hour: local time was taken for UTC.",
        why=(
            "utcnow().timestamp() on a machine that is not on UTC, Now() of a spreadsheet, a date "
            "parsed without zone."
        ),
        see="The difference to the server's time is a multiple of 15 minutes.",
        remedy="Use the Unix epoch in UTC.",
        example="int(time.time() * 1000)   # not datetime.utcnow().timestamp()",
    ),
    look=look,
    codes=frozenset({-1021}),
)
