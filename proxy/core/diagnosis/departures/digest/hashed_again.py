"""The HMAC was hashed once more before it was sent."""

import hashlib
import hmac

from proxy.core.diagnosis.departures.base import Digest, DigestRule, RuleText


def _mac(key: bytes, text: bytes) -> bytes:
    return hmac.digest(key, text, "sha256")


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
        Digest(32, lambda key, text: hashlib.sha256(_mac(key, text)).digest()),
        Digest(32, lambda key, text: hashlib.sha256(_mac(key, text).hex().encode()).digest()),
        Digest(32, lambda key, text: _mac(key, _mac(key, text))),
        Digest(32, lambda key, text: _mac(key, _mac(key, text).hex().encode())),
        Digest(
            16, lambda key, text: hashlib.md5(_mac(key, text).hex().encode(), usedforsecurity=False).digest()
        ),
    ),
    size=5,
    composed=5,
)
