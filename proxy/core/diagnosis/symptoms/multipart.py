"""A multipart body."""

from proxy.core.diagnosis.symptoms.base import PROVEN, Page, Scene, Sighting, Symptom


def look(scene: Scene) -> Sighting | None:
    return Sighting(PROVEN) if scene.multipart and scene.request.body else None


SYMPTOM = Symptom(
    page=Page(
        rule="place-multipart-body",
        says="The body is multipart/form-data, which is not read as parameters.",
        why=(
            "FormData, files= or curl -F build a multipart body; Binance reads query and url-encoded forms."
        ),
        see="Content-Type multipart/form-data.",
        remedy="Send application/x-www-form-urlencoded, or use the query string.",
        example="requests.post(url, data=params)   # not files=params",
    ),
    look=look,
    codes=frozenset({-1102, -1022, -1000}),
)
