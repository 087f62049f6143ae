"""More than one signature was sent."""

from proxy.core.diagnosis.symptoms.base import PROVEN, ParsedRequest, RuleText, Sighting, Symptom


def detect(request: ParsedRequest) -> Sighting | None:
    count = len(request.signatures)
    return Sighting(PROVEN, (("count", count),)) if count > 1 else None


SYMPTOM = Symptom(
    about=RuleText(
        rule="place-signature-twice",
        says="The signature parameter was sent twice.",
        why="An old signature stayed in the parameter list and a new one was appended.",
        see="'signature=' stands twice in URL and body.",
        remedy="Remove the old signature before signing.",
        example="params.pop('signature', None)",
    ),
    detect=detect,
    codes=frozenset({-1101}),
)
