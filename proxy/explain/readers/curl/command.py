"""curl commands in a text, each turned into the requests that curl would send.

Compared octet for octet with a real curl in the tests. The user's `.curlrc` and environment are not looked at.
"""

import base64
import re
from dataclasses import replace
from typing import Final

from msgspec import structs

from proxy.core.diagnosis.examination.observation import AnswerSeen
from proxy.core.wire import Header, RawRequest
from proxy.explain.answers import bare_answer
from proxy.explain.found_request import SeenRequest
from proxy.explain.readers.curl.data import (
    BOUNDARY,
    Data,
    lower_escapes,
    multipart,
    octets,
    posted,
    query_parts,
)
from proxy.explain.readers.curl.globs import MOST_URLS, expand
from proxy.explain.readers.curl.options import Operation, read_options
from proxy.explain.readers.curl.paste import COMMAND, Pasted, split_paste
from proxy.explain.readers.raw_http import read_answer
from proxy.explain.readers.shells import split_commands
from proxy.explain.readers.shells.words import Command, Word
from proxy.explain.readers.urls import Place, split_url

_CURL: Final = frozenset({"curl", "curl.exe"})
_BEFORE: Final = frozenset({"sudo", "time", "env", "exec", "command", "nohup", "&", "$", "if", "while", "do"})
MOST_WORDS: Final = 1000
_DOTS: Final = re.compile(rb"/\.\.?(?:/|$)")

CUT = (
    "the & in the URL is not in quotes: the shell ended the command there, so curl sent only what stands "
    "before it; put the whole URL in quotes"
)
CMD_QUOTES = (
    "cmd of Windows knows no single quotes: it cut this command at its blanks and at each &, so Binance never got "
    "this request; put double quotes around the URL and each header"
)
_CMD: Final = "is not recognized as an internal or external command"
REFUSED = "curl reads [ ] and { } in a URL as patterns and refuses this one; add -g, or write %5B %5D %7B %7D"
SPACED = "curl refuses a URL with a blank in it; write %20"


def read_curl_text(text: str) -> list[SeenRequest]:
    """Every request of every curl command in the text; an answer pasted behind a command goes with it."""
    seen: list[SeenRequest] = []
    if not COMMAND.search(text):
        return seen
    for pasted in split_paste(text):
        found = _read_paste(pasted)
        if found and (pasted.answer or pasted.body):
            found[-1] = _with_answer(found[-1], pasted)
        seen += found
    return [replace(one, remarks=(*one.remarks, CMD_QUOTES)) for one in seen] if _cut_by_cmd(text) else seen


def _cut_by_cmd(text: str) -> bool:
    """Whether a prompt of Windows complains of a piece of the command, which single quotes did not hold together."""
    return _CMD in text and "'http" in text


def read_curl_words(words: list[str]) -> list[SeenRequest]:
    """Requests of one curl command whose arguments a shell has already split; the first word is `curl`."""
    return _read_command(Command([Word(word) for word in words]))


def _read_paste(pasted: Pasted) -> list[SeenRequest]:
    return [seen for command in split_commands(pasted.command) for seen in _read_command(command)]


def _with_answer(seen: SeenRequest, pasted: Pasted) -> SeenRequest:
    answer: AnswerSeen | None
    if pasted.answer:
        answer = read_answer(octets(pasted.answer))
    else:
        answer = bare_answer(octets(pasted.body), seen.request.method, seen.request.path)
    return seen if answer is None else replace(seen, answer=answer)


def _read_command(command: Command) -> list[SeenRequest]:
    words = command.words
    while words and words[0].text.rpartition("/")[2].lower() not in _CURL:
        if words[0].text not in _BEFORE and "=" not in words[0].text:
            return []
        words = words[1:]
    return [
        seen
        for operation in read_options(words[1:MOST_WORDS])
        for url in operation.values("url")[:MOST_URLS]
        for seen in _requests(operation, url, command)
    ]


def _requests(operation: Operation, url: Word, command: Command) -> list[SeenRequest]:
    remarks: list[str] = []
    urls: list[str] | None = [url.text]
    if not operation.has("globoff"):
        urls = expand(url.text)
    if urls is None:
        remarks.append(REFUSED)
        urls = [url.text]
    if any(" " in one for one in urls):
        remarks.append(SPACED)
    if command.ended_by == "&" and url is command.words[-1] and "=" in url.text:
        remarks.append(CUT)
    places = [split_url(octets(one)) for one in urls]
    return [_request(operation, url, place, tuple(remarks)) for place in places if place is not None]


