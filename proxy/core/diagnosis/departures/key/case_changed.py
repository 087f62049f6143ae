"""The secret was used in another letter case."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import KeyMaterial, KeyRule, RuleText


def keys(material: KeyMaterial) -> Iterator[bytes]:
    for other in (material.secret.lower(), material.secret.upper(), material.secret.swapcase()):
        if other != material.secret:
            yield other
    yield material.secret[:1].swapcase() + material.secret[1:]


RULE = KeyRule(
    about=RuleText(
        rule="secret-case-changed",
        says="The secret was used in upper or lower case.",
        why="A configuration layer or a form changed the letter case. Secrets are case-sensitive.",
        see="The secret in use has no capital letters, or no small ones.",
        remedy="Keep the letter case of the secret.",
        example="secret = config['secret']   # no .lower(), no .upper()",
    ),
    keys=keys,
    size=4,
    composed=4,
)
