"""The secret itself was sent, in a header, the query or the body."""

import re

from proxy.core.diagnosis.symptoms.base import LIKELY, PROVEN, ParsedRequest, RuleText, Sighting, Symptom

_NAMES = re.compile(rb"(?i)^(x-mbx-|x-|api[-_]?)?secret([-_]?key)?$")
_KEYLIKE = re.compile(rb"[A-Za-z0-9]{64}")


def detect(request: ParsedRequest) -> Sighting | None:
    secret = request.secret or b""
    if len(secret) >= 16 and request.sent_key != secret:
        headers = [name for name, value in request.raw.headers if secret in value]
        if headers:
            return Sighting(PROVEN, (("place", "header"),))
        if secret in request.raw.target.replace(_sent(request), b""):
            return Sighting(PROVEN, (("place", "query"),))
        if secret in request.raw.body.replace(_sent(request), b""):
            return Sighting(PROVEN, (("place", "body"),))
    fields = [*request.raw.headers, *((param.raw_name, param.raw_value) for param in request.params)]
    if any(_NAMES.match(name) and _KEYLIKE.fullmatch(value) for name, value in fields):
        return Sighting(LIKELY)
    return None


def _sent(request: ParsedRequest) -> bytes:
    """The signature pair: a secret there is another mistake."""
    return b"signature=" + (request.signature.raw if request.signature else b"")


SYMPTOM = Symptom(
    about=RuleText(
        rule="header-secret-on-wire",
        says="The secret itself was sent with the request.",
        why=(
            "A header, parameter or body carries the secret. Everyone on the way, and every log, has it now."
        ),
        see="Search the request for the first characters of your secret.",
        remedy="Never send the secret. Revoke this key and create a new pair.",
        example="X-MBX-APIKEY: <api key>   # the only credential that travels",
    ),
    detect=detect,
    codes=frozenset({-1022, -2014, -2015, -1101, -1104}),
    always=True,
)
