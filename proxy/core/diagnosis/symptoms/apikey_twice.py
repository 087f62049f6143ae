"""The header X-MBX-APIKEY was sent twice, with different keys."""

from proxy.core.diagnosis.symptoms.base import LIKELY, ParsedRequest, RuleText, Sighting, Symptom


def detect(request: ParsedRequest) -> Sighting | None:
    return (
        Sighting(LIKELY, (("count", len(request.key_headers)),))
        if len(set(request.key_headers)) > 1
        else None
    )


SYMPTOM = Symptom(
    about=RuleText(
        rule="header-apikey-twice",
        says="Two different X-MBX-APIKEY headers were sent.",
        why="A default header and one of the call differ in letter case, so the library sent both.",
        see="Two lines of X-MBX-APIKEY in the request.",
        remedy="Send the X-MBX-APIKEY header once, with the key that belongs to the secret.",
    ),
    detect=detect,
    codes=frozenset({-2014, -2015, -2008, -1022}),
)
