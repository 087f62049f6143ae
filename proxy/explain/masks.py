"""Stars for secrets, wherever they stand in something that is about to be shown."""

import base64
import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote_from_bytes

from proxy.core.secret import Secret

_SHORTEST: Final = 4  # shorter ones are words, and starring them would blot out the text
_LONG_LINE: Final = 24  # lines of a PEM text from which on they are secrets of their own


class Masks:
    """Knows the forms of all loaded secrets. Length is kept, so that positions stay true."""

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        forms = {form for secret in secrets for form in _forms(secret.reveal())}
        longest_first = sorted(forms, key=len, reverse=True)
        self._any = re.compile(b"|".join(map(re.escape, longest_first)), re.IGNORECASE) if forms else None

    def __repr__(self) -> str:
        return "Masks(...)"

    def octets(self, raw: bytes) -> bytes:
        """Octets with every secret in them starred, in either letter case."""
        return self._any.sub(lambda found: b"*" * len(found[0]), raw) if self._any else raw

    def text(self, raw: str) -> str:
        """Text of any origin with every secret starred; lone surrogates survive."""
        return self.octets(raw.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")


def _forms(secret: bytes) -> set[bytes]:
    """The secret as it is and as programs write it; of a PEM text also each line."""
    bare = secret.strip()
    if len(bare) < _SHORTEST:
        return set()
    forms = {
        bare,
        bare[::-1],
        quote_from_bytes(bare, safe="").encode(),
        base64.b64encode(bare).rstrip(b"="),
        base64.urlsafe_b64encode(bare).rstrip(b"="),
        bare.hex().encode(),
    }
    lines = [line.strip() for line in bare.splitlines()]
    if len(lines) > 1:
        forms |= {line for line in lines if len(line) >= _LONG_LINE and not line.startswith(b"-----")}
    return forms
