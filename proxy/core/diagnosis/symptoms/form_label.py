"""A form that is not labelled as one."""

from proxy.core.diagnosis.symptoms.base import PROVEN, Page, Scene, Sighting, Symptom
from proxy.core.wire import BodyKind, media_type


def look(scene: Scene) -> Sighting | None:
    label = media_type(scene.content_type)
    if (
        scene.body_kind is not BodyKind.FORM
        or scene.method == "GET"
        or label == "application/x-www-form-urlencoded"
    ):
        return None
    return Sighting(PROVEN, (("content_type", "missing" if not label else "another"),))


SYMPTOM = Symptom(
    page=Page(
        rule="place-form-with-wrong-content-type",
        says="The body is a form, but its Content-Type says something else.",
        why=(
            "Binance reads a body as parameters only when Content-Type is application/x-www-form-urlencoded."
        ),
        see="Content-Type is text/plain, application/json, application/octet-stream or missing.",
        remedy="Set Content-Type: application/x-www-form-urlencoded.",
        example="headers['Content-Type'] = 'application/x-www-form-urlencoded'",
    ),
    look=look,
    codes=frozenset({-1102, -1022, -1105}),
)
