"""A hash other than SHA-256 was taken of the payload, without an HMAC."""

from proxy.core.diagnosis.departures.base import Digest, DigestRule, RuleText
from proxy.core.diagnosis.departures.macs import ARRANGEMENTS, plain

_HASHES = (("md5", 16), ("sha1", 20), ("sha512", 64), ("sha3_256", 32))

RULE = DigestRule(
    about=RuleText(
        rule="alg-plain-other-hash",
        says="A plain MD5, SHA-1 or SHA-512 was computed instead of an HMAC.",
        why="Recipes of older exchanges hash the query together with the secret.",
        see="md5(...), sha1(...) or sha512(...) and no hmac in the code.",
        remedy="Use HMAC-SHA256 with the secret as key.",
        example="hmac.new(secret, payload, 'sha256').hexdigest()",
    ),
    digests=tuple(
        Digest(length, plain(name, arrange)) for name, length in _HASHES for arrange in ARRANGEMENTS
    ),
    other_hash=True,
    size=44,
    composed=44,
    usual=4,
    codes=frozenset({-1022, -1100}),
)
