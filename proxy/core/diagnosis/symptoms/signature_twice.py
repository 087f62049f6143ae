"""More than one signature was sent."""

from proxy.core.diagnosis.symptoms.base import PROVEN, ParsedRequest, RuleText, Sighting, Symptom
from proxy.core.hmacs import HmacSha256


def detect(request: ParsedRequest) -> Sighting | None:
    count = len(request.signatures)
    if count < 2:
        return None
    right = _right_ones(request)
    if not right:
        return Sighting(PROVEN, (("count", count),))
    kept = right[-1]
    return Sighting(
        PROVEN,
        (("count", count), ("right", kept)),
        says=f"The signature parameter was sent {count} times; number {kept} is the right one.",
        remedy=f"Keep signature number {kept} alone, as the last parameter, and remove the old one before signing.",
    )


def _right_ones(request: ParsedRequest) -> list[int]:
    """Which of them, counted from 1, is the HMAC of query and form body without any signature."""
    if request.secret is None:
        return []
    right = HmacSha256(request.secret).hexdigest(request.expected).encode("ascii")
    return [number for number, sent in enumerate(request.signatures, 1) if sent.text.lower() == right]


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
    codes=frozenset({-1101, -1022}),
)
