"""GET with a body."""

from proxy.core.diagnosis.symptoms.base import PROVEN, Page, Scene, Sighting, Symptom


def look(scene: Scene) -> Sighting | None:
    if scene.method == "GET" and scene.request.body.strip() and not scene.websocket:
        return Sighting(PROVEN, (("body_octets", len(scene.request.body)),))
    return None


SYMPTOM = Symptom(
    page=Page(
        rule="place-get-with-body",
        says="A GET request carries a body.",
        why=(
            "GET parameters belong into the query; the firewall in front of Binance may refuse a GET "
            "with a body."
        ),
        see="data= or json= in a GET call.",
        remedy="Put the parameters of a GET into the query string.",
        example="requests.get(url, params=params)   # not data=params",
    ),
    look=look,
    codes=frozenset({403, -1102, 400, -1022}),
)
