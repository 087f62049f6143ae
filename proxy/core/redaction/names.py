"""Which names may be shown: of parameters, JSON fields, headers and path segments.

Names are kept, since most mistakes are in them; but a key or a phone number pasted where a name belongs must
not pass. So a name has to look like one: short, letters in humps (`newClientOrderId`, `recv_window`), few digits.
"""

import re
from functools import lru_cache
from typing import Final
from urllib.parse import unquote_to_bytes

_LONGEST: Final = 40
_MOST_DIGITS: Final = 3
_MOST_FOREIGN: Final = 2  # octets: enough for the multiplication sign that &times becomes on a web page
_FORM: Final = re.compile(rb"[A-Za-z_\x80-\xff][A-Za-z0-9_.\x80-\xff-]*(\[[0-9]{0,2}\][A-Za-z0-9_.-]*)?")
_HUMP: Final = re.compile(rb"[A-Z]*[a-z]*")
_SHORTEST_HUMP: Final = 2.4  # mean letters; words of a name have more, random letters about 2


@lru_cache(maxsize=4096)
def presentable(name: bytes) -> bool:
    """Whether a decoded name looks like a name."""
    if len(name) > _LONGEST or not _FORM.fullmatch(name):
        return False
    if sum(octet >= 0x80 for octet in name) > _MOST_FOREIGN:
        return False
    if sum(octet in b"0123456789" for octet in name) > _MOST_DIGITS:
        return False
    humps = [hump for hump in _HUMP.findall(name) if hump]
    letters = sum(map(len, humps))
    return letters <= 8 or letters / len(humps) >= _SHORTEST_HUMP


@lru_cache(maxsize=4096)
def shown_octets(raw: bytes) -> str:
    """Octets in ASCII: what is not printable, and the backslash, as `\\xNN`."""
    return "".join(chr(o) if 0x20 <= o <= 0x7E and o != 0x5C else f"\\x{o:02x}" for o in raw)


def decoded(raw: bytes) -> bytes:
    """Percent-decoded once."""
    return unquote_to_bytes(raw) if b"%" in raw else raw
