"""Which names may be shown: of parameters, JSON fields, headers and path segments.

Names are kept, since most mistakes are in them; but a key or a phone number pasted where a name belongs must
not pass, in base64 or base32 either. So a name has to look like one: short, few digits, and made of words
(`newClientOrderId`). Words of Binance's may stand in it with mistakes; a few others may, if they can be spoken.
"""

import re
from functools import cache, lru_cache
from typing import Final

from proxy.core.catalogue import Catalogue
from proxy.core.catalogue.fields import (
    CLEAR_C2C_FIELDS,
    CLEAR_PARAMETERS,
    CLEAR_REQUEST_HEADERS,
    CLEAR_RESPONSE_FIELDS,
    CLEAR_RESPONSE_HEADERS,
)
from proxy.core.wire import percent_decoded

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
_FOREIGN: Final = bytes(range(0x80, 0x100))
_FORM: Final = re.compile(rb"[A-Za-z_\x80-\xff][A-Za-z0-9_.\x80-\xff-]*(\[[0-9]{0,2}\][A-Za-z0-9_.-]*)?")
_HUMP: Final = re.compile(rb"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_DIGIT_INSIDE: Final = re.compile(rb"[0-9][A-Z]")
_PIECE: Final = re.compile(rb"[^_.\[\]-]+")
_PLAIN: Final = re.compile(rb"[a-z\x80-\xff]{1,12}[0-9]{0,2}|[A-Z\x80-\xff]{1,12}[0-9]{0,2}|[0-9]{1,2}")
"""A word in one case, with a number behind it at most; a phone number in base32 has digits inside, or is longer."""

_SPOKEN: Final = re.compile(rb"(?=.*[aeiouyAEIOUY])[A-Za-z][a-z]{2,}")
"""A hump that may be a word though nobody here knows it. (Digits have no vowel in base64.)"""

_SHORT: Final = 5  # letters: nothing can hide in so few
_MIDDLE: Final = 12
_SHORTEST_PART: Final = 4  # letters of a word that counts inside others; shorter ones are there by chance
_LONGEST_PART: Final = 12
_MORE_WORDS: Final = frozenset(
    (
        b"account address advert adv agent amount answer api balance bank batch birth buyer cancel card chat "
        b"check client code coin comment complaint confirm content counter count cross currency custom deposit "
        b"description detail email end event fee field fields filter fiat fund futures group history info "
        b"isolated item key kyc label language level list listen loan local maker margin market merchant message "
        b"method mobile mode msg name network nick nos note number option order originator param params part "
        b"party pay payment permission phone platform position price product profit query rate real reason "
        b"receive record ref release remark request response result risk seller sell send sender signature source "
        b"spot status sub taker task token total trade transfer travel tran type unrealized update url user value "
        b"verify version wallet withdraw"
    ).split()
)


def presentable(name: bytes) -> bool:
    """Whether a decoded name looks like a name. Not remembered here: what is no name must not stay in memory."""
    if not _in_form(name):
        return False
    humps: list[bytes] = _HUMP.findall(name)
    letters = sum(map(len, humps))
    if letters <= _SHORT or name in _known_names() or all(map(_PLAIN.fullmatch, _PIECE.findall(name))):
        return True
    if letters == len(name) <= _MIDDLE and all(map(_SPOKEN.fullmatch, humps)):
        return True
    return 2 * sum(map(_known_letters, humps)) >= letters


def presentable_alone(name: bytes) -> bool:
    """Whether a name that has no value (`?symbol`) looks like a name. It may well be a value without its name, so
    nearly all of it must be known words."""
    if name in _known_names():
        return True
    humps: list[bytes] = _HUMP.findall(name)
    letters = sum(map(len, humps))
    if not _in_form(name) or letters < len(name.translate(None, b"_.-[]")):
        return False
    return 3 * sum(map(_known_letters, humps)) >= 2 * letters


def _in_form(name: bytes) -> bool:
    """Whether the signs are those of a name: few digits, none before a capital, as good as nothing foreign."""
    if len(name) > _LONGEST or not _FORM.fullmatch(name) or _DIGIT_INSIDE.search(name):
        return False
    if len(name) - len(name.translate(None, b"0123456789")) > _MOST_DIGITS:
        return False
    return name.isascii() or len(name) - len(name.translate(None, _FOREIGN)) <= _MOST_FOREIGN


def _known_letters(hump: bytes) -> int:
    """How many letters of a hump belong to known words: all of one that is a word, else of those it is made of
    (`newclientorderid`)."""
    text, words = hump.lower(), _words()
    if text in words:
        return len(text)
    most = [0] * (len(text) + 1)  # known letters among the first so many
    for end in range(_SHORTEST_PART, len(text) + 1):
        most[end] = most[end - 1]
        for begin in range(max(0, end - _LONGEST_PART), end - _SHORTEST_PART + 1):
            if text[begin:end] in words:
                most[end] = max(most[end], most[begin] + end - begin)
    return most[-1]


@cache
def _known_names() -> frozenset[bytes]:
    return frozenset(name.encode("ascii") for names in _LISTS for name in names)


@cache
def _words() -> frozenset[bytes]:
    """Words that names and paths of Binance are made of, and some that stand in no list."""
    paths = (path.encode("ascii") for path in Catalogue.builtin().paths())
    humps = {hump.lower() for text in (*_known_names(), *paths) for hump in _HUMP.findall(text)}
    return frozenset(hump for hump in humps if len(hump) > 1) | _MORE_WORDS


@lru_cache(maxsize=4096)
def shown_octets(raw: bytes) -> str:
    """Octets in ASCII: what is not printable, and the backslash, as `\\xNN`."""
    return "".join(chr(o) if 0x20 <= o <= 0x7E and o != 0x5C else f"\\x{o:02x}" for o in raw)


def decoded(raw: bytes) -> bytes:
    """Percent-decoded once."""
    return percent_decoded(raw) if b"%" in raw else raw
