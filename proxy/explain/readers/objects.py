"""Requests as objects: HAR entries, axios' config, collections of Postman and Insomnia, sessions of Charles, and
whatever else holds a URL and a method under names that say so. JSON, JavaScript, Python or PHP's print_r.
"""

import json
import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, Final

from proxy.explain.readers import charles, postman, thrown
from proxy.explain.readers.literals import octets, read_value
from proxy.explain.readers.object_body import body_spans
from proxy.explain.readers.object_fields import MOST, headers as headers_in, is_answer_text, pairs
from proxy.explain.readers.replies import is_answer
from proxy.explain.spans import VARIABLES, GapSeen, HeadersSeen, ReplySeen, Scope, Span, UrlSeen

NAME: Final = "request object"
_DEEPEST: Final = 30
_WINDOW: Final = 200_000
_FAILURES: Final = 20
_BEGIN: Final = re.compile(r"(?<![\w$])\{(?=\s{0,400}[\"'\w\[])|^Array\s{0,9}\((?=\s{0,9}\[)", re.MULTILINE)
_HINT: Final = re.compile(r"(?:url|uri|path|host|endpoint|href)[\"'\]]?\s{0,9}(?::|=>)", re.IGNORECASE)
_PRINT_R: Final = re.compile(r"[ \t]*\[(?P<name>[^\]\n]{1,200})\] => (?P<value>[^\n]*)\n?")
_METHOD: Final = re.compile(r"(?:GET|POST|PUT|DELETE|PATCH|HEAD)", re.IGNORECASE)
_URLS: Final = ("url", "_url", "uri", "href", "requesturi", "requesturl", "fullurl", "full_url", "endpoint")
_METHODS: Final = ("method", "_method", "httpmethod", "requestmethod", "verb")
_HEADERS: Final = ("headers", "header", "requestheaders", "request_headers")
_BODIES: Final = ("body", "data", "postdata", "payload", "requestbody", "request_body", "content", "_data")
_QUERIES: Final = ("params", "parameters", "qs")
_STATUSES: Final = ("status", "statuscode", "status_code", "_httpcode", "httpcode", "http_code")

_SENT: Final = (b"x-mbx-apikey", b"user-agent")
"""Headers that only a request has."""
_NAMED: Final = {one.phrase.replace(" ", "").lower(): int(one) for one in HTTPStatus}
"""Statuses as Rust prints their names: `BadRequest`."""

type Fields = dict[str, Any]


def find(text: str) -> Iterator[Span]:
    """Every object that has a URL and a method, headers or a body."""
    if not _HINT.search(text):
        return
    end = failures = 0
    for found in _BEGIN.finditer(text):
        if found.start() < end:
            continue
        value = _value(text, found.start())
        if value is None:
            failures += 1
            if failures > _FAILURES:
                return
            continue
        spans = list(_walk(value[0], (found.start(), value[1]), 0, {}))
        if any(isinstance(span, UrlSeen) for span in spans):
            end = value[1]
            yield from spans


def find_in(value: object, end: int) -> Iterator[Span]:
    """The same for JSON that was parsed already; every span has its own place in `(0, end)`."""
    yield from _walk(value, (0, end), 0, {})


def _value(text: str, at: int) -> tuple[Any, int] | None:
    window = text[at : at + _WINDOW]
    if window.startswith("Array"):
        return _print_r(text, at)
    try:
        value, length = json.JSONDecoder().raw_decode(window)
        return value, at + length
    except (ValueError, RecursionError):
        pass
    read = read_value(window, 0)
    return (read[0], at + read[1]) if read is not None else None


def _print_r(text: str, at: int) -> tuple[Fields, int] | None:
    """The outer fields of a printed array; PHP prints the octets of each as they are."""
    at = text.find("[", at)
    line = text.rfind("\n", 0, at) + 1
    fields: Fields = {}
    while found := _PRINT_R.match(text, line):
        fields[found["name"]] = found["value"].rstrip("\r")
        line = found.end()
    return (fields, line) if fields else None


def _walk(value: object, scope: Scope, depth: int, around: Fields) -> Iterator[Span]:
    """The requests in a value, from the outside in. `around` is the object that holds it: its answer stands there."""
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        lower = {str(name).lower(): one for name, one in value.items()}
        spans = list(
            _request(
                charles.unfolded(lower) or postman.unfolded(lower) or thrown.unfolded(lower) or lower,
                scope,
                around,
            )
        )
        if spans:
            yield from spans
            return
        for number, one in enumerate(value.values()):
            yield from _walk(one, _inner(scope, number), depth + 1, lower)
    elif isinstance(value, list):
        for number, one in enumerate(value[:MOST]):
            yield from _walk(one, _inner(scope, number), depth + 1, {})


