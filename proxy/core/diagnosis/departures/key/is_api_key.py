"""The API key was used in place of the secret."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import KeyMaterial, KeyRule, RuleText


def keys(material: KeyMaterial) -> Iterator[bytes]:
    if material.api_key and material.sent_key != material.secret:
        yield material.api_key


RULE = KeyRule(
    about=RuleText(
        rule="secret-is-api-key",
        says="The API key was used as the secret.",
        why="Both settings hold the API key, or the signer was given the wrong variable.",
        see="Compare both settings: they are equal.",
        remedy="Use the secret that was shown once when the key was created.",
        example="sign(secret, payload)   # not sign(api_key, payload)",
    ),
    keys=keys,
    size=1,
    composed=1,
    codes=frozenset({-1022, -2015}),
)
