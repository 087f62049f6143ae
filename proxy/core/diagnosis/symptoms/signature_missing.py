"""A signed endpoint was called without a signature."""

from proxy.core.diagnosis.symptoms.base import PROVEN, ParsedRequest, RuleText, Sighting, Symptom
from proxy.core.diagnosis.symptoms.parts import header_signature, needs_signature, whole_query_encoded


def detect(request: ParsedRequest) -> Sighting | None:
    if any(sent.text for sent in request.signatures) or request.websocket or request.method == "OPTIONS":
        return None
    if (
        request.multipart
        or "signature" in request.json_fields
        or whole_query_encoded(request)
        or header_signature(request)
    ):
        return None
    stamped = (
        request.endpoint is None and request.param("timestamp") is not None and bool(request.key_headers)
    )
    return Sighting(PROVEN) if needs_signature(request) or request.signatures or stamped else None


SYMPTOM = Symptom(
    about=RuleText(
        rule="place-signature-missing",
        says="No signature was sent to an endpoint that needs one.",
        why="The signing step was skipped, or its result was not appended.",
        see="No 'signature=' in URL or form body, or nothing behind it.",
        remedy="Append &signature=<HMAC-SHA256 of the payload> as the last parameter.",
        example="url = base + '?' + query + '&signature=' + sign(query)",
    ),
    detect=detect,
    codes=frozenset({-1102, -1022, -1002, -1105, -2014}),
)
