"""The secret of another of the user's accounts was used."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import KeyMaterial, KeyRule, RuleText


def keys(material: KeyMaterial) -> Iterator[bytes]:
    yield from material.others[:20]


RULE = KeyRule(
    about=RuleText(
        rule="secret-of-other-account",
        says="The secret of another configured account was used.",
        why="Two accounts were mixed up: the API key of one, the secret of the other.",
        see="Compare the account names in your configuration.",
        remedy="Use the secret that belongs to the API key in the header.",
    ),
    keys=keys,
    size=20,
    composed=20,
)
