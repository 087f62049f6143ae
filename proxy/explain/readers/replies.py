"""Answers of the exchange in whatever dress: JSON, what Python and PHP print of it, the texts of exceptions.

    {"code":-1022,"msg":"..."}              {'code': -1022, 'msg': '...'}            {\\"code\\":-1022, ...}
    APIError(code=-1022): ...               <APIError> code=-1022, msg=...           [ServerError] -1022: ...
    HTTP/1.1 400 Bad Request                400 Client Error                         returned code 400

An answer holds a code of Binance, `success: false`, or an HTTP status.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from proxy.core.catalogue.errors import is_listed
from proxy.core.diagnosis.refusals.others_codes import without_others
from proxy.explain.readers.literals import Bare, octets, read_value
from proxy.explain.spans import ReplySeen, Span

NAME: Final = "answer"
MOST: Final = 1000
_WINDOW: Final = 65_536
_OBJECT: Final = re.compile(
    r"\{\s{0,200}(?:\\{0,3}[\"'])?(?:code|msg|message|success|error|status|id|errorCode)\b"
    r"(?=\\{0,3}[\"']?\s{0,9}(?::|=>))"
)
_WORDS: Final = re.compile(
    r"(?:APIError|APIException|\w{0,40}Error|\w{0,40}Exception|ApiError)?[>(\s]{0,3}"
    r"\b(?<![?&])(?:code|errorCode|error_code|errno)\b[\"']?\s?"
    r"(?:[:=]|=>)\s?[\"']?(?P<code>-[1-9][0-9]{3,5}|[0-9]{5,6})(?!&\w)[\"']?\)?"
    r"(?:[,;:]?\s{0,3}(?:(?:msg|message|errorMessage)[\"']?\s?(?:[:=]|=>))?\s?[\"']?(?P<text>[^\n\"'<>{}]{0,300}))?",
    re.IGNORECASE,
)
_NUMBER: Final = re.compile(
    r"(?<![\w.=&/-])(?P<code>-[1-9][0-9]{3,4})(?![\w.-]|,[0-9])"
    r"(?:\)?[:|,]?[ \t]{1,3}(?P<text>[A-Z][^\n\"'<>{}]{0,300}))?"
)
_STATUS: Final = re.compile(
    r"\bHTTP/[0-9](?:\.[0-9])?[\"']?[ \t]+(?P<a>[1-5][0-9]{2})\b"
    r"|\b(?P<b>[45][0-9]{2}) (?:Client|Server) Error\b"
    r"|\b(?<![?&])status(?:[ _-]?code)?[\"']?\)?[ \t]{0,3}(?:[:=]|=>|of|is|was)?[ \t]{0,3}"
    r"[\"'(]?(?P<c>[1-5][0-9]{2})\b(?!&\w)"
    r"|\b(?:returned|response|http)[ _-]?code[\"']?[ \t]{0,3}(?:[:=]|=>)?[ \t]{0,3}(?P<d>[1-5][0-9]{2})\b"
    r"|[\[`(](?P<e>[1-5][0-9]{2}) [A-Z][a-z]+(?: [A-Z][a-z]+){0,3}[\]`)]"
    r"|<-{2,3} (?:HTTP/[0-9.]{1,3} )?(?P<f>[1-5][0-9]{2})\b"
    r"|<< (?:HTTP/[0-9.]{1,3} )?(?P<g>[1-5][0-9]{2}) "
    r"|\(?\b(?P<i>4(?:0[013459]|18|29|51)|50[0-4])\)?:?[ \t]{1,3}(?:Bad Request|Unauthorized|Forbidden|Not Found"
    r"|Method Not Allowed|Conflict|I'm a teapot|Too Many Requests|Unavailable For Legal Reasons|Internal Server Error"
    r"|Bad Gateway|Service Unavailable|Gateway Time-?out|ERROR)\b"
    r"|\bGot (?P<j>[45][0-9]{2}) calling\b"
    r"|^[ \t]{0,8}(?P<h>200|[45][0-9]{2})(?: [A-Z][A-Za-z]+(?: [A-Z][a-z]+)?)?[ \t]{0,8}$",
    re.IGNORECASE | re.MULTILINE,
)

_NOT_LINE_END: Final = re.compile(r"[^\n]")


def find(text: str) -> Iterator[Span]:
    """Every answer, or part of one, in the order of its kinds."""
    taken: list[tuple[int, int]] = []
    text = without_others(text)
    for start, end, body in _objects(text):
        taken.append((start, end))
        yield ReplySeen(start, end, NAME, body=body)
    rest = blanked(text, taken)
    for number, found in enumerate(_STATUS.finditer(rest)):
        if number == MOST:
            break
        status = next(group for group in found.groups() if group)
        yield ReplySeen(found.start(), found.end(), NAME, status=int(status))
    if taken:
        return
    words = [found for found in _some(_WORDS, rest) if _is_code(found["code"])]
    for found in words or [found for found in _some(_NUMBER, rest) if is_listed(found["code"])]:
        yield ReplySeen(
            found.start("code"), found.end(), NAME, body=_told(found["code"], found["text"] or "")
        )


def reply_of(text: str) -> tuple[int | None, bytes]:
    """Status and body of the first answer of the text; (None, b"") where there is none. A bare code is one."""
    bare = text.strip()
    if re.fullmatch(r"-?[0-9]{4,6}", bare):
        return None, _told(bare, "")
    found = [span for span in find(text) if isinstance(span, ReplySeen)]
    status = next((span.status for span in found if span.status is not None), None)
    return status, next((span.body for span in found if span.body), b"")


def blanked(text: str, taken: list[tuple[int, int]]) -> str:
    """The text with these stretches as blanks, every other character in its place."""
    parts: list[str] = []
    at = 0
    for begin, end in sorted(taken):
        if end > at:
            start = max(begin, at)
            parts += [text[at:start], _NOT_LINE_END.sub(" ", text[start:end])]
            at = end
    return "".join([*parts, text[at:]])


def _some(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    for number, found in enumerate(pattern.finditer(text)):
        if number == MOST:
            return
        yield found


def _is_code(code: str) -> bool:
    return code.startswith("-") or is_listed(code)


def _told(code: str, message: str) -> bytes:
    value: int | str = int(code) if code.startswith("-") else code
    return json.dumps({"code": value, "msg": message.strip()}).encode()


def _objects(text: str) -> Iterator[tuple[int, int, bytes]]:
    """JSON objects and printed mappings that are answers: where each stands, and its octets as JSON."""
    end = 0
    for number, found in enumerate(_OBJECT.finditer(text)):
        if number == MOST:
            return
        start = found.start()
        if start < end:
            continue
        value = _read(text[start : start + _WINDOW], escaped="\\" in found[0])
        if value is not None:
            end = start + value[0]
            yield start, end, value[1]


def _read(window: str, *, escaped: bool) -> tuple[int, bytes] | None:
    """How many characters the answer takes, and the answer as JSON; None where it is none."""
    length = len(window)
    if escaped:  # inside the text of another program
        length = window.find("}") + 1
        window = re.sub(r"\\+([\"'])", r"\1", window[:length])
    try:
        value, end = json.JSONDecoder().raw_decode(window)
        raw = octets(window[:end])
    except (ValueError, RecursionError):
        printed = read_value(window, 0)
        if printed is None:
            return None
        value, end = _plain(printed[0]), printed[1]
        raw = json.dumps(value).encode()
    return (length if escaped else end, raw) if is_answer(value) else None


def is_answer(value: object) -> bool:
    """Whether it is what Binance answers with: a code beside a text or data, or `success: false`."""
    if not isinstance(value, dict):
        return False
    inner = value.get("error")
    if isinstance(inner, dict) and is_answer(inner):
        return True
    code = value.get("code")
    coded = (isinstance(code, int) and not isinstance(code, bool)) or (
        isinstance(code, str) and bool(re.fullmatch(r"-?[0-9]{1,9}", code))
    )
    return (coded and ("data" in value or "msg" in value or "message" in value or len(value) == 1)) or (
        value.get("success") is False
    )


def _plain(value: Any) -> Any:
    """A printed value as JSON has it."""
    if isinstance(value, Bare):
        words = {"True": True, "true": True, "False": False, "false": False}
        if value in words:
            return words[value]
        return int(value) if re.fullmatch(r"-?[0-9]{1,18}", value) else str(value)
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value
