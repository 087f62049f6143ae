"""The payload was hashed before it was signed."""

from proxy.core.diagnosis.departures.base import Digest, DigestRule, RuleText, Scheme
from proxy.core.diagnosis.departures.macs import WRITINGS, prehashed
from proxy.core.diagnosis.departures.schemes import over_hash

RULE = DigestRule(
    about=RuleText(
        rule="alg-prehashed-message",
        says="The payload was hashed before it was signed.",
        why="HMAC and Ed25519 hash by themselves; a digest was signed instead of the text.",
        see="A hash call around the payload in the code.",
        remedy="Give the query text itself to the HMAC, not its hash.",
        example=(
            "hmac.new(secret, payload, 'sha256')   # not hmac.new(secret, sha256(payload).digest(), ...)"
        ),
    ),
    digests=tuple(
        Digest(32, prehashed(name, write))
        for name in ("sha256", "md5", "sha1", "sha512")
        for write in WRITINGS
    ),
    schemes=tuple(Scheme(over_hash(name, write)) for name in ("sha256", "sha512") for write in WRITINGS[:2]),
    size=16,
    composed=16,
    usual=4,
)
