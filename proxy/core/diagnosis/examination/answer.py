"""Reading an answer of the exchange: code, message, business errors inside HTTP 200, HTML pages."""

import re
from email.utils import parsedate_to_datetime
from typing import Any, Final

import msgspec

from proxy.core.diagnosis.examination.observation import AnswerSeen
from proxy.core.foreign_json import UnreadableError, read_digits

_BOUND: Final = 65_536
_WHOLE: Final = re.compile(r"-?[0-9]{1,9}")
_SUCCESS_CODES: Final = frozenset({"000000", "0", "200"})


class Answer(msgspec.Struct, frozen=True):
    """What an answer says. `code` is a number where the exchange sent one, else its text."""

    status: int
    code: int | str | None = None
    message: str = ""
    server_ms: int | None = None
    retry_after: str | None = None
    html: bool = False
    refused_in_200: bool = False
    data: Any = None

    @property
    def success(self) -> bool:
        """Accepted and carried out: status 2xx and no error inside."""
        return 200 <= self.status < 300 and not self.refused_in_200


def read_answer(seen: AnswerSeen | None) -> Answer | None:
    """Never raises: whatever cannot be read is left out."""
    if seen is None:
        return None
    data = _json(seen.body[:_BOUND])
    found = data if isinstance(data, dict) else {}
    inner = found.get("error")
    if isinstance(inner, dict):  # WebSocket API: {"status": 400, "error": {"code": ..., "msg": ...}}
        found = {**found, **inner}
    status = seen.status
    if isinstance(data, dict) and status in (0, 101, 200) and isinstance(found.get("status"), int):
        status = found["status"]
    code = _code(found.get("code"))
    message = _text(found.get("msg") or found.get("message"))
    if code is None:
        code = _code_of_sentence(message)
    return Answer(
        status=status,
        code=code,
        message=message,
        server_ms=_server_ms(seen, found),
        retry_after=_header(seen, b"retry-after"),
        html=_is_html(seen),
        refused_in_200=200 <= status < 300 and _refuses(found, code),
        data=data,
    )


def _json(body: bytes) -> Any:
    if body[:1] not in (b"{", b"["):
        body = body.lstrip()
    if body[:1] not in (b"{", b"["):
        return None
    try:
        return read_digits(body)
    except UnreadableError:
        return None


def _code(value: object) -> int | str | None:
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and value:
        negative = value.startswith("-") and _WHOLE.fullmatch(value)
        return int(value) if negative else value[:40]
    return None


_SENTENCES: Final = (
    ("Signature for this request is not valid", -1022),
    ("Timestamp for this request ", -1021),
    ("Illegal characters found in ", -1100),
    ("Mandatory parameter ", -1102),
    ("Not all sent parameters were read", -1104),
    ("API-key format invalid", -2014),
    ("Invalid API-key, IP, or permissions", -2015),
)
"""The old calls under /wapi, and some services to this day, answer with the sentence and no code."""


def _code_of_sentence(message: str) -> int | None:
    return next((code for begins, code in _SENTENCES if message.startswith(begins)), None)


def _refuses(found: dict[str, Any], code: int | str | None) -> bool:
    if found.get("success") is False:
        return True
    if isinstance(code, int):
        return code < 0
    return isinstance(code, str) and code not in _SUCCESS_CODES and "data" in found


def _text(value: object) -> str:
    return value[:1000] if isinstance(value, str) else ""


def _header(seen: AnswerSeen, name: bytes) -> str | None:
    return next((value.decode("latin-1") for key, value in seen.headers if key.lower() == name), None)


def _is_html(seen: AnswerSeen) -> bool:
    kind = _header(seen, b"content-type") or ""
    start = seen.body[:200].lstrip().lower()
    return "text/html" in kind.lower() or start.startswith((b"<!doctype", b"<html", b"<head"))


_WHOLE_DATE: Final = re.compile(r"[0-9]{2}:[0-9]{2}:[0-9]{2} ")
"""A time to the second with its zone behind it: one that was cut is another time."""


def _server_ms(seen: AnswerSeen, found: dict[str, Any]) -> int | None:
    """Time of the answer: a field of the body, else the Date header (whole seconds)."""
    for name in ("serverTime", "server_time"):
        value = found.get(name)
        if isinstance(value, int) and 10**12 < value < 10**14:
            return value
    date = _header(seen, b"date")
    if date is None or not _WHOLE_DATE.search(date):
        return None
    try:
        return int(parsedate_to_datetime(date).timestamp() * 1000)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
