"""The HMAC was hashed once more before it was sent."""

import hashlib

from proxy.core.diagnosis.departures.base import Digest, DigestRule, RuleText

RULE = DigestRule(
    about=RuleText(
        rule="alg-digest-hashed-again",
        says="The finished HMAC was hashed or signed once more.",
        why="Two helpers were nested, each of which hashes.",
        see="Two hash calls around each other in the code.",
        remedy="Send the HMAC of the payload as it is.",
        example="signature = hmac.new(secret, payload, 'sha256').hexdigest()",
    ),
    digests=(
        Digest(32, lambda keyed, text: hashlib.sha256(keyed.digest(text)).digest()),
        Digest(32, lambda keyed, text: hashlib.sha256(keyed.digest(text).hex().encode()).digest()),
        Digest(32, lambda keyed, text: keyed.digest(keyed.digest(text))),
        Digest(32, lambda keyed, text: keyed.digest(keyed.digest(text).hex().encode())),
        Digest(
            16,
            lambda keyed, text: hashlib.md5(
                keyed.digest(text).hex().encode(), usedforsecurity=False
            ).digest(),
        ),
    ),
    size=5,
    composed=5,
)
