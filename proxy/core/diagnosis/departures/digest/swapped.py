"""The HMAC was given the payload as key and the secret as message."""

from proxy.core.diagnosis.departures.base import Digest, DigestRule, RuleText
from proxy.core.hmacs import hash_named, hmac_once

_SHA512 = hash_named("sha512")

RULE = DigestRule(
    about=RuleText(
        rule="alg-hmac-arguments-swapped",
        says="HMAC key and message were swapped: the payload was the key and the secret the message.",
        why="Libraries differ in which argument comes first.",
        see="hash_hmac('sha256', $secret, $payload) and the like.",
        remedy=(
            "Swap the two arguments of your HMAC function: the secret is the key, the query text is "
            "the message."
        ),
        example="hash_hmac('sha256', $payload, $secret)   // PHP: data first, key second",
    ),
    digests=(
        Digest(32, lambda keyed, text: hmac_once(text, keyed.key)),
        Digest(64, lambda keyed, text: hmac_once(text, keyed.key, _SHA512)),
    ),
    size=2,
    composed=2,
)
