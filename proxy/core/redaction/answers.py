"""The answer's part of a record."""

from dataclasses import dataclass, field
from typing import Any, Final

from proxy.core.flow import Answer
from proxy.core.redaction.headers import HeaderRedactor
from proxy.core.redaction.inflate import UndecodedError, inflate
from proxy.core.redaction.plans import Place
from proxy.core.redaction.structure import read_json, redact_value
from proxy.core.redaction.veil import Veil
from proxy.core.wire import media_type

_PAGES: Final = frozenset({"text/html", "text/plain"})


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
    answer: Answer, place: Place, bound: int, headers: HeaderRedactor, veil: Veil
) -> AnswerParts:
    """Look into the first `bound` octets of the captured body; what cannot be read leaves its shape only."""
    parts = AnswerParts()
    parts.headers, parts.other_headers = headers.answer(answer.headers)
    captured = answer.body[:bound]
    if not captured:
        parts.undecoded = "not captured" if answer.body_octets else ""
        return parts
    cut = len(captured) < max(answer.body_octets, len(answer.body)) or not answer.complete
    label, coding = _labels(answer)
    try:
        _look_into(inflate(captured, coding), label, place, veil, parts)
    except UndecodedError as error:
        parts.undecoded = "truncated" if cut and error.reason == "malformed" else error.reason
    return parts


def _labels(answer: Answer) -> tuple[str, bytes]:
    """Media type and Content-Encoding, found in one pass."""
    label, coding = b"", b""
    for name, value in answer.headers:
        if len(name) == 12 and not label and name.lower() == b"content-type":
            label = value
        elif len(name) == 16 and not coding and name.lower() == b"content-encoding":
            coding = value
    return media_type(label), coding


def _look_into(plain: bytes, label: str, place: Place, veil: Veil, parts: AnswerParts) -> None:
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
        parts.code = _code(value, place, veil)
        parts.message = _message(value, veil)
        if parts.code and set(value) <= {"code", "msg"}:
            return  # both are said already
    parts.body = redact_value(value, place, veil)


def _code(value: dict[str, Any], place: Place, veil: Veil) -> str:
    code = value.get("code")
    if isinstance(code, bool) or not isinstance(code, int | str) or code == "":
        return ""
    text = str(code)
    plan = place.plan("code")
    return text if plan.admits(text) else veil.mark(plan.kind, text)


def _message(value: dict[str, Any], veil: Veil) -> str:
    text = value.get("msg") or value.get("message")
    return veil.sentence(text) if isinstance(text, str) else ""
