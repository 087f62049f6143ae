"""The secret itself travelled."""

import re

from proxy.core.diagnosis.symptoms.base import LIKELY, PROVEN, Page, Scene, Sighting, Symptom

_NAMES = re.compile(rb"(?i)^(x-mbx-|x-|api[-_]?)?secret([-_]?key)?$")
_KEYLIKE = re.compile(rb"[A-Za-z0-9]{64}")


def look(scene: Scene) -> Sighting | None:
    secret = scene.secret or b""
    if len(secret) >= 16 and scene.sent_key != secret:
        headers = [name for name, value in scene.request.headers if secret in value]
        if headers:
            return Sighting(PROVEN, (("place", "header"),))
        if secret in scene.request.target.replace(_sent(scene), b""):
            return Sighting(PROVEN, (("place", "query"),))
        if secret in scene.request.body.replace(_sent(scene), b""):
            return Sighting(PROVEN, (("place", "body"),))
    fields = [*scene.request.headers, *((param.raw_name, param.raw_value) for param in scene.params)]
    if any(_NAMES.match(name) and _KEYLIKE.fullmatch(value) for name, value in fields):
        return Sighting(LIKELY)
    return None


def _sent(scene: Scene) -> bytes:
    """The signature pair: a secret there is another mistake."""
    return b"signature=" + (scene.signature.raw if scene.signature else b"")


SYMPTOM = Symptom(
    page=Page(
        rule="header-secret-on-wire",
        says="The secret itself was sent with the request.",
        why=(
            "A header, parameter or body carries the secret. Everyone on the way, and every log, has it now."
        ),
        see="Search the request for the first characters of your secret.",
        remedy="Never send the secret. Revoke this key and create a new pair.",
        example="X-MBX-APIKEY: <api key>   # the only credential that travels",
    ),
    look=look,
    codes=frozenset({-1022, -2014, -2015, -1101, -1104}),
    always=True,
)
