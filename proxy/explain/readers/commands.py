"""Commands other than curl: wget, HTTPie and xh, PowerShell's Invoke-WebRequest and Invoke-RestMethod.

Words are split as the shell does; what each option means is a table. Options that are not in it are passed over.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote_plus

from proxy.core.wire import Header
from proxy.explain.readers.literals import octets
from proxy.explain.readers.methods import METHODS
from proxy.explain.readers.shells.bash import split_bash
from proxy.explain.readers.shells.powershell import split_powershell
from proxy.explain.readers.shells.words import Word
from proxy.explain.spans import BodySeen, GapSeen, HeadersSeen, MethodSeen, Span, UrlSeen

_START: Final = re.compile(
    r"(?:^|[;|&`(])[ \t]*(?:[^\s'\"]{0,60}[$#%>][ \t]+|PS [^\n>]{0,100}>[ \t]*)?(?:sudo |\$\w{1,40}[ \t]*=[ \t]*)?"
    r"(?P<name>wget|https?|xhs?|invoke-webrequest|invoke-restmethod|iwr|irm)(?:\.exe)?[ \t]+",
    re.IGNORECASE | re.MULTILINE,
)
_LONGEST: Final = 40_000
_MOST: Final = 100
_POWERSHELL: Final = ("invoke-webrequest", "invoke-restmethod", "iwr", "irm")
_WGET_BODY: Final = ("post-data", "body-data")
_WGET_VALUES: Final = frozenset(
    {"header", "post-data", "body-data", "method", "user-agent", "output-document"}
)
_PS_VALUES: Final = frozenset({"uri", "method", "headers", "body", "contenttype", "useragent", "outfile"})
_TOLD: Final = re.compile(r"-Method\b", re.IGNORECASE)
_HOST: Final = re.compile(
    r"https?://|[\w.-]{1,200}\.[A-Za-z0-9]{1,20}(?![\w.])|localhost\b|\[|:\d{0,5}/|[\w-]{1,80}:\d{1,5}|\$"
)
"""How the place begins that HTTPie calls; other words behind `http` are prose, as in `(HTTP status code: 400)`."""
_TABLE: Final = re.compile(r"@\{(?P<inside>[^}]{0,8000})\}")
_ENTRY: Final = re.compile(
    r"[\s;]*(?P<q>[\"']?)(?P<name>[\w-]{1,80})(?P=q)\s{0,9}=\s{0,9}(?:\"(?P<double>[^\"\n]{0,4000})\"|'(?P<single>[^'\n]{0,4000})'"
    r"|(?P<bare>[^\s;}\"']{1,400}))"
)


@dataclass(slots=True)
class _Command:
    """What a command would send."""

    url: Word | None = None
    method: str | None = None
    headers: list[Header] = field(default_factory=list)
    body: Word | None = None
    gaps: list[str] = field(default_factory=list)
    key_unknown: bool = False


def find(text: str) -> Iterator[Span]:
    """Every command that has a URL."""
    end = 0
    for number, found in enumerate(_START.finditer(text)):
        if number == _MOST:
            return
        start = found.start("name")
        if start < end:
            continue
        name = found["name"].lower()
        window = text[start : start + _LONGEST]
        window = window[: _stop(window, "`" if name in _POWERSHELL else "\\")]
        command, label = _read(name, window)
        if command is not None and command.url is not None and _leads_somewhere(command.url.text):
            end = start + len(window)
            if (
                name in _POWERSHELL
                and text[end:].lstrip(" \t\r\n>")[:1] in ("", "}")
                and not _TOLD.search(window)
            ):
                command.method = None  # the text was cut, so -Method may have stood in what is gone
            yield from _spans(command, label, start, end)


def _leads_somewhere(url: str) -> bool:
    return url.startswith(("http://", "https://")) or bool(
        re.match(r"[\w.-]{1,200}\.[a-z]{2,12}(?::\d+)?/|:\d{0,5}/", url)
    )


def _stop(window: str, joined: str) -> int:
    """The end of the command: a line end outside quotes and braces that nothing joins to the next line."""
    quote, depth = "", 0
    for at, letter in enumerate(window):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter == "{":
            depth += 1
        elif letter == "}":
            depth -= 1
        elif letter == "\n" and depth <= 0 and not window[:at].rstrip(" \t\r").endswith(joined):
            return at
    return len(window)


def _read(name: str, window: str) -> tuple[_Command | None, str]:
    if name in _POWERSHELL:
        return _powershell(window), "PowerShell command"
    commands = split_bash(window)
    words = commands[0].words if commands else []
    if name == "wget":
        return _wget(words[1:]), "wget command"
    return _httpie(words[1:], name, commands[0].here if commands else None), "HTTPie command"


def _wget(words: list[Word]) -> _Command:
    command = _Command()
    left = iter(words)
    for word in left:
        option, mark, value = word.text.removeprefix("--").partition("=")
        if not word.text.startswith("--"):
            if not word.text.startswith("-"):
                command.url = word
            continue
        given = Word(value, word.unknown)
        if option in _WGET_VALUES and not mark:
            given = next(left, Word(""))
        if option == "header":
            _add_header(command, given)
        elif option == "method":
            command.method = given.text.upper()
        elif option in _WGET_BODY:
            command.body = given
        elif option in ("post-file", "body-file"):
            command.gaps.append("a file that wget sends")
    if command.method is None:
        command.method = "GET" if command.body is None else "POST"
    if command.body is not None and not any(name.lower() == b"content-type" for name, _ in command.headers):
        command.headers.append((b"Content-Type", b"application/x-www-form-urlencoded"))
    return command


def _httpie(words: list[Word], name: str, here: Word | None) -> _Command:
    """`http [METHOD] URL [Name:header] [name==query] [name=field] [<<< body]`. The line end that the shell adds to
    the body is left out: mitmproxy writes such commands of requests that had none."""
    command = _Command()
    fields: list[tuple[str, Word]] = []
    query: list[str] = []
    form = any(word.text in ("-f", "--form") for word in words)
    plain = [word for word in words if not word.text.startswith("-")]
    if plain and plain[0].text.upper() in METHODS:
        command.method = plain.pop(0).text.upper()
    if plain and _HOST.match(plain[0].text):
        command.url = plain.pop(0)
    for word in plain:
        _add_item(command, word, query, fields)
    if command.url is not None:
        url = _with_scheme(command.url.text, name)
        if query:
            url += ("&" if "?" in url else "?") + "&".join(query)
        command.url = Word(url, command.url.unknown)
    _add_fields(command, fields, form=form)
    raw = next((word for word in words if word.text.startswith("--raw=")), None)
    if raw is not None:
        command.body = Word(raw.text.removeprefix("--raw="), raw.unknown)
    if here is not None:
        command.body = here
    if command.method is None:
        command.method = "POST" if command.body is not None else "GET"
    return command


def _add_item(command: _Command, word: Word, query: list[str], fields: list[tuple[str, Word]]) -> None:
    """One of HTTPie's items; what is none is passed over."""
    found = re.match(r"([^:=@]{1,200}?)(:=|==|=@|=|:|@)", word.text)
    if found is None:
        return
    value = Word(word.text[found.end() :], word.unknown)
    if found[2] == ":":
        _add_header(command, Word(f"{found[1]}: {value.text.strip()}", word.unknown))
    elif found[2] == "==":
        query.append(f"{quote_plus(found[1])}={quote_plus(value.text)}")
        command.gaps += word.unknown
    elif found[2] == "=":
        fields.append((found[1], value))
    else:
        command.gaps.append("a part of the body")


