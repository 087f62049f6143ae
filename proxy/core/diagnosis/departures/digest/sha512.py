"""The HMAC was made with SHA-512."""

from proxy.core.diagnosis.departures.base import Digest, DigestRule, RuleText
from proxy.core.diagnosis.departures.macs import hmac_of

RULE = DigestRule(
    about=RuleText(
        rule="alg-sha512",
        says="HMAC-SHA512 was used instead of HMAC-SHA256.",
        why="Other exchanges use SHA-512. Binance takes HMAC-SHA256: 64 hex characters.",
        see="The signature has 128 hex characters.",
        remedy="Use HMAC-SHA256: choose SHA-256, not SHA-512, in the HMAC function.",
        example="hmac.new(secret, payload, 'sha256').hexdigest()",
    ),
    digests=(
        Digest(64, hmac_of("sha512")),
        Digest(32, lambda keyed, text: keyed.under("sha512").digest(text)[:32]),
    ),
    other_hash=True,
    size=2,
    composed=2,
    codes=frozenset({-1022, -1100}),
)
