"""Params of a WebSocket frame have names in snake_case."""

import re

from proxy.core.diagnosis.symptoms.base import PROVEN, ParsedRequest, RuleText, Sighting, Symptom


def detect(request: ParsedRequest) -> Sighting | None:
    snakes = [param for param in request.params if re.fullmatch(r"[a-z]+(_[a-z0-9]+)+", param.name)]
    return Sighting(PROVEN, (("count", len(snakes)),)) if request.websocket and snakes else None


SYMPTOM = Symptom(
    about=RuleText(
        rule="ws-parameter-case",
        says="WebSocket params carry snake_case names.",
        why="The WebSocket API knows the same camelCase names as REST; others are refused with -1104.",
        see="An underscore in a param name.",
        remedy="Write the names in camelCase: newClientOrderId, recvWindow, timeInForce.",
        example="newClientOrderId, recvWindow, timeInForce",
    ),
    detect=detect,
    codes=frozenset({-1104, -1103, -1102, -1022}),
)
