"""The HMAC was made with another hash: MD5, SHA-1, SHA-384, SHA-3 or BLAKE2."""

from proxy.core.diagnosis.departures.base import Digest, DigestRule, RuleText
from proxy.core.diagnosis.departures.macs import hmac_of

_HASHES = (
    ("md5", 16),
    ("sha1", 20),
    ("sha224", 28),
    ("sha384", 48),
    ("sha3_256", 32),
    ("sha3_512", 64),
    ("blake2s", 32),
)

RULE = DigestRule(
    about=RuleText(
        rule="alg-other-hmac-hash",
        says="Another hash than SHA-256 was used in the HMAC.",
        why="MD5, SHA-1, SHA-224, SHA-384 or SHA-3 were chosen. Binance takes HMAC-SHA256.",
        see="The signature has 32, 40, 56 or 96 hex characters.",
        remedy="Use HMAC-SHA256: choose SHA-256 in the HMAC function.",
        example="hmac.new(secret, payload, 'sha256').hexdigest()",
    ),
    digests=(*(Digest(length, hmac_of(name)) for name, length in _HASHES), Digest(32, hmac_of("sha512_256"))),
    other_hash=True,
    size=8,
    composed=8,
    codes=frozenset({-1022, -1100}),
)
