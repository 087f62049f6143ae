"""A signed endpoint was called without a timestamp, or with an empty one."""

from proxy.core.diagnosis.symptoms.base import PROVEN, ParsedRequest, RuleText, Sighting, Symptom
from proxy.core.diagnosis.symptoms.parts import elsewhere, needs_signature

_ESCAPED = Sighting(
    PROVEN,
    says="No timestamp parameter arrives: the URL has '&amp;timestamp', so its name is read as 'amp;timestamp'.",
    remedy="Send '&' in the place of '&amp;': take the URL from plain text, not from HTML.",
)


def detect(request: ParsedRequest) -> Sighting | None:
    if not needs_signature(request) or elsewhere(request):
        return None
    sent = request.param("timestamp")
    if sent is None:
        return _ESCAPED if request.param("amp;timestamp") is not None else Sighting(PROVEN)
    return Sighting(PROVEN, (("value", "empty"),)) if not sent.value.strip() else None


SYMPTOM = Symptom(
    about=RuleText(
        rule="ts-missing",
        says="No timestamp parameter was sent.",
        why="Every signed request needs one; Binance looks for it in the query and the form body.",
        see="No 'timestamp=' in URL or form body, or nothing behind it.",
        remedy="Add timestamp=<milliseconds since 1970, UTC> before you sign.",
        example="params['timestamp'] = int(time.time() * 1000)",
    ),
    detect=detect,
    codes=frozenset({-1102, -1105, -1021, -1022}),
)
