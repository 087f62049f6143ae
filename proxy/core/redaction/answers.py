"""Redacts bodies of answers: the code, the message, and the shape of the rest."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from proxy.core.decompress import UndecodedError, decompressed
from proxy.core.flow import Answer
from proxy.core.foreign_json import UnreadableError
from proxy.core.redaction.headers import AnswerHead
from proxy.core.redaction.memo import Memo
from proxy.core.redaction.name_rules import Location
from proxy.core.redaction.structure import redact_value, skimmed
from proxy.core.redaction.values import KnownTexts, ValueRedactor
from proxy.core.wire import media_type

_PAGES: Final = frozenset({"text/html", "text/plain"})
_MOST_KEPT: Final = 128
_LONGEST_KEPT: Final = 16 * 1024  # octets, of a body and of what is shown of it

LARGEST: Final = 1024 * 1024
"""Octets after decompression; a bigger body is not looked at."""

_known_media_type: Final = lru_cache(maxsize=64)(media_type)


@dataclass(slots=True)
class Content:
    """What the body of an answer says; shared between records, so to be read only."""

    code: str = ""
    message: str = ""
    body: str = ""
    undecoded: str = ""


class ContentRedactor:
    """Redacts bodies of answers. Remembers short ones: who polls gets the same answer until something happens."""

    __slots__ = ("_bound", "_known")

    def __init__(self, bound: int) -> None:
        """`bound`: octets of a captured body that are looked into."""
        self._bound = bound
        self._known: KnownTexts[Content] = Memo(_MOST_KEPT)

    def redact(self, answer: Answer, head: AnswerHead, location: Location, values: ValueRedactor) -> Content:
        """What can be said of the body; what cannot be read leaves its shape only."""
        captured = answer.body[: self._bound]
        if not captured:
            return Content(undecoded="not captured" if answer.body_octets else "")
        cut = len(captured) < max(answer.body_octets, len(answer.body)) or not answer.complete
        if len(captured) > _LONGEST_KEPT:
            return _content(captured, head, location, values, cut)
        key = hash((captured, head.label, head.coding, location, cut))
        known = self._known.get(key)
        if known is None:
            known = values.collecting(_content, captured, head, location, values, cut)
            if len(known[0].body) <= _LONGEST_KEPT:  # pragma: no branch  # what is shown has 80 leaves
                self._known.store(key, known)
        values.removed |= known[1]
        return known[0]


def _content(
    captured: bytes, head: AnswerHead, location: Location, values: ValueRedactor, cut: bool
) -> Content:
    content = Content()
    try:
        _look_into(_plain(captured, head.coding), _known_media_type(head.label), location, values, content)
    except UndecodedError as error:
        content.undecoded = "truncated" if cut and error.reason == "malformed" else error.reason
    return content


def _plain(captured: bytes, coding: bytes | None) -> bytes:
    """Raises UndecodedError."""
    plain, whole = decompressed(captured, coding, LARGEST)
    if not whole:
        raise UndecodedError("oversized")
    return plain


def _look_into(plain: bytes, label: str, location: Location, values: ValueRedactor, content: Content) -> None:
    if "sbe" in label:
        raise UndecodedError("sbe")
    try:
        value = skimmed(plain)
    except UnreadableError:
        if label in _PAGES and plain[:1] not in (b"{", b"["):
            content.body = values.excerpt(plain[:4000].decode("utf-8", "replace"))
            content.undecoded = "page"
            return
        raise UndecodedError("malformed") from None
    if isinstance(value, dict):
        content.code = _code(value, location, values)
        content.message = _message(value, values)
        if content.code and set(value) <= {"code", "msg"} and isinstance(value["code"], int):
            return  # both are said already; of a code in quotation marks the body says so
    content.body = redact_value(value, location, values)


def _code(value: dict[str, Any], location: Location, values: ValueRedactor) -> str:
    code = value.get("code")
    if isinstance(code, bool) or not isinstance(code, int | str) or code == "":
        return ""
    text = str(code)
    rule = location.rule("code")
    return text if rule.admits(text) else values.mark(rule.kind, text)


def _message(value: dict[str, Any], values: ValueRedactor) -> str:
    text = value.get("msg") or value.get("message")
    return values.sentence(text) if isinstance(text, str) else ""
