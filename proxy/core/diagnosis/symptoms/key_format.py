"""The API key has characters around it that do not belong to it: blanks, quotes, a label."""

import re

from proxy.core.diagnosis.symptoms.base import PROVEN, ParsedRequest, RuleText, Sighting, Symptom
from proxy.core.diagnosis.symptoms.parts import plausible_key


def detect(request: ParsedRequest) -> Sighting | None:
    key = request.sent_key or b""
    if (
        not key
        or plausible_key(key)
        or (request.known_api_key == key and request.verified and not request.answered(-2014))
    ):
        return None
    found = re.search(rb"[A-Za-z0-9]{60,}", key)
    extra = len(key) - (len(found[0]) if found else 0)
    return Sighting(PROVEN, (("characters", len(key)), ("extra", extra))) if found else None


SYMPTOM = Symptom(
    about=RuleText(
        rule="key-format-whitespace-or-quotes",
        says="The API key in the header carries blanks, quotes or other extra characters.",
        why=(
            "An env file passed quotes through, or the key was copied with a blank or a label such as "
            "'Bearer '."
        ),
        see="The header value is not exactly 64 letters and digits.",
        remedy=("Send the API key alone: 64 letters and digits, without quotes, blanks or 'Bearer'."),
        example="X-MBX-APIKEY: abc...   # no quotes, no Bearer",
    ),
    detect=detect,
    codes=frozenset({-2014, -2015, -2008}),
)