def _request(operation: Operation, url: Word, place: Place, remarks: tuple[str, ...]) -> SeenRequest:
    query = query_parts(operation)
    body = _body(operation)
    target = _target(operation, place, lower_escapes(query.octets))
    headers, header_gaps, key_seen = _headers(operation, place, body)
    request = RawRequest(_method(operation, body), target, headers, body.octets if body else b"")
    gaps = (*url.unknown, *query.gaps, *(body.gaps if body else ()), *header_gaps)
    if operation.has("config"):
        gaps = (*gaps, "a curl configuration file (-K)")
    other = _target(operation, place, query.octets)
    return SeenRequest(
        request,
        "curl command",
        host=place.host,
        port=place.port,
        key_seen=key_seen,
        gaps=tuple(dict.fromkeys(gaps)),
        remarks=remarks,
        variant=None if other == target else structs.replace(request, target=other),
    )


def _method(operation: Operation, body: Data | None) -> str:
    chosen = operation.last("request")
    if chosen is not None:
        return chosen.text
    if operation.has("head"):
        return "HEAD"
    if operation.has("upload-file"):
        return "PUT"
    return "GET" if body is None else "POST"


def _body(operation: Operation) -> Data | None:
    if operation.has("upload-file"):
        return Data(b"", ("a file that curl uploaded",))
    if operation.has("get"):
        return None
    return multipart(operation) or posted(operation)


def _target(operation: Operation, place: Place, appended: bytes) -> bytes:
    whole = operation.last("request-target")
    if whole is not None:
        return octets(whole.text)
    path, mark, query = place.target.partition(b"?")
    if not operation.has("path-as-is"):
        path = without_dots(path)
    if appended:
        query = query + b"&" + appended if query else appended
        mark = b"?"
    return (path + mark + query).partition(b"#")[0]


def without_dots(path: bytes) -> bytes:
    """RFC 3986, 5.2.4: `/a/../b/./c` is `/b/c`."""
    if not _DOTS.search(path):
        return path
    kept: list[bytes] = []
    segments = path.split(b"/")[1:]
    for segment in segments:
        if segment == b"..":
            del kept[-1:]
        elif segment != b".":
            kept.append(segment)
    return b"/" + b"/".join(kept) + (b"/" if segments[-1] in (b".", b"..") and kept else b"")


def _headers(
    operation: Operation, place: Place, body: Data | None
) -> tuple[tuple[Header, ...], list[str], bool]:
    """The headers that curl sends, the gaps in them, and whether the API key's value is known."""
    custom: list[Header] = []
    named: set[bytes] = set()
    gaps: list[str] = []
    key_seen = True
    for word in operation.values("header"):
        if word.text.startswith("@"):
            gaps.append("a file with headers that curl read")
            continue
        name, value = _header(word.text)
        named.add(name.lower())
        if word.unknown and name.lower() == b"x-mbx-apikey":
            key_seen = False
        elif word.unknown:
            gaps += word.unknown
        if value is not None:
            custom.append((name, value))
    own = [pair for pair in _own_headers(operation, place) if pair[0].lower() not in named]
    behind = [pair for pair in _body_headers(operation, body) if pair[0].lower() not in named]
    return (*own, *custom, *behind), gaps, key_seen


def _header(text: str) -> tuple[bytes, bytes | None]:
    """`Name: value`; `Name;` sends an empty value, `Name:` removes what curl would send by itself (None).

    Further blanks around a value are kept: in an API key they are the mistake.
    """
    name, colon, value = text.partition(":")
    if not colon:
        name, semicolon, _ = text.partition(";")
        return octets(name.strip()), b"" if semicolon else None
    return octets(name.strip()), octets(value.removeprefix(" ")) if value.strip() else None


def _own_headers(operation: Operation, place: Place) -> list[Header]:
    headers: list[Header] = [(b"Host", place.authority)]
    bearer, user = operation.last("oauth2-bearer"), operation.last("user")
    if bearer is not None:
        headers.append((b"Authorization", b"Bearer " + octets(bearer.text)))
    elif user is not None:
        headers.append((b"Authorization", b"Basic " + base64.b64encode(octets(user.text))))
    agent = operation.last("user-agent")
    headers.append((b"User-Agent", octets(agent.text) if agent else b"curl"))
    if not operation.has("json"):
        headers.append((b"Accept", b"*/*"))
    if operation.has("compressed"):
        headers.append((b"Accept-Encoding", b"deflate, gzip"))
    referer, cookie = operation.last("referer"), operation.last("cookie")
    if referer is not None:
        headers.append((b"Referer", octets(referer.text)))
    if cookie is not None and "=" in cookie.text:
        headers.append((b"Cookie", octets(cookie.text)))
    return headers


def _body_headers(operation: Operation, body: Data | None) -> list[Header]:
    if body is None:
        return []
    length = (b"Content-Length", b"%d" % len(body.octets))
    if operation.has("json"):
        return [(b"Content-Type", b"application/json"), (b"Accept", b"application/json"), length]
    headers: list[Header] = [length]
    if operation.values("form", "form-string"):
        headers.append((b"Content-Type", b"multipart/form-data; boundary=" + BOUNDARY))
    elif not operation.has("upload-file"):
        headers.append((b"Content-Type", b"application/x-www-form-urlencoded"))
    return headers
