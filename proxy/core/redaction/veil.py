"""One value in, what may be shown out: itself if the keep list allows, else a mark."""

import ipaddress
import re
from collections.abc import Sequence
from typing import Final

from proxy.core.redaction import notation
from proxy.core.redaction.names import presentable, shown_octets
from proxy.core.redaction.notation import Tagger
from proxy.core.redaction.sentence import redact_excerpt, redact_sentence

_DECIMAL: Final = re.compile(r"-?[0-9]{0,24}(\.[0-9]{0,24})?")
_LONG_NUMBER: Final = 6  # digits from which a number may single somebody out
_NO_LENGTH: Final = 1 << 62
_PEM: Final = "-----BEGIN"
_IP_LETTERS: Final = re.compile(
    r"[0-9]{1,3}(\.[0-9]{1,3}){3}|(?=[^:]*:[^:]*:)[0-9A-Fa-f:.]{2,45}(%[A-Za-z0-9]+)?"
)
_IP_START: Final = frozenset("0123456789abcdefABCDEF:")
_DIGITS: Final = frozenset("0123456789")
_MAYBE_IP: Final = frozenset({"text", "ip"})
_NUMBERS: Final = frozenset({"order", "id"})
_URL: Final = ("http://", "https://", "ws://", "wss://")


def ip_version(text: str) -> int | None:
    """4 or 6 if the text is an IP address."""
    if text[:1] not in _IP_START or not _IP_LETTERS.fullmatch(text):
        return None
    try:
        return ipaddress.ip_address(text).version
    except ValueError:
        return None


class Veil:
    """Marks the values of one record and remembers which classes were removed from it."""

    __slots__ = ("_secrets", "_shortest", "_shortest_mark", "_tagger", "pairs", "removed")

    def __init__(self, tagger: Tagger, secrets: Sequence[bytes]) -> None:
        """`secrets` are those that the process holds, raw, the shortest first; a value that
        contains one never gets a tag."""
        self._tagger = tagger
        self._secrets = secrets
        self._shortest = len(secrets[0]) if secrets else _NO_LENGTH
        self._shortest_mark = min(self._shortest, len(_PEM))
        self.removed: set[str] = set()
        self.pairs: dict[bytes, str] = {}
        """Pairs of this record that were looked at already: most go out as they came in."""

    def mark(self, kind: str, text: str, raw: bytes | None = None) -> str:
        """The mark of a decoded value that must not be shown; `raw` are its octets on the wire, where escapes
        may stand. An empty value is shown as it is."""
        if not text:
            return ""
        if kind == "text" and (text[0] in _DIGITS or text[0] == "-") and _DECIMAL.fullmatch(text):
            if "." in text or len(text) <= _LONG_NUMBER:
                self.removed.add("amount")
                return notation.magnitude(text)
            kind = "id"
        octets = text.encode("utf-8", "surrogateescape")
        long = len(octets) >= self._shortest_mark
        if long and self._holds_secret(octets):
            kind = "secret:loaded"
        elif kind == "sig":
            self.removed.add("sig")
            return notation.signature_mark(octets if raw is None else raw, octets)
        elif long and _PEM in text:
            kind = "secret:private_key"
        if kind.startswith("secret:"):
            self.removed.add("secret")
            return f"<{kind}:{notation.measure(octets)}>"
        return self._tagged(kind, text, octets, raw)

    def _tagged(self, kind: str, text: str, octets: bytes, raw: bytes | None) -> str:
        if kind in _NUMBERS and octets.isdigit():
            self.removed.add(kind)
            return f"<{kind}:{self._tagger.tag(kind, octets)}:{len(octets)}>"
        if kind in _MAYBE_IP:
            if version := ip_version(text):
                self.removed.add("ip")
                return f"<ip:{self._tagger.tag('ip', octets)}:v{version}>"
            kind = "bearer" if text.startswith(_URL) else "text"
        self.removed.add(kind)
        tag = self._tagger.tag(kind, octets)
        if kind == "person":
            return f"<person:{tag}:{notation.script_of(text)}:{notation.length_range(len(text))}>"
        return f"<{kind}:{tag}:{notation.measure(octets)}{notation.escapes(raw) if raw else ''}>"

    def name(self, raw: bytes, name: bytes, kind: str = "name") -> str:
        """A name as it may be shown; `raw` as it stands, `name` percent-decoded."""
        return shown_octets(raw) if presentable(name) else self.unnameable(raw, kind)

    def unnameable(self, raw: bytes, kind: str) -> str:
        """The mark of octets that stand where a name should."""
        if self._holds_secret(raw):
            self.removed.add("secret")
            return f"<secret:loaded:{notation.measure(raw)}>"
        self.removed.add(kind)
        return f"<{kind}:{self._tagger.tag(kind, raw)}:{notation.measure(raw)}>"

    def _holds_secret(self, octets: bytes) -> bool:
        return len(octets) >= self._shortest and any(secret in octets for secret in self._secrets)

    def sentence(self, text: str) -> str:
        """A message as it may be shown: see `redact_sentence`."""
        return redact_sentence(text, self._word)

    def excerpt(self, text: str) -> str:
        """The beginning of a page as it may be shown: see `redact_excerpt`."""
        return redact_excerpt(text, self._word)

    def _word(self, text: str) -> str:
        bare = text.strip(".,;:()[]'\"")
        if ip_version(bare):
            return text.replace(bare, self.mark("ip", bare))
        return self.mark("text", text)
