"""No X-MBX-APIKEY."""

from proxy.core.catalogue import Needs
from proxy.core.diagnosis.symptoms.base import PROVEN, Page, Scene, Sighting, Symptom


def look(scene: Scene) -> Sighting | None:
    if scene.websocket or scene.method == "OPTIONS" or scene.key_headers:
        return None
    by_catalogue = scene.endpoint is not None and scene.endpoint.needs is not Needs.NONE
    unlisted = scene.endpoint is None and bool(scene.signatures)
    return Sighting(PROVEN) if by_catalogue or unlisted else None


SYMPTOM = Symptom(
    page=Page(
        rule="header-apikey-missing",
        says="The X-MBX-APIKEY header was not sent.",
        why=(
            "The headers were built but not passed to the HTTP call, or a wrapper or redirect dropped them."
        ),
        see="No X-MBX-APIKEY among the request headers.",
        remedy="Pass the API key as the X-MBX-APIKEY header.",
        example="requests.get(url, headers={'X-MBX-APIKEY': api_key})",
    ),
    look=look,
    codes=frozenset({-2014, -2015, -1002, -1099, 401}),
)
