"""Calls in program text: `fetch(url, {...})`, `axios.get(url, {...})`, `requests.post(url, headers=..., data=...)`.

Only literals are read. What a variable would put in is a gap, because the text does not tell it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote_plus

from proxy.core.wire import Header
from proxy.explain.readers.literals import Bare, Value, octets, read_value, skip_space
from proxy.explain.spans import (
    VARIABLES,
    BodySeen,
    GapSeen,
    HeadersSeen,
    MethodSeen,
    RemarkSeen,
    Scope,
    Span,
    UrlSeen,
)

_CALL: Final = re.compile(
    r"(?<![\w.])(?:(?P<owner>[A-Za-z_$][\w$]{0,40}(?:\.[A-Za-z_$][\w$]{0,40}){0,2})\.)?"
    r"(?P<name>fetch|axios|got|ky|request|Request|ajax|get|post|put|delete|patch|urlopen)\s?\((?=\s{0,40}[\w$.]{0,40}\s?=?\s?"
    r"(?:[fFrRbBuU]{0,2}[\"'`]|\{))"
)
_VERBS: Final = frozenset({"get", "post", "put", "delete", "patch"})
_NAMED: Final = re.compile(r"([A-Za-z_]\w{0,40})[ \t]{0,4}=(?!=)[ \t\n]{0,20}")
_TEMPLATE: Final = re.compile(r"`([^`]{0,20000})`")
_MOST: Final = 200
_LONGEST: Final = 20_000
_METHOD: Final = re.compile(r"(?:GET|POST|PUT|DELETE|PATCH|HEAD)", re.IGNORECASE)
_HEADERS: Final = ("headers",)
_BODIES: Final = ("body", "data", "payload", "content", "form")
_QUERIES: Final = ("params", "qs", "searchParams", "query")
REBUILT: Final = "the code holds the parameters, not the octets; they were put together as the library does"


@dataclass(frozen=True, slots=True)
class _Unknown:
    """An argument that is no literal."""


type _Argument = Value | _Unknown


@dataclass(slots=True)
class _Call:
    scope: Scope
    name: str
    owner: str
    placed: list[_Argument] = field(default_factory=list)
    named: dict[str, _Argument] = field(default_factory=dict)
    closed: bool = False  # every argument up to the closing bracket could be read


def find(text: str) -> Iterator[Span]:
    """Every call whose URL is a literal that begins with a scheme."""
    end = 0
    for number, found in enumerate(_CALL.finditer(text)):
        if number == _MOST:
            return
        if found.start() >= end:
            call = _read(text, found)
            spans = list(_spans(call)) if call else []
            if call and spans:
                end = call.scope[1]
                yield from spans


def _read(text: str, found: re.Match[str]) -> _Call | None:
    """The call with its arguments, read to its closing bracket."""
    window = text[: found.end() + _LONGEST]
    call = _Call((found.start(), found.end()), found["name"], found["owner"] or "")
    at = skip_space(window, found.end())
    while at < len(window) and window[at] != ")":
        named = _NAMED.match(window, at)
        at = named.end() if named else at
        value, at = _argument(window, at)
        if named:
            call.named[named[1]] = value
        else:
            call.placed.append(value)
        at = skip_space(window, at)
        if window[at : at + 1] == ",":
            at = skip_space(window, at + 1)
        elif window[at : at + 1] != ")":
            break
    arguments = (*call.placed, *call.named.values())
    call.closed = window[at : at + 1] == ")" and not any(isinstance(one, _Unknown) for one in arguments)
    call.scope = (found.start(), min(at + 1, len(window)))
    return call


def _argument(text: str, at: int) -> tuple[_Argument, int]:
    """One argument and its end. Text that a program puts together is unknown as a whole."""
    template = _TEMPLATE.match(text, at)
    formatted = text[at : at + 2].lower() in ("f'", 'f"')
    value: _Argument
    if template:
        value, end = (template[1] if "${" not in template[1] else _Unknown()), template.end()
    elif formatted:
        read = read_value(text, at + 1)
        braces = read is not None and isinstance(read[0], str) and "{" in read[0]
        value, end = (_Unknown() if read is None or braces else read[0]), read[1] if read else at
    else:
        read = read_value(text, at)
        value, end = read if read is not None else (_Unknown(), at)
    after = skip_space(text, end)
    if text[after : after + 1] in (",", ")", "") and read_end(value):
        return value, end
    return _Unknown(), _past(text, end)


def read_end(value: _Argument) -> bool:
    """Whether a value is a literal as far as it goes: no variable by itself."""
    return not (isinstance(value, Bare) and value.variable)


def _past(text: str, at: int) -> int:
    """Where an argument that cannot be read ends: at a comma or bracket of its own depth."""
    depth = 0
    quote = ""
    for end in range(at, len(text)):
        letter = text[end]
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'`":
            quote = letter
        elif letter in "([{":
            depth += 1
        elif letter in ")]}":
            if depth == 0:
                return end
            depth -= 1
        elif letter == "," and depth == 0:
            return end
    return len(text)


def _spans(call: _Call) -> Iterator[Span]:
    start, end = call.scope
    scope = call.scope
    name = _name(call)
    placed = list(call.placed)
    method = call.name.upper() if call.name in _VERBS else None
    first = placed[0] if placed else None
    if isinstance(first, str) and _METHOD.fullmatch(first):
        method = first.upper()
        del placed[0]
    options: dict[str, _Argument] = {}
    url: _Argument = call.named.get("url") or call.named.get("uri")
    if placed and isinstance(placed[0], str):
        url = placed.pop(0)
    body_is_next = call.owner == "axios" and call.name in ("post", "put", "patch")
    if body_is_next and placed:
        options["data"] = placed.pop(0)
    for one in placed:
        if isinstance(one, dict):
            options |= one
    options |= call.named
    url = url or options.get("url") or options.get("uri")
    if not isinstance(url, str) or not url.startswith(("http://", "https://")):
        return
    told = options.get("method") or options.get("type")
    method = told.upper() if isinstance(told, str) and _METHOD.fullmatch(told) else method
    query, gap = _pairs(next((options[one] for one in _QUERIES if one in options), None))
    raw = octets(url) + ((b"&" if "?" in url else b"?") + query if query else b"")
    if query:
        yield RemarkSeen(start, end, name, scope, says=REBUILT)
    if gap:
        yield GapSeen(start, end, name, scope, what=VARIABLES)
    yield UrlSeen(start, end, name, scope, url=raw, method=method if method or told is not None else None)
    bodied = call.name == "fetch" and any(options.get(one) for one in _BODIES)  # a GET with a body it refuses
    if (
        method is None
        and told is None
        and call.name in ("fetch", "axios", "got", "ky", "urlopen")
        and not bodied
    ):
        yield MethodSeen(start, end, name, scope, method="GET")
    yield from _headers(call, options, name)
    yield from _body(call, options, name)


def _name(call: _Call) -> str:
    if call.name == "fetch":
        return "fetch call"
    if call.name == "axios" or call.owner == "axios":
        return "axios call"
    owner = call.owner.rpartition(".")[2]
    return f"{owner} call" if owner in ("requests", "httpx", "session") else "call in a program"


def _headers(call: _Call, options: dict[str, _Argument], name: str) -> Iterator[Span]:
    start, end = call.scope
    value = next((options[one] for one in _HEADERS if one in options), None)
    if not isinstance(value, dict):
        return
    known: list[Header] = []
    key_unknown = False
    for header, text in value.items():
        if read_end(text) and isinstance(text, str | bytes):
            known.append((octets(header), octets(text)))
        elif header.lower() == "x-mbx-apikey":
            key_unknown = True
    whole = (call.name == "fetch" and call.closed) or any(one.lower() == "x-mbx-apikey" for one in value)
    yield HeadersSeen(
        start, end, name, call.scope, headers=tuple(known), whole=whole, key_unknown=key_unknown
    )


def _body(call: _Call, options: dict[str, _Argument], name: str) -> Iterator[Span]:
    start, end = call.scope
    given = [options[one] for one in _BODIES if one in options]
    if not given or given[0] is None:
        if call.closed:
            yield BodySeen(start, end, name, call.scope)
        return
    body = given[0]
    if isinstance(body, str | bytes) and read_end(body):
        yield BodySeen(start, end, name, call.scope, body=octets(body))
        return
    pairs, gap = _pairs(body)
    if gap or not pairs:
        yield GapSeen(start, end, name, call.scope, what=VARIABLES)
        return
    yield BodySeen(start, end, name, call.scope, body=pairs)
    yield RemarkSeen(start, end, name, call.scope, says=REBUILT)


def _pairs(value: _Argument) -> tuple[bytes, bool]:
    """A mapping as `name=value` pairs in its order, and whether variables stand in it."""
    if isinstance(value, _Unknown):
        return b"", True
    if isinstance(value, str) and read_end(value):
        return octets(value), False
    if not isinstance(value, dict):
        return b"", value is not None
    pairs: list[bytes] = []
    for name, one in value.items():
        if one is None:
            continue
        if not isinstance(one, str | bytes) or not read_end(one):
            return b"", True
        pairs.append(quote_plus(name).encode() + b"=" + quote_plus(octets(one)).encode())
    return b"&".join(pairs), False
