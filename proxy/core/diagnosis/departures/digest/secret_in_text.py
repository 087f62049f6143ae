"""The secret was made part of the signed text as well."""

from proxy.core.diagnosis.departures.base import Digest, DigestRule, RuleText
from proxy.core.diagnosis.departures.macs import ARRANGEMENTS, TEXT_ALONE, Arrange


def _with(arrange: Arrange) -> Digest:
    return Digest(32, lambda keyed, text: keyed.digest(arrange(keyed.key, text)))


RULE = DigestRule(
    about=RuleText(
        rule="alg-secret-in-signed-text",
        says="The secret was part of the signed text as well as the HMAC key.",
        why="A recipe of another service appends the secret to the text before signing.",
        see="The signed text contains the secret.",
        remedy="Sign the query and the form body alone; the secret is only the key.",
        example="hmac.new(secret, payload, 'sha256')",
    ),
    digests=tuple(_with(arrange) for arrange in ARRANGEMENTS if arrange is not TEXT_ALONE),
    size=10,
    composed=10,
    usual=4,
)
