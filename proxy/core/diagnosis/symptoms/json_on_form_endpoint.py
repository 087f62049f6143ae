"""A JSON body was sent to an endpoint that reads query and form alone."""

from proxy.core.diagnosis.symptoms.base import LIKELY, PROVEN, ParsedRequest, RuleText, Sighting, Symptom
from proxy.core.diagnosis.symptoms.parts import reads_json
from proxy.core.wire import BodyKind


def detect(request: ParsedRequest) -> Sighting | None:
    fields = request.json_fields
    if request.body_kind is not BodyKind.JSON or not fields or reads_json(request.endpoint, request):
        return None
    if "timestamp" in fields or "signature" in fields:
        return Sighting(PROVEN, (("fields", len(fields)),))
    return Sighting(LIKELY, (("fields", len(fields)),)) if request.endpoint is not None else None


SYMPTOM = Symptom(
    about=RuleText(
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
    detect=detect,
    codes=frozenset({-1102, -1000, -1022, -1105, -6015}),
)
