"""A C2C request without the header clientType was refused with a code that says no other reason."""

import re

from proxy.core.diagnosis.symptoms.base import LIKELY, ParsedRequest, RuleText, Sighting, Symptom


def detect(request: ParsedRequest) -> Sighting | None:
    if not request.c2c or request.raw.header(b"clienttype") is not None:
        return None
    if request.answer is None or not request.answered(-9000, -31002, "-31002", "-9000"):
        return None
    return None if _REASON.search(request.answer.message) else Sighting(LIKELY)


_REASON = re.compile(r"(?i)\b[0-9]{5,6}\b|limited range|rango limitado|too small")
"""Texts of -9000 that tell another reason."""


SYMPTOM = Symptom(
    about=RuleText(
        rule="header-clienttype-missing",
        says="The clientType header is missing on a C2C endpoint.",
        why=(
            "Some C2C services refuse requests without it (-31002); sources disagree for which calls it "
            "is needed."
        ),
        see="No clientType among the request headers.",
        remedy="Add the header clientType: web.",
        example="headers['clientType'] = 'web'",
    ),
    detect=detect,
    codes=frozenset({-9000, -31002}),
)