def _inner(scope: Scope, number: int) -> Scope:
    """A scope inside another one: order is kept, and no two are the same as long as they are few."""
    start, end = scope
    return (min(start + number + 1, end), end)


def _request(fields: Fields, scope: Scope, around: Fields) -> Iterator[Span]:
    url = _url(fields)
    method = _first(fields, _METHODS)
    told = isinstance(method, str) and bool(_METHOD.fullmatch(method))
    if url is None or not (told or _first(fields, _HEADERS) is not None):
        return
    query, gap = pairs(_first(fields, _QUERIES)) if "?" not in url else (b"", False)
    raw = octets(url) + (b"?" + query if query else b"")
    yield UrlSeen(*scope, NAME, scope, url=raw, method=method.upper() if told else None)
    headers, key_unknown = headers_in(_first(fields, _HEADERS))
    if not told and _first(fields, _STATUSES) is not None and not any(n.lower() in _SENT for n, _ in headers):
        headers = ()  # a printed response: its own URL and headers
    yield HeadersSeen(
        *scope, NAME, scope, headers=headers, whole=bool(headers) and not gap, key_unknown=key_unknown
    )
    if gap:
        yield GapSeen(*scope, NAME, scope, what=VARIABLES)
    yield from body_spans(_first(fields, _BODIES), headers, scope, NAME)
    for holder in (fields, around):
        yield from _reply(holder, scope)


def _first(fields: Fields, names: tuple[str, ...]) -> Any:
    return next((fields[name] for name in names if fields.get(name) is not None), None)


def _url(fields: Fields) -> str | None:
    url = _first(fields, _URLS)
    if isinstance(url, dict):  # Postman
        url = url.get("raw") or url.get("href") or postman.url_of(url)
    base = fields.get("baseurl")
    if isinstance(url, str) and url.startswith("/") and isinstance(base, str) and "://" in base:
        url = base.rstrip("/") + url
    if isinstance(url, str) and ("://" in url[:10] or url.startswith("/api/")):
        return url
    host, path = fields.get("host"), fields.get("path")
    if not isinstance(host, str) or not isinstance(path, str) or not path.startswith("/"):
        return None
    query = fields.get("query")
    mark = "?" + query if isinstance(query, str) and query and "?" not in path else ""
    scheme = fields.get("scheme") or fields.get("protocol") or "https"
    return f"{str(scheme).rstrip(':/')}://{host}{path}{mark}"


def _reply(fields: Fields, scope: Scope) -> Iterator[Span]:
    """The answer beside the request: a status, a body with a code, or an object that holds both."""
    response = fields.get("response")
    if isinstance(response, list):
        response = next((one for one in response if isinstance(one, dict)), None)
    if isinstance(response, str) and is_answer_text(response):
        yield ReplySeen(*scope, NAME, scope, body=octets(response))
    inner = {str(name).lower(): one for name, one in response.items()} if isinstance(response, dict) else {}
    for holder in (inner, fields):
        status = _first(holder, _STATUSES)
        status = int(status) if isinstance(status, str) and status.isdigit() and len(status) == 3 else status
        if isinstance(status, str):
            status = _NAMED.get(status.lower(), status)
        if isinstance(status, int) and 100 <= status <= 599:
            yield ReplySeen(*scope, NAME, scope, status=status)
            break
    yield from _reply_body(inner, fields, scope)


def _reply_body(inner: Fields, fields: Fields, scope: Scope) -> Iterator[Span]:
    for found in (
        inner.get("data"),
        inner.get("body"),
        inner.get("text"),
        inner.get("content"),
        fields.get("data"),
        fields.get("body"),
    ):
        held = found["text"] if isinstance(found, dict) and isinstance(found.get("text"), str) else found
        body = json.dumps(held) if is_answer(held) else held
        if isinstance(body, str | bytes) and is_answer_text(body):
            yield ReplySeen(*scope, NAME, scope, body=octets(body))
            return
    if is_answer(fields) and ("code" in fields and "msg" in fields):
        code = fields["code"]
        code = int(code) if isinstance(code, str) and re.fullmatch(r"-[0-9]{1,6}", code) else code
        yield ReplySeen(*scope, NAME, scope, body=json.dumps({"code": code, "msg": fields["msg"]}).encode())
