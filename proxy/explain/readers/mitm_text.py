"""What mitmdump prints of a flow: headers indented, and a form as its fields, not as its octets.

127.0.0.1:41260: POST https://api.binance.com/api/v3/order HTTP/2.0
    content-type: application/x-www-form-urlencoded

    symbol: BTCUSDT
    quantity: '1'
"""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote_plus

from proxy.core.wire import Header, first_value
from proxy.explain.readers.literals import octets
from proxy.explain.spans import BodySeen, GapSeen, HeadersSeen, RemarkSeen, Scope, Span, UrlSeen

NAME: Final = "mitmproxy text"
REBUILT: Final = "mitmproxy shows the form's fields, not its octets; the body was put together from them"
OTHER_SIZE: Final = "the body's octets (mitmproxy shows its fields, and another size than theirs)"
_START: Final = re.compile(
    r"^(?:\[?[0-9a-fA-F.:]{2,45}\]?:[0-9]{1,5}: )(?P<method>GET|POST|PUT|DELETE|PATCH|HEAD) (?P<url>https?://\S{1,20000})"
    r"(?: HTTP/[0-9.]{1,3})?\r?\n",
    re.MULTILINE,
)
_LINE: Final = re.compile(r" {4}(?P<name>[^\s:][^\n:]{0,100}):[ ]{1,100}(?P<value>[^\n]{0,20000})\n?")
_BLANK: Final = re.compile(r"[ \t\r]{0,20}\n")
_QUOTED: Final = re.compile(r"'((?:[^']|'')*)'|\"([^\"\\]*)\"")
_FORM: Final = b"application/x-www-form-urlencoded"


def find(text: str) -> Iterator[Span]:
    """The request of every flow; its answer stands under `<<` and is read as any other."""
    for found in _START.finditer(text):
        headers, at = _rows(text, found.end())
        if not headers:
            continue
        pairs: tuple[Header, ...] = tuple((octets(name), octets(value)) for name, value in headers)
        blank = _BLANK.match(text, at)
        fields, end = _rows(text, blank.end()) if blank else ([], at)
        scope = (found.start("method"), end)
        yield UrlSeen(*scope, NAME, scope, url=octets(found["url"]), method=found["method"])
        yield HeadersSeen(*scope, NAME, scope, headers=pairs, whole=True)
        if found["method"] != "GET":  # under a GET stand the fields of the query
            yield from _body(fields, pairs, scope)
        else:
            yield BodySeen(*scope, NAME, scope)


def _rows(text: str, at: int) -> tuple[list[tuple[str, str]], int]:
    """Indented `name: value` lines, and where they end."""
    rows: list[tuple[str, str]] = []
    while found := _LINE.match(text, at):
        rows.append((found["name"], found["value"].rstrip("\r")))
        at = found.end()
    return rows, at


def _body(fields: list[tuple[str, str]], headers: tuple[Header, ...], scope: Scope) -> Iterator[Span]:
    """The form as it may have been. Nothing is said of a body of another kind."""
    length = (first_value(headers, b"content-length") or b"").strip()
    if not fields:
        if length == b"0":
            yield BodySeen(*scope, NAME, scope)
        return
    if not (first_value(headers, b"content-type") or b"").lower().startswith(_FORM):
        return
    body = "&".join(f"{quote_plus(name)}={quote_plus(_plain(value))}" for name, value in fields).encode()
    if length.isdigit() and length != b"%d" % len(body):
        yield GapSeen(*scope, NAME, scope, what=OTHER_SIZE)
    yield BodySeen(*scope, NAME, scope, body=body)
    yield RemarkSeen(*scope, NAME, scope, says=REBUILT)


def _plain(value: str) -> str:
    """A value without the quotes that YAML puts around what looks like a number."""
    quoted = _QUOTED.fullmatch(value)
    if quoted is None:
        return value
    return quoted[1].replace("''", "'") if quoted[1] is not None else quoted[2]
