"""An endpoint that needs an API key was called without the header X-MBX-APIKEY."""

from proxy.core.catalogue import Needs
from proxy.core.diagnosis.symptoms.base import PROVEN, ParsedRequest, RuleText, Sighting, Symptom


def detect(request: ParsedRequest) -> Sighting | None:
    if request.websocket or request.method == "OPTIONS" or request.key_headers:
        return None
    by_catalogue = request.endpoint is not None and request.endpoint.needs is not Needs.NONE
    unlisted = request.endpoint is None and bool(request.signatures)
    return Sighting(PROVEN) if by_catalogue or unlisted else None


SYMPTOM = Symptom(
    about=RuleText(
        rule="header-apikey-missing",
        says="The X-MBX-APIKEY header was not sent.",
        why=(
            "The headers were built but not passed to the HTTP call, or a wrapper or redirect dropped them."
        ),
        see="No X-MBX-APIKEY among the request headers.",
        remedy="Send the API key in the header X-MBX-APIKEY.",
        example="requests.get(url, headers={'X-MBX-APIKEY': api_key})",
    ),
    detect=detect,
    codes=frozenset({-2014, -2015, -1002, -1099, 401}),
)
