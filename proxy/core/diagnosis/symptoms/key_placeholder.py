"""The API key is a word that stands for one, such as YOUR_API_KEY or undefined."""

import re

from proxy.core.catalogue import Needs
from proxy.core.diagnosis.symptoms.base import LIKELY, PROVEN, ParsedRequest, RuleText, Sighting, Symptom

_WORDS = re.compile(
    r"(?i)|undefined|null|none|nil|nan|(<|\{\{|\$\{|\{|\$|%)?\s*(your|my|the|binance|prod)?[-_ ]?(binance)?[-_ ]?"
    r"api[-_ ]?key([-_ ]?here)?\s*(>|\}\}|\}|%)?|x{3,}|test|key|changeme|\.{3}|\[object object\]|apikey"
)


def detect(request: ParsedRequest) -> Sighting | None:
    if request.sent_key is None or (not request.websocket and not request.key_headers):
        return None
    key = request.sent_key.decode("latin-1").strip()
    own = request.known is not None and request.known.api_key == key and request.verified
    if own and not request.answered(-2014):
        return None  # the user's own test credentials
    if not key and request.endpoint is not None and request.endpoint.needs is Needs.NONE:
        return None
    if _WORDS.fullmatch(key):
        return Sighting(PROVEN, (("characters", len(key)),))
    return Sighting(LIKELY, (("characters", len(key)),)) if len(key) < 60 and key.isalnum() else None


SYMPTOM = Symptom(
    about=RuleText(
        rule="key-placeholder-or-undefined",
        says="The X-MBX-APIKEY header is empty, a placeholder or too short.",
        why="The environment variable or template was not filled in.",
        see="X-MBX-APIKEY: undefined, None, YOUR_API_KEY.",
        remedy=(
            "Load the API key before you build the client, and stop when it is empty; it has 64 "
            "letters and digits."
        ),
        example="api_key = os.environ['BINANCE_API_KEY']   # KeyError when it is missing",
    ),
    detect=detect,
    codes=frozenset({-2014, -2015, -2008, -1022}),
)
