"""API key and secret are exchanged: the header holds the secret, and the API key signed."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import KeyMaterial, KeyRule, RuleText


def keys(material: KeyMaterial) -> Iterator[bytes]:
    if material.api_key and material.sent_key == material.secret:
        yield material.api_key


RULE = KeyRule(
    about=RuleText(
        rule="key-and-secret-swapped",
        says="API key and secret are swapped: the secret was sent as X-MBX-APIKEY.",
        why="The two settings were exchanged. The secret has been disclosed to every log on the way.",
        see="The X-MBX-APIKEY header holds your secret.",
        remedy="Swap them back, and revoke this key pair: its secret has been sent.",
        example="X-MBX-APIKEY: <api key>; sign(secret, payload)",
    ),
    keys=keys,
    size=1,
    composed=1,
    codes=frozenset({-1022, -2015, -2014, -2008}),
)
