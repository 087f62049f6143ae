"""How a secret may look in a text: as it is, and in the encodings that texts go through.

One list for everybody who searches for secrets: the last look at a journal line (`core.redaction.secret_scan`), the
stars of `explain` (`explain.masks`) and those of a diagnosis (`core.diagnosis.examination.report`). What was never
written as characters (a hash of it, one half of it) is not among them. `evidence.leak_scan` shares no line with this
on purpose.
"""

import base64
import html
import json
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import quote, quote_plus

_SHORTEST_LINE: Final = 16
"""Lines of a PEM text are secrets of their own from this length on."""
_SHORTEST_STARRED: Final = 4
"""Octets; starring shorter ones, which are words, would blot out the text."""
_MARGIN: Final = 3
"""Base64 digits at either end that depend on what stands beside the secret."""


def parts(secret: bytes, *, shortest: int) -> list[bytes]:
    """The secret without the space around it; of a PEM text each line of its own that is not its frame.

    Nothing where it is shorter than `shortest` octets: that is a word, not a secret.
    """
    bare = secret.strip()
    if b"\n" not in bare:
        return [bare] if len(bare) >= shortest else []
    lines = [line.strip() for line in bare.splitlines()]
    return [line for line in lines if len(line) >= _SHORTEST_LINE and not line.startswith(b"--")]


def written_forms(secret: bytes) -> Iterator[bytes]:
    """The secret raw, and as URLs, JSON, HTML, logs and hex dumps write it, some of them twice over."""
    text = secret.decode("utf-8", "backslashreplace")
    yield secret
    percent = quote(secret, safe="")
    full = "".join(f"%{octet:02x}" for octet in secret)
    for form in (percent, full, quote_plus(secret)):
        yield form.encode()
        yield form.replace("%", "%25").encode()
    for form in ("".join(f"\\u{ord(c):04x}" for c in text), json.dumps(text)[1:-1]):
        yield form.encode()
        yield json.dumps(form)[1:-1].encode()
    yield html.escape(text).encode()
    yield "".join(f"&#{ord(c)};" for c in text).encode()
    yield "".join(f"&#x{ord(c):x};" for c in text).encode()
    yield secret.hex().encode()


def inner_base64(secret: bytes, *, shortest: int) -> Iterator[bytes]:
    """Base64 digits that stand for the secret inside something bigger, at each of the three offsets it can have.

    Digits that depend on its neighbours are cut off, and nothing shorter than `shortest` is given.
    """
    for offset in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            digits = encode(b"\0" * offset + secret).rstrip(b"=")
            kept = digits[_MARGIN if offset else 0 : -_MARGIN]
            if len(kept) >= shortest:
                yield kept


def own_base64(secret: bytes) -> Iterator[bytes]:
    """The digits of the secret alone, to the last: what an HTTP client makes of a password, say."""
    yield base64.b64encode(secret).rstrip(b"=")
    yield base64.urlsafe_b64encode(secret).rstrip(b"=")


class Stars:
    """Puts stars where a secret stands in a text for people, in any form and letter case.

    Length is kept, so that positions stay true. Backwards as well: reversing a secret is a mistake that people make.
    """

    __slots__ = ("_forms",)

    def __init__(self, secrets: Iterable[bytes] = ()) -> None:
        forms: set[bytes] = set()
        for secret in secrets:
            bare = secret.strip()
            whole = [bare] if len(bare) >= _SHORTEST_STARRED else []
            for part in {*whole, *parts(bare, shortest=_SHORTEST_STARRED)}:
                forms |= {form.lower() for form in (part[::-1], *written_forms(part), *own_base64(part))}
        self._forms = sorted(forms, key=len, reverse=True)

    def __repr__(self) -> str:
        return "Stars(...)"

    def octets(self, raw: bytes) -> bytes:
        """The same octets with every secret starred."""
        folded = raw.lower()
        for form in self._forms:
            at = folded.find(form)
            while at >= 0:
                stars = b"*" * len(form)
                folded = folded[:at] + stars + folded[at + len(form) :]
                raw = raw[:at] + stars + raw[at + len(form) :]
                at = folded.find(form, at + len(form))
        return raw

    def text(self, raw: str) -> str:
        """The same for text of any origin, lone surrogates included."""
        return self.octets(raw.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")
