"""A second opinion in a few lines: what must be kept of a client's octets, and whether a signature is right.

Written from Binance's documentation (rest-api.md, "SIGNED endpoint security") without a line of the gateway's
code, so that a mistake in one shows against the other.
"""

import hashlib
import hmac
import re
from urllib.parse import unquote_to_bytes

RESERVED = {b"signature", b"timestamp"}
_MAY_STAND_RAW = re.compile(rb"[A-Za-z0-9\-._~!$'()*+,;:@/?\[\]%&=]")
_WINDOW = re.compile(rb"[0-9]{1,5}(\.[0-9]{1,3})?")


def pairs_of(text: bytes) -> list[bytes]:
    return text.split(b"&") if text else []


def name_of(pair: bytes) -> bytes:
    return unquote_to_bytes(pair.split(b"=", 1)[0])


def names(text: bytes) -> list[bytes]:
    """The decoded names of a query or form, in order."""
    return [name_of(pair) for pair in pairs_of(text)]


def escaped(text: bytes) -> bytes:
    """Every octet that may not stand raw becomes upper-case %XX."""
    octets = (text[i : i + 1] for i in range(len(text)))
    return b"".join(o if _MAY_STAND_RAW.match(o) else b"%%%02X" % o[0] for o in octets)


def brings_window(query: bytes, form: bytes) -> bool:
    """Whether the client has a recvWindow of its own that Binance would take: once, above 0, at most 60000."""
    found = [pair for pair in pairs_of(query) + pairs_of(form) if name_of(pair) == b"recvWindow"]
    if len(found) != 1:
        return False
    value = found[0].split(b"=", 1)[-1]
    return bool(_WINDOW.fullmatch(value)) and 0 < float(value) <= 60_000


def kept(text: bytes, *, window: bool) -> list[bytes]:
    """The pairs of a client's query or form that must arrive, in order and with the octets they must have.

    `window`: whether the client's recvWindow stays.
    """
    out = []
    for pair in pairs_of(text):
        name = name_of(pair)
        cut = name in RESERVED or name.lower() == b"x-mbx-apikey" or (name == b"recvWindow" and not window)
        if not cut:
            out.append(escaped(pair))
    return out


def is_form(body: bytes) -> bool:
    """A body that is signed: not JSON by its first octet."""
    return body != b"" and body.lstrip()[:1] not in (b"{", b"[")


def hmac_covers(secret: bytes, query: bytes, body: bytes) -> bool:
    """Whether the query ends in the one signature of this request, and it is right for the octets received."""
    signed, _, signature = query.rpartition(b"&signature=")
    payload = signed + (body if is_form(body) else b"")
    right = hmac.new(secret, payload, hashlib.sha256).hexdigest().encode()
    return (names(query) + names(body if is_form(body) else b"")).count(
        b"signature"
    ) == 1 and signature == right
