"""No signature."""

from proxy.core.diagnosis.symptoms.base import PROVEN, Page, Scene, Sighting, Symptom
from proxy.core.diagnosis.symptoms.parts import header_signature, needs_signature, whole_query_encoded


def look(scene: Scene) -> Sighting | None:
    if any(sent.text for sent in scene.signatures) or scene.websocket or scene.method == "OPTIONS":
        return None
    if (
        scene.multipart
        or "signature" in scene.json_fields
        or whole_query_encoded(scene)
        or header_signature(scene)
    ):
        return None
    stamped = scene.endpoint is None and scene.param("timestamp") is not None and bool(scene.key_headers)
    return Sighting(PROVEN) if needs_signature(scene) or scene.signatures or stamped else None


SYMPTOM = Symptom(
    page=Page(
        rule="place-signature-missing",
        says="No signature was sent to an endpoint that needs one.",
        why="The signing step was skipped, or its result was not appended.",
        see="No 'signature=' in URL or form body, or nothing behind it.",
        remedy="Append &signature=<HMAC-SHA256 of the payload> as the last parameter.",
        example="url = base + '?' + query + '&signature=' + sign(query)",
    ),
    look=look,
    codes=frozenset({-1102, -1022, -1002, -1105, -2014}),
)
