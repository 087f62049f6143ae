"""The timestamp is off by whole quarters of an hour, as a time zone is."""

from proxy.core.diagnosis.symptoms.base import LIKELY, ParsedRequest, RuleText, Sighting, Symptom
from proxy.core.diagnosis.symptoms.parts import zoned


def detect(request: ParsedRequest) -> Sighting | None:
    if request.timestamp_ms is None or request.exchange_ms is None:
        return None
    off = request.timestamp_ms - request.exchange_ms
    return Sighting(LIKELY, (("minutes", round(off / 900_000) * 15),)) if zoned(off) else None


SYMPTOM = Symptom(
    about=RuleText(
        rule="ts-timezone-shift",
        says="The timestamp is off by whole quarters of an hour: local time was taken for UTC.",
        why=(
            "utcnow().timestamp() on a machine that is not on UTC, Now() of a spreadsheet, a date "
            "parsed without zone."
        ),
        see="The difference to the server's time is a multiple of 15 minutes.",
        remedy=("Use the time since 1970 in UTC; do not add or subtract the hours of your time zone."),
        example="int(time.time() * 1000)   # not datetime.utcnow().timestamp()",
    ),
    detect=detect,
    codes=frozenset({-1021}),
)
