"""One value in, what may be shown out: itself if the keep list allows, else a mark."""

import ipaddress
import re
from collections.abc import Callable, Sequence
from typing import Final

from proxy.core.redaction import notation
from proxy.core.redaction.memo import Memo
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


type KnownMarks = Memo[tuple[str, str]]
"""Marks by the hash of what they stand for, with its class."""

_MOST_MARKS: Final = 8192

type KnownTexts[T] = Memo[tuple[T, frozenset[str]]]
"""Redacted forms by the hash of the raw text, with the classes that were removed from it."""


class ValueRedactor:
    """Marks the values of one record after the other, and notes in `removed` which classes were removed from it."""

    __slots__ = ("_secrets", "_shortest", "_shortest_mark", "_tagger", "marks", "removed")

    def __init__(self, tagger: Tagger, secrets: Sequence[bytes]) -> None:
        """`secrets` are those that the process holds, raw, the shortest first; a value that contains one never
        gets a tag."""
        self._tagger = tagger
        self._secrets = secrets
        self.marks: KnownMarks = Memo(_MOST_MARKS)
        self._shortest = len(secrets[0]) if secrets else _NO_LENGTH
        self._shortest_mark = min(self._shortest, len(_PEM))
        self.removed: set[str] = set()

    def next_record(self) -> "ValueRedactor":
        """Begin the next record: nothing was removed from it yet."""
        self.removed = set()
        return self

    def memoised[*Ts, T](
        self, known_texts: KnownTexts[T], key: int, redact: Callable[[*Ts], T], *args: *Ts
    ) -> T:
        """The result of `redact`, from `known_texts` if `key`, the hash of what it reads, is there."""
        known = known_texts.get(key)
        if known is None:
            known = known_texts.store(key, self.collecting(redact, *args))
        if known[1]:
            self.removed |= known[1]
        return known[0]

    def collecting[*Ts, T](self, redact: Callable[[*Ts], T], *args: *Ts) -> tuple[T, frozenset[str]]:
        """The result of `redact`, and the classes that it removed."""
        before, self.removed = self.removed, set()
        try:
            return redact(*args), frozenset(self.removed)
        finally:
            self.removed = before

    def mark(self, kind: str, text: str, raw: bytes | None = None) -> str:
        """The mark of a decoded value that must not be shown; `raw` are its octets on the wire, where escapes
        may stand. An empty value is shown as it is."""
        return self.mark_and_class(kind, text, raw)[0] if text else ""

    def mark_and_class(self, kind: str, text: str, raw: bytes | None = None) -> tuple[str, str]:
        """The mark of a value that is not empty, and the class of what it stands for."""
        if kind == "sig":  # never twice the same
            known = self._new_mark(kind, text, raw)
        else:
            key = hash((kind, text, raw))
            known = self.marks.get(key) or self.marks.store(key, self._new_mark(kind, text, raw))
        self.removed.add(known[1])
        return known

    def _new_mark(self, kind: str, text: str, raw: bytes | None) -> tuple[str, str]:
        """The mark, and the class of what it stands for."""
        if kind == "text" and (text[0] in _DIGITS or text[0] == "-") and _DECIMAL.fullmatch(text):
            if "." in text or len(text) <= _LONG_NUMBER:
                return notation.magnitude(text), "amount"
            kind = "id"
        octets = text.encode("utf-8", "surrogateescape")
        long = len(octets) >= self._shortest_mark
        if long and self._holds_secret(octets):
            kind = "secret:loaded"
        elif kind == "sig":
            return notation.signature_mark(octets if raw is None else raw, octets), "sig"
        elif long and _PEM in text:
            kind = "secret:private_key"
        if kind.startswith("secret:"):
            return f"<{kind}:{notation.measure(octets)}>", "secret"
        return self._tagged_mark(kind, text, octets, raw)

    def _tagged_mark(self, kind: str, text: str, octets: bytes, raw: bytes | None) -> tuple[str, str]:
        if kind in _NUMBERS and octets.isdigit():
            return f"<{kind}:{self._tagger.tag(kind, octets)}:{len(octets)}>", kind
        if kind in _MAYBE_IP:
            if version := ip_version(text):
                return f"<ip:{self._tagger.tag('ip', octets)}:v{version}>", "ip"
            kind = "bearer" if text.startswith(_URL) else "text"
        tag = self._tagger.tag(kind, octets)
        if kind == "person":
            return f"<person:{tag}:{notation.script_of(text)}:{notation.length_range(len(text))}>", "person"
        return f"<{kind}:{tag}:{notation.measure(octets)}{notation.escapes(raw) if raw else ''}>", kind

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
        return len(octets) >= self._shortest and any(map(octets.__contains__, self._secrets))

    def sentence(self, text: str) -> str:
        """A message as it may be shown: see `redact_sentence`."""
        return redact_sentence(text, self._mark_word)

    def excerpt(self, text: str) -> str:
        """The beginning of a page as it may be shown: see `redact_excerpt`."""
        return redact_excerpt(text, self._mark_word)

    def _mark_word(self, text: str) -> str:
        bare = text.strip(".,;:()[]'\"")
        if ip_version(bare):
            return text.replace(bare, self.mark("ip", bare))
        return self.mark("text", text)
