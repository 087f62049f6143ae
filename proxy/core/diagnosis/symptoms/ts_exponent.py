"""1,655,716,096,498 or 1.6E+12."""

import re

from proxy.core.diagnosis.symptoms.base import PROVEN, ParsedRequest, RuleText, Sighting, Symptom


def detect(request: ParsedRequest) -> Sighting | None:
    sent = request.param("timestamp")
    if sent is not None and re.fullmatch(
        r"[0-9]{1,3}(?:[,'. \u00a0\u202f][0-9]{3})+|[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]+", sent.value
    ):
        return Sighting(PROVEN, (("characters", len(sent.value)),))
    return None


SYMPTOM = Symptom(
    about=RuleText(
        rule="ts-thousands-or-exponent",
        says="The timestamp was formatted with thousands separators or in scientific notation.",
        why="A spreadsheet, a locale-aware formatter or a float cast wrote the number.",
        see="A ',' or 'E' in the timestamp.",
        remedy="Format it as a plain integer.",
        example="params['timestamp'] = int(time.time() * 1000)",
    ),
    detect=detect,
    codes=frozenset({-1100, -1021, -1102}),
)