def _add_fields(command: _Command, fields: list[tuple[str, Word]], *, form: bool) -> None:
    """`name=value` items: a form with --form, else JSON."""
    if fields and form:
        text = "&".join(f"{quote_plus(one)}={quote_plus(value.text)}" for one, value in fields)
        command.body = Word(text, tuple(gap for _, value in fields for gap in value.unknown))
        command.headers.append((b"Content-Type", b"application/x-www-form-urlencoded; charset=utf-8"))
    elif fields:
        command.body = Word(json.dumps({one: value.text for one, value in fields}))
        command.headers.append((b"Content-Type", b"application/json"))


def _with_scheme(url: str, name: str) -> str:
    """HTTPie's short forms: `:8180/path` is this machine, no scheme is that of the command."""
    if url.startswith(("http://", "https://")):
        return url
    scheme = "https" if name in ("https", "xhs") else "http"
    return f"{scheme}://{'localhost' if url.startswith(':') else ''}{url}"


def _powershell(window: str) -> _Command:
    command = _Command()
    table = re.search(r"-Headers?[ \t:]{1,4}(?=@\{)", window, re.IGNORECASE)
    rest = window
    if table is not None and (entries := _TABLE.match(window, table.end())):
        for entry in _ENTRY.finditer(entries["inside"]):
            _entry(command, entry)
        rest = window[: table.start()] + window[entries.end() :]
    form = re.search(r"-Body[ \t:]{1,4}(?=@\{)", rest, re.IGNORECASE)
    if form is not None and (entries := _TABLE.match(rest, form.end())):
        command.gaps.append("the order in which PowerShell sends a table of fields")
        rest = rest[: form.start()] + rest[entries.end() :]
    commands = split_powershell(rest)
    left = iter(commands[0].words[1:] if commands else [])
    content_type = None
    for word in left:
        option = word.text.lower().lstrip("-").rstrip(":")
        if word.text.startswith("-") and option in _PS_VALUES:
            value = next(left, Word(""))
            if option == "uri":
                command.url = value
            elif option == "method":
                command.method = value.text.upper()
            elif option == "body":
                command.body = value
            elif option == "contenttype":
                content_type = value.text
            elif option == "headers":
                command.key_unknown = True
        elif not word.text.startswith("-") and _leads_somewhere(word.text) and command.url is None:
            command.url = word
    if command.body is not None and command.method not in (None, "GET"):
        named = content_type or "application/x-www-form-urlencoded"
        command.headers.append((b"Content-Type", octets(named)))
    command.method = command.method or ("GET" if command.body is None else None)
    return command


