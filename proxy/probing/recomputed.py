"""Was the signature that went out the right one? Made again from the octets that went out, by other code than signed.

The octets are cut here once more: the raw query without its last pair, then the form. For HMAC the standard library's
`hmac` computes it (the signer has its own); RSA and Ed25519 signatures are verified with the public half.
"""

import hashlib
import hmac
from urllib.parse import unquote_to_bytes

from proxy.core.probes import Recomputed
from proxy.core.signing import HmacKey, PrivateKey, SigningKey

_MARK = b"&signature="


def recomputed(octets: bytes, key: SigningKey) -> Recomputed:
    """`octets`: a whole HTTP/1.1 request as it was sent. Unchecked where it carries no signature as its last pair."""
    head, _, body = octets.partition(b"\r\n\r\n")
    line, *fields = head.split(b"\r\n")
    query = line.split(b" ")[1].partition(b"?")[2]
    signed, mark, signature = query.rpartition(_MARK)
    if not mark or b"&" in signature:
        return Recomputed.UNCHECKED
    is_form = any(
        field.lower().replace(b" ", b"").startswith(b"content-type:application/x-www-form-urlencoded")
        for field in fields
    )
    payload = signed + (body if is_form else b"")
    right = _right(key, payload, unquote_to_bytes(signature))
    if right is None:
        return Recomputed.UNCHECKED
    return Recomputed.RIGHT if right else Recomputed.WRONG


def _right(key: SigningKey, payload: bytes, signature: bytes) -> bool | None:
    """None for a key of a kind that nobody here can recompute."""
    if isinstance(key, HmacKey):
        digest = hmac.new(key.secret.reveal(), payload, hashlib.sha256).hexdigest().encode("ascii")
        return hmac.compare_digest(digest, signature.lower())
    if isinstance(key, PrivateKey):
        return key.public().verify(payload, signature.decode("ascii", "replace"))
    return None
