"""The secret was pasted twice, one after the other."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import KeyMaterial, KeyRule, RuleText


def keys(material: KeyMaterial) -> Iterator[bytes]:
    yield material.secret + material.secret
    yield material.secret + b"\n" + material.secret
    yield material.secret + b" " + material.secret
    yield material.secret[::-1]


RULE = KeyRule(
    about=RuleText(
        rule="secret-doubled",
        says="The secret was used twice in a row, or reversed.",
        why="It was pasted twice into one field, or read from two sources that were joined.",
        see="The secret has 128 characters.",
        remedy="Enter the secret once: 64 characters.",
        example="assert len(secret) == 64",
    ),
    keys=keys,
    size=4,
    composed=4,
)
