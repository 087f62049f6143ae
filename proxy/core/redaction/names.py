"""Which names may be shown: of parameters, JSON fields, headers and path segments.

Names are kept, since most mistakes are in them; but a key or a phone number pasted where a name belongs must
not pass. So a name has to look like one: short, few digits, and if it has humps they are words
(`newClientOrderId`), not the two letters on average that random text has.
"""

import re
from functools import cache, lru_cache
from typing import Final
from urllib.parse import unquote_to_bytes

from proxy.core.catalogue.fields import (
    CLEAR_C2C_FIELDS,
    CLEAR_PARAMETERS,
    CLEAR_REQUEST_HEADERS,
    CLEAR_RESPONSE_FIELDS,
    CLEAR_RESPONSE_HEADERS,
)

_LISTS: Final = (
    CLEAR_PARAMETERS,
    CLEAR_RESPONSE_FIELDS,
    CLEAR_C2C_FIELDS,
    CLEAR_REQUEST_HEADERS,
    CLEAR_RESPONSE_HEADERS,
)
_LONGEST: Final = 40
_MOST_DIGITS: Final = 3
_MOST_FOREIGN: Final = 2  # octets: enough for the multiplication sign that &times becomes on a web page
_FORM: Final = re.compile(rb"[A-Za-z_\x80-\xff][A-Za-z0-9_.\x80-\xff-]*(\[[0-9]{0,2}\][A-Za-z0-9_.-]*)?")
_HUMP: Final = re.compile(rb"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_DIGIT_INSIDE: Final = re.compile(rb"[0-9][A-Z]")
_SHORT: Final = 5  # letters: nothing can hide in so few
_MIDDLE: Final = 12
_MORE_WORDS: Final = frozenset(
    (
        b"account address advert adv agent amount answer api balance bank batch birth buyer cancel card chat "
        b"check client code coin complaint confirm content counter count cross currency custom deposit detail "
        b"email end event fee field fields filter fiat fund futures history info isolated item key kyc "
        b"language level list listen loan local maker margin market merchant message method mobile mode name "
        b"network nick note number option order param params part party pay payment permission phone platform "
        b"position price product profit query rate real reason receive record ref release remark request "
        b"response result risk seller sell send sender source spot status sub taker task token total trade "
        b"transfer travel tran type unrealized update url user value verify version wallet withdraw"
    ).split()
)


@lru_cache(maxsize=4096)
def presentable(name: bytes) -> bool:
    """Whether a decoded name looks like a name."""
    if len(name) > _LONGEST or not _FORM.fullmatch(name):
        return False
    if sum(octet >= 0x80 for octet in name) > _MOST_FOREIGN:
        return False
    if sum(octet in b"0123456789" for octet in name) > _MOST_DIGITS or _DIGIT_INSIDE.search(name):
        return False
    if name == name.lower() or name == name.upper():
        return True
    humps: list[bytes] = _HUMP.findall(name)
    letters = sum(map(len, humps))
    if letters <= _SHORT:
        return True
    if letters <= _MIDDLE:
        return letters >= 3 * len(humps) or name in _known_names()
    return any(len(hump) > 2 and hump.lower() in _words() for hump in humps)


@cache
def _known_names() -> frozenset[bytes]:
    return frozenset(name.encode("ascii") for names in _LISTS for name in names)


@cache
def _words() -> frozenset[bytes]:
    """Words that names of Binance are made of. Letters at random practically never hold one of three or more."""
    humps = {hump.lower() for name in _known_names() for hump in _HUMP.findall(name)}
    return frozenset(hump for hump in humps if len(hump) > 2) | _MORE_WORDS


@lru_cache(maxsize=4096)
def shown_octets(raw: bytes) -> str:
    """Octets in ASCII: what is not printable, and the backslash, as `\\xNN`."""
    return "".join(chr(o) if 0x20 <= o <= 0x7E and o != 0x5C else f"\\x{o:02x}" for o in raw)


def decoded(raw: bytes) -> bytes:
    """Percent-decoded once."""
    return unquote_to_bytes(raw) if b"%" in raw else raw
