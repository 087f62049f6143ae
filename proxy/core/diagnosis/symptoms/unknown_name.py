"""A parameter name is a documented one in other letter case or with underscores."""

from proxy.core.diagnosis.names import known_spelling
from proxy.core.diagnosis.symptoms.base import LIKELY, PROVEN, ParsedRequest, RuleText, Sighting, Symptom


def detect(request: ParsedRequest) -> Sighting | None:
    if request.websocket:
        return None
    misspelt = [param for param in request.params if known_spelling(param.name) is not None]
    if misspelt:
        meant = ", ".join(dict.fromkeys(str(known_spelling(param.name)) for param in misspelt[:6]))
        return Sighting(PROVEN if request.answered(-1104, -1103) else LIKELY, (("meant", meant),))
    return None


SYMPTOM = Symptom(
    about=RuleText(
        rule="param-unknown-name",
        says="A parameter name is misspelt, or unknown to this endpoint.",
        why=(
            "Names are case-sensitive camelCase: recvWindow, not recv_window; unknown ones are refused "
            "with -1104."
        ),
        see="-1104 says how many parameters were read and how many were sent.",
        remedy="Remove or correct the name.",
        example="recvWindow=5000   # not recv_window, recvwindow",
    ),
    detect=detect,
    codes=frozenset({-1104, -1103, -1101, -1102}),
)
