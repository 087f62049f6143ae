"""The API key was sent as a parameter and not in its header."""

from proxy.core.diagnosis.symptoms.base import LIKELY, ParsedRequest, RuleText, Sighting, Symptom
from proxy.core.diagnosis.symptoms.parts import needs_signature


def detect(request: ParsedRequest) -> Sighting | None:
    if request.websocket or request.key_headers or request.path.endswith(b"/apiKey"):
        return None
    named = [param for param in request.params if param.name.lower() in ("x-mbx-apikey", "apikey", "api_key")]
    return Sighting(LIKELY) if named and needs_signature(request) else None


SYMPTOM = Symptom(
    about=RuleText(
        rule="place-key-in-query",
        says="The API key was sent as a parameter instead of the X-MBX-APIKEY header.",
        why="On REST the key travels in the header; a parameter of that name is not read.",
        see="apiKey= or X-MBX-APIKEY= in the URL.",
        remedy="Send the API key in the header X-MBX-APIKEY, and take it out of the URL.",
        example="headers = {'X-MBX-APIKEY': api_key}",
    ),
    detect=detect,
    codes=frozenset({-2014, -1101, -1104, -1102}),
)
