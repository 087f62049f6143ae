"""The answer's part of a record."""

from dataclasses import dataclass, field
from typing import Any, Final

from proxy.core.catalogue.fields import Where
from proxy.core.flow import Answer
from proxy.core.redaction.headers import HeaderRedactor
from proxy.core.redaction.inflate import UndecodedError, inflate
from proxy.core.redaction.structure import read_json, redact_value
from proxy.core.redaction.veil import Veil, is_clear
from proxy.core.wire import media_type

_PAGES: Final = frozenset({"text/html", "text/plain"})
_LONGEST_CODE: Final = 40


@dataclass(slots=True)
class AnswerParts:
    """Fields of FlowRecord that come from the answer."""

    code: str = ""
    message: str = ""
    body: str = ""
    undecoded: str = ""
    headers: list[str] = field(default_factory=list)
    other_headers: int = 0


def redact_answer(
    answer: Answer, where: Where, bound: int, headers: HeaderRedactor, veil: Veil
) -> AnswerParts:
    """Look into the first `bound` octets of the captured body; what cannot be read leaves its shape only."""
    parts = AnswerParts()
    parts.headers, parts.other_headers = headers.answer(answer.headers, veil)
    captured = answer.body[:bound]
    if not captured:
        parts.undecoded = "not captured" if answer.body_octets else ""
        return parts
    cut = len(captured) < max(answer.body_octets, len(answer.body)) or not answer.complete
    try:
        _look_into(inflate(captured, answer.header(b"content-encoding")), answer, where, veil, parts)
    except UndecodedError as error:
        parts.undecoded = "truncated" if cut and error.reason == "malformed" else error.reason
    return parts


def _look_into(plain: bytes, answer: Answer, where: Where, veil: Veil, parts: AnswerParts) -> None:
    label = media_type(answer.header(b"content-type"))
    if "sbe" in label:
        raise UndecodedError("sbe")
    try:
        value = read_json(plain)
    except ValueError:
        if label in _PAGES and plain[:1] not in (b"{", b"["):
            parts.body = veil.excerpt(plain[:4000].decode("utf-8", "replace"))
            parts.undecoded = "page"
            return
        raise UndecodedError("malformed") from None
    if isinstance(value, dict):
        parts.code = _code(value, where, veil)
        parts.message = _message(value, veil)
        if parts.code and set(value) <= {"code", "msg"}:
            return  # both are said already
    parts.body = redact_value(value, where, veil)


def _code(value: dict[str, Any], where: Where, veil: Veil) -> str:
    code = value.get("code")
    if isinstance(code, bool) or not isinstance(code, int | str) or code == "":
        return ""
    text = str(code)
    if len(text) <= _LONGEST_CODE and is_clear("code", text, where):
        return text
    return veil.mark("code", text)


def _message(value: dict[str, Any], veil: Veil) -> str:
    text = value.get("msg") or value.get("message")
    return veil.sentence(text) if isinstance(text, str) else ""
