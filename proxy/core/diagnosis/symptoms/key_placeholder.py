"""A word in place of the API key."""

import re

from proxy.core.catalogue import Needs
from proxy.core.diagnosis.symptoms.base import LIKELY, PROVEN, Page, Scene, Sighting, Symptom

_WORDS = re.compile(
    r"(?i)|undefined|null|none|nil|nan|(<|\{\{|\$\{|\{|\$|%)?\s*(your|my|the|binance|prod)?[-_ ]?(binance)?[-_ ]?"
    r"api[-_ ]?key([-_ ]?here)?\s*(>|\}\}|\}|%)?|x{3,}|test|key|changeme|\.{3}|\[object object\]|apikey"
)


def look(scene: Scene) -> Sighting | None:
    if scene.sent_key is None or (not scene.websocket and not scene.key_headers):
        return None
    key = scene.sent_key.decode("latin-1").strip()
    own = scene.known is not None and scene.known.api_key == key and scene.verified
    if own and not scene.answered(-2014):
        return None  # the user's own test credentials
    if not key and scene.endpoint is not None and scene.endpoint.needs is Needs.NONE:
        return None
    if _WORDS.fullmatch(key):
        return Sighting(PROVEN, (("characters", len(key)),))
    return Sighting(LIKELY, (("characters", len(key)),)) if len(key) < 60 and key.isalnum() else None


SYMPTOM = Symptom(
    page=Page(
        rule="key-placeholder-or-undefined",
        says="The X-MBX-APIKEY header is empty, a placeholder or too short.",
        why="The environment variable or template was not filled in.",
        see="X-MBX-APIKEY: undefined, None, YOUR_API_KEY.",
        remedy="Load the API key before building the client; it has 64 letters and digits.",
        example="api_key = os.environ['BINANCE_API_KEY']   # KeyError when it is missing",
    ),
    look=look,
    codes=frozenset({-2014, -2015, -2008, -1022}),
)
