"""SHA-256 was taken of payload and secret, without an HMAC."""

from proxy.core.diagnosis.departures.base import Digest, DigestRule, RuleText
from proxy.core.diagnosis.departures.macs import ARRANGEMENTS, PIPED, plain

RULE = DigestRule(
    about=RuleText(
        rule="alg-plain-sha256",
        says="A plain SHA-256 was computed instead of an HMAC.",
        why="SHA-256 of the query and the secret, one behind the other, is not an HMAC.",
        see="sha256(...) and no hmac in the code.",
        remedy="Use HMAC-SHA256 with the secret as key.",
        example="hmac.new(secret, payload, 'sha256').hexdigest()",
    ),
    digests=tuple(Digest(32, plain("sha256", arrange)) for arrange in (*ARRANGEMENTS, *PIPED)),
    size=13,
    composed=13,
    usual=4,
)
