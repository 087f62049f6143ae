"""Answers of the exchange from what was found of them: a status and a body, maybe compressed, or a body alone."""

import json
import re
from typing import Any, Final

from proxy.core.catalogue import Catalogue
from proxy.core.catalogue.errors import lookup
from proxy.core.decompress import UndecodedError, decompressed
from proxy.core.diagnosis.examination.observation import AnswerSeen
from proxy.core.wire import Header
from proxy.explain.readers.replies import reply_of

MOST_OCTETS: Final = 65_536
_CODED: Final = (b"gzip", b"x-gzip", b"deflate")
_STATUS: Final = re.compile(r"[1-5][0-9]{2}")
_NEGATIVE: Final = re.compile(r"-[0-9]{1,9}")


def answer_of(status: int, headers: tuple[Header, ...], body: bytes) -> AnswerSeen:
    """An answer with its body decompressed and bounded; a body that cannot be read is left out."""
    coding = next((value for name, value in headers if name.lower() == b"content-encoding"), b"")
    if body[:1] not in (b"{", b"[") and coding.strip().lower() in _CODED:
        try:
            body, _ = decompressed(body, coding, MOST_OCTETS)
        except UndecodedError:
            body = b""
    return AnswerSeen(status, headers, body[:MOST_OCTETS])


def bare_answer(body: bytes, method: str, path: bytes) -> AnswerSeen | None:
    """An answer of which only the body is known: the status follows from its code. None if it has no code."""
    code = code_of(body)
    if code is None:
        return answer_of(200, (), body) if _failed(body) else None
    return AnswerSeen(usual_status(code, method, path), (), body[:MOST_OCTETS])


def spoken_answer(text: bytes, method: str, path: bytes) -> AnswerSeen | None:
    """An answer in whatever dress: an exception's text, a printed mapping, a bare code. None if the text has none."""
    status, body = reply_of(text.decode("utf-8", "surrogateescape"))
    if status is not None:
        return answer_of(status, (), body)
    return bare_answer(body, method, path)


def answer_beside(text: str, sent: bytes, method: str, path: bytes) -> AnswerSeen | None:
    """The answer that a text tells of anywhere, beside a request that is not followed by one: a code with its
    sentence, no status alone. `sent` is the request's own body, which is no answer."""
    _, body = reply_of(text)
    try:
        found: Any = json.loads(body) if body else None
    except (ValueError, RecursionError):
        return None
    coded = isinstance(found, dict) and _NEGATIVE.fullmatch(str(found.get("code")))
    return bare_answer(body, method, path) if coded and found.get("msg") and body not in sent else None


def _failed(body: bytes) -> bool:
    """Whether it is `{"success": false, ...}`, with which some services answer 200 and no code."""
    try:
        found: Any = json.loads(body)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and found.get("success") is False


def code_of(body: bytes) -> int | str | None:
    """`code` of a JSON object: a number, or text such as "000000" on C2C; of a WebSocket answer, of its `error`."""
    try:
        found: Any = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if isinstance(found, dict) and isinstance(found.get("error"), dict):
        found = found["error"]
    code = found.get("code") if isinstance(found, dict) else None
    return code if isinstance(code, int | str) and not isinstance(code, bool) else None


def usual_status(code: int | str, method: str, path: bytes) -> int:
    """The HTTP status that Binance documents beside a code; 200 for codes that are no refusal."""
    if not _NEGATIVE.fullmatch(str(code)):
        return 200
    endpoint = Catalogue.builtin().find(method, path.decode("latin-1"))
    error = lookup(code, family=endpoint.family if endpoint else "spot")
    found = _STATUS.search(error.http_status) if error else None
    return int(found[0]) if found else 400
