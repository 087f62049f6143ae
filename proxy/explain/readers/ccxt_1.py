"""What ccxt 1 prints with `verbose` in Python: request and answer under the words `Request:` and `Response:`.

    Request: POST https://... {'X-MBX-APIKEY': ...} symbol=...           1.20 to 1.95
    Response: POST https://... 400 {'Content-Type': ...} {"code":...}
    POST https://...                                                     1.9 to 1.19
    Request: {'X-MBX-APIKEY': ...} symbol=...
    POST https://...
    Response: {'Content-Type': ...} {"code":...}

A log without any answer is left to the reader of printed requests.
"""

import json
import re
from dataclasses import replace
from typing import Final

from proxy.core.wire import RawRequest
from proxy.explain.answers import answer_of, bare_answer
from proxy.explain.found_request import SeenRequest
from proxy.explain.readers.literals import headers_of, octets, read_value
from proxy.explain.readers.urls import split_url

FORM: Final = "ccxt log"
_METHOD: Final = r"(?P<{0}>GET|POST|PUT|DELETE|PATCH) (?P<{1}>https?://[^\s'\"<>{{}}]{{1,20000}})"
_MARK: Final = re.compile(
    r"(?P<kind>Request|Response):\s{0,9}"
    + _METHOD.format("method", "url")
    + r"(?:\s{1,9}(?P<status>[1-5][0-9]{2})\b[^{\n]{0,40})?\s{0,9}(?=\{)|"
    + _METHOD.format("method1", "url1")
    + r"[ \t]*\r?\n[ \t]*(?P<kind1>Request|Response):[ \t]*(?=\{)"
)
_NOTHING: Final = frozenset({"None", "null", ""})


def read_ccxt_1(text: str) -> list[SeenRequest]:
    """Every request of the log; none where it has no answer."""
    marks = list(_MARK.finditer(text))
    if "Response" not in {mark["kind"] or mark["kind1"] for mark in marks}:
        return []
    seen: list[SeenRequest] = []
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    for mark, end in zip(marks, ends, strict=True):
        block = text[mark.end() : end]
        if (mark["kind"] or mark["kind1"]) == "Request":
            request = _request(mark, block)
            seen += [request] if request else []
        else:
            seen = _answered(seen, mark, block)
    return seen


def _request(mark: re.Match[str], block: str) -> SeenRequest | None:
    place = split_url(octets(mark["url"] or mark["url1"]))
    value = read_value(block, 0)
    if place is None or value is None:
        return None
    body = block[value[1] :].strip().partition("\n")[0].strip()
    headers = headers_of(value[0])
    sent = b"" if body in _NOTHING else octets(body)
    request = RawRequest(mark["method"] or mark["method1"], place.target, headers, sent)
    return SeenRequest(request, FORM, host=place.host, port=place.port)


def _answered(seen: list[SeenRequest], mark: re.Match[str], block: str) -> list[SeenRequest]:
    """With this answer at the last request without one that went to the same place."""
    place = split_url(octets(mark["url"] or mark["url1"]))
    method = mark["method"] or mark["method1"]
    for i in range(len(seen) - 1, -1, -1):
        request = seen[i].request
        if (
            seen[i].answer is None
            and place is not None
            and (method, place.target) == (request.method, request.target)
        ):
            value = read_value(block, 0)
            headers = headers_of(value[0]) if value else ()
            body = _body(block[value[1] if value else 0 :].strip())
            found = (
                answer_of(int(mark["status"]), headers, body)
                if mark["status"]
                else bare_answer(body, method, request.path)
            )
            return [*seen[:i], replace(seen[i], answer=found), *seen[i + 1 :]]
    return seen


def _body(text: str) -> bytes:
    """The JSON value at the start; else the first line."""
    try:
        return octets(text[: json.JSONDecoder().raw_decode(text)[1]])
    except (ValueError, RecursionError):
        return octets(text.partition("\n")[0])
