"""The header X-MBX-APIKEY holds the secret."""

from proxy.core.diagnosis.symptoms.base import PROVEN, ParsedRequest, RuleText, Sighting, Symptom


def detect(request: ParsedRequest) -> Sighting | None:
    if request.secret and len(request.secret) >= 16 and request.secret in (request.sent_key or b""):
        return Sighting(PROVEN)
    return None


SYMPTOM = Symptom(
    about=RuleText(
        rule="key-and-secret-swapped",
        says="API key and secret are swapped: the secret was sent as X-MBX-APIKEY.",
        why="The two settings were exchanged. The secret has been disclosed to every log on the way.",
        see="The X-MBX-APIKEY header holds your secret.",
        remedy="Swap them back, and revoke this key pair: its secret has been sent.",
    ),
    detect=detect,
    codes=frozenset({-2008, -2014, -2015, -1022}),
    always=True,
)
