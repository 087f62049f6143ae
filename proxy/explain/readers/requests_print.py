"""PreparedRequest requests as Python programs print them.

    POST https://... {'X-MBX-APIKEY': ...} symbol=...        print(p.method, p.url, p.headers, p.body)
    {'method': 'POST', 'url': ..., 'headers': {...}, 'body': ...}             print(vars(p))
    Method: POST / URL: ... / Headers: {...} / Body: ...                       labelled lines, in any order

The well-known `pretty_print_POST` is raw HTTP with a full URL and goes to that reader.
"""

import itertools
import re
from dataclasses import replace
from typing import Final

from proxy.core.wire import RawRequest
from proxy.explain.answers import bare_answer, spoken_answer
from proxy.explain.found_request import SeenRequest
from proxy.explain.readers.literals import Value, headers_of, octets, read_value, skip_space
from proxy.explain.readers.urls import split_url

FORM: Final = "printed request"
_URL: Final = re.compile(r"https?://[^\s'\"<>{}]{1,20000}")
_METHOD: Final = re.compile(r"\b(GET|POST|PUT|DELETE|PATCH|HEAD)\b")
_VARS: Final = re.compile(r"\{\s*['\"]method['\"]\s*:")
_HEADERS: Final = re.compile(
    r"['\"]?[\s,|]*(?:(?:(?:method|verb)['\"]?\s*[:=]\s*)?['\"]?(?:GET|POST|PUT|DELETE)['\"]?[\s,|]*)?"
    r"(?:(?:request[ _]?)?headers?['\"]?\s*[:=]?\s*)?(?=\{|CaseInsensitiveDict)",
    re.IGNORECASE,
)
_USUAL: Final = frozenset(
    {
        "x-mbx-apikey",
        "user-agent",
        "accept",
        "content-type",
        "accept-encoding",
        "connection",
        "host",
        "clienttype",
    }
)
_BODY: Final = re.compile(
    r"[ \t]*(?:\n[ \t]*)?(?:(?:request[ _]?)?(?:body|data|content|payload)['\"]?[ \t]*[:=][ \t]*)?",
    re.IGNORECASE,
)
_FIELD: Final = re.compile(r"\s{0,9},\s{0,9}['\"]?[A-Za-z_]{1,30}['\"]?\s{0,3}:(?!//)")
"""What follows headers inside an object, which has a reader of its own."""
_ANSWER: Final = re.compile(r"^\{\"?'?(?:code|msg)", re.MULTILINE)
_LABEL: Final = re.compile(r"^[ \t]*(?:response|answer|reply|status|HTTP)\b", re.IGNORECASE | re.MULTILINE)
_OF_OBJECT: Final = re.compile(
    r"[{,]\s{0,9}['\"]?(?:url|href|uri)['\"]?\s{0,3}:\s{0,3}['\"`]$", re.IGNORECASE
)
"""Before a URL that is a field of an object, which has a reader of its own."""
_NO_BODY: Final = re.compile(r"[1-5][0-9]{2}(?: [A-Z][A-Za-z ]{1,40})?$|\w{1,40}[ \t]{1,20}=[ \t]")
"""A status alone, or the next variable of a traceback that shows them."""
_NOTHING: Final = frozenset({"None", "null", "undefined", ""})
_BEFORE: Final = 200
_MOST: Final = 1000


def read_printed_requests(text: str) -> list[SeenRequest]:
    """Every printed request of the text; one without headers is left to the URL reader."""
    if _VARS.search(text):
        return _read_vars(text)
    seen: list[SeenRequest] = []
    urls = list(_URL.finditer(text))
    for i, url in enumerate(urls):
        start = urls[i - 1].end() if i else 0
        end = urls[i + 1].start() if i + 1 < len(urls) else len(text)
        request = _around(
            text[max(start, url.start() - _BEFORE) : url.start()], url[0], text[url.end() : end]
        )
        seen += [request] if request else []
    if len(seen) == 1 and seen[0].answer is None:  # told in whatever words behind it
        method, path = seen[0].request.method, seen[0].request.path
        answer = spoken_answer(octets(text[urls[0].end() :]), method, path)
        return [replace(seen[0], answer=answer)]
    return seen


def _read_vars(text: str) -> list[SeenRequest]:
    seen: list[SeenRequest] = []
    for mark in itertools.islice(_VARS.finditer(text), _MOST):
        value = read_value(text, mark.start())
        fields = value[0] if value and isinstance(value[0], dict) else {}
        url, method = fields.get("url"), fields.get("method")
        if isinstance(url, str) and isinstance(method, str) and "body" in fields:
            request = _request(method, url, fields.get("headers"), fields.get("body"))
            seen += [request] if request else []
    return seen


def _request(method: str, url: str, headers: Value, body: Value) -> SeenRequest | None:
    place = split_url(octets(url))
    if place is None:
        return None
    raw = octets(body) if isinstance(body, str | bytes) else b""
    request = RawRequest(method.upper(), place.target, headers_of(headers), raw)
    return SeenRequest(request, FORM, host=place.host, port=place.port)


def _around(before: str, url: str, behind: str) -> SeenRequest | None:
    """A URL with its method before it (or behind), its headers and its body behind it."""
    if _OF_OBJECT.search(before):
        return None
    mark = _HEADERS.match(behind)
    value = read_value(behind, mark.end()) if mark else None
    if mark is None or value is None or not _are_headers(value[0]) or _FIELD.match(behind, value[1]):
        return None
    methods = _METHOD.findall(before) or _METHOD.findall(behind[: mark.end()])
    body, rest = _body(behind, value[1])
    method = methods[-1] if methods else ("POST" if body else "GET")
    seen = _request(method, url, value[0], body)
    if seen is None or not rest:
        return seen
    answer = bare_answer(rest, method, seen.request.path)
    return seen if answer is None else replace(seen, answer=answer)


def _are_headers(value: Value) -> bool:
    """A printed mapping of headers, not a JSON body behind a URL."""
    return isinstance(value, dict) and (not value or not _USUAL.isdisjoint(name.lower() for name in value))


def _body(text: str, at: int) -> tuple[str | bytes, bytes]:
    """The body behind the headers, and an answer printed behind it."""
    label = _BODY.match(text, at)
    at = label.end() if label else at
    rest = b""
    answer = _ANSWER.search(text, skip_space(text, at))
    if answer:
        rest = octets(text[answer.start() :].strip())
        text = text[: answer.start()]
    line = text[at:].partition("\n")[0].strip()
    if line in _NOTHING or _LABEL.match(line) or _NO_BODY.match(line):
        return "", rest
    if line[:1] in ("'", '"') or line[:2] in ("b'", 'b"'):
        value = read_value(line, 0)
        if value is not None and isinstance(value[0], str | bytes):
            return value[0], rest
    return line, rest
