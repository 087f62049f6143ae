"""JSON where nobody reads it."""

from proxy.core.diagnosis.symptoms.base import LIKELY, PROVEN, Page, Scene, Sighting, Symptom
from proxy.core.diagnosis.symptoms.parts import reads_json
from proxy.core.wire import BodyKind


def look(scene: Scene) -> Sighting | None:
    fields = scene.json_fields
    if scene.body_kind is not BodyKind.JSON or not fields or reads_json(scene.endpoint, scene):
        return None
    if "timestamp" in fields or "signature" in fields:
        return Sighting(PROVEN, (("fields", len(fields)),))
    return Sighting(LIKELY, (("fields", len(fields)),)) if scene.endpoint is not None else None


SYMPTOM = Symptom(
    page=Page(
        rule="place-json-body-on-form-endpoint",
        says="The parameters were sent as a JSON body to an endpoint that does not read JSON.",
        why=(
            "Outside C2C and a few wallet calls Binance reads the query and form bodies only, so "
            "everything counts as missing."
        ),
        see="Content-Type application/json on an /api or /fapi path.",
        remedy="Send the parameters in the query string, or as a form body.",
        example="requests.post(url, params=params)   # not json=params",
    ),
    look=look,
    codes=frozenset({-1102, -1000, -1022, -1105, -6015}),
)
