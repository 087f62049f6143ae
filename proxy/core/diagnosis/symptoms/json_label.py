"""A JSON body goes out without the content type of JSON."""

from proxy.core.diagnosis.symptoms.base import LIKELY, ParsedRequest, RuleText, Sighting, Symptom
from proxy.core.wire import BodyKind, media_type


def detect(request: ParsedRequest) -> Sighting | None:
    label = media_type(request.content_type)
    if request.body_kind is not BodyKind.JSON or request.method == "GET" or label.endswith("json"):
        return None
    return Sighting(LIKELY, (("content_type", "missing" if not label else "another"),))


SYMPTOM = Symptom(
    about=RuleText(
        rule="place-json-with-wrong-content-type",
        says="The body is JSON, but its Content-Type says something else.",
        why=(
            "curl -d '{...}' announces a form; Binance then reads the JSON text as parameters and as "
            "part of the payload."
        ),
        see="Content-Type is application/x-www-form-urlencoded, text/plain or missing.",
        remedy="Set Content-Type: application/json.",
        example="curl -H 'Content-Type: application/json' -d '{...}'",
    ),
    detect=detect,
    codes=frozenset({-1000, -1102, -1022, -31002, -9000}),
)