def _entry(command: _Command, entry: re.Match[str]) -> None:
    value = entry["double"] if entry["double"] is not None else entry["single"]
    unknown = entry["bare"] is not None or (entry["double"] is not None and "$" in entry["double"])
    word = Word(f"{entry['name']}: {value or ''}", ("a variable",) if unknown else ())
    _add_header(command, word)


def _add_header(command: _Command, word: Word) -> None:
    name, _, value = word.text.partition(":")
    if word.unknown and name.strip().lower() == "x-mbx-apikey":
        command.key_unknown = True
    elif not word.unknown:
        command.headers.append((octets(name.strip()), octets(value.removeprefix(" "))))


def _spans(command: _Command, label: str, start: int, end: int) -> Iterator[Span]:
    scope = (start, end)
    url = command.url or Word("")
    yield UrlSeen(start, end, label, scope, url=octets(url.text))
    if command.method is not None:
        yield MethodSeen(start, end, label, scope, method=command.method)
    whole = any(name.lower() == b"x-mbx-apikey" for name, _ in command.headers)
    yield HeadersSeen(
        start, end, label, scope, headers=tuple(command.headers), whole=whole, key_unknown=command.key_unknown
    )
    body = command.body
    if body is not None or command.method == "GET":
        yield BodySeen(start, end, label, scope, body=octets(body.text) if body else b"")
    for gap in (*url.unknown, *command.gaps, *(body.unknown if body else ())):
        yield GapSeen(start, end, label, scope, what=gap)
