"""A form body goes out without the content type of a form."""

from proxy.core.diagnosis.symptoms.base import PROVEN, ParsedRequest, RuleText, Sighting, Symptom
from proxy.core.wire import BodyKind, media_type


def detect(request: ParsedRequest) -> Sighting | None:
    label = media_type(request.content_type)
    if (
        request.body_kind is not BodyKind.FORM
        or request.method == "GET"
        or label == "application/x-www-form-urlencoded"
    ):
        return None
    return Sighting(PROVEN, (("content_type", "missing" if not label else "another"),))


SYMPTOM = Symptom(
    about=RuleText(
        rule="place-form-with-wrong-content-type",
        says="The body is a form, but its Content-Type says something else.",
        why=(
            "Binance reads a body as parameters only when Content-Type is application/x-www-form-urlencoded."
        ),
        see="Content-Type is text/plain, application/json, application/octet-stream or missing.",
        remedy="Set Content-Type: application/x-www-form-urlencoded.",
        example="headers['Content-Type'] = 'application/x-www-form-urlencoded'",
    ),
    detect=detect,
    codes=frozenset({-1102, -1022, -1105}),
)
