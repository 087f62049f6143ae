"""Raw HTTP: request and answer as they travel, with CRLF or LF, several in one text.

Also understands what people make of it: no version behind the target, a target with scheme and host, the
`:method:` lines of HTTP/2, `###` between requests, a body straight behind the headers.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from proxy.core.diagnosis.examination.observation import AnswerSeen
from proxy.core.wire import BodyKind, Header, RawRequest, body_kind, first_value
from proxy.explain.answers import answer_of, bare_answer, spoken_answer
from proxy.explain.found_request import Part, SeenRequest
from proxy.explain.placeholders import has_stand_in
from proxy.explain.readers.urls import split_authority, split_url

_METHODS: Final = rb"(?:GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS)"
_REQUEST: Final = re.compile(
    rb"(?P<method>[A-Za-z]{2,20})[ \t]+(?P<target>\S[^\r\n]*?)[ \t]+HTTP/[0-9](?:\.[0-9])?[ \t]*\Z"
    rb"|(?P<method2>" + _METHODS + rb")[ \t]+(?P<target2>(?:/|https?://)[^\r\n]*?)[ \t]*\Z"
)
_STATUS: Final = re.compile(rb"HTTP/[0-9](?:\.[0-9])?[ \t]+([1-5][0-9]{2})(?:[ \t]|\Z)")
_BULLET: Final = re.compile(
    rb"[*-][ \t]+(?=(?:x-mbx-apikey|accept|content-type|user-agent|host|clienttype)[\w-]*:)", re.IGNORECASE
)
"""What a program puts before each header that it lists: httr of R."""
_HEADER: Final = re.compile(rb"(:?[!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*:[ \t]?(.*)\Z", re.DOTALL)
_PSEUDO: Final = re.compile(rb":(method|path|authority|scheme):?[ \t]+(\S.*)\Z")
_BOUNDARY: Final = re.compile(
    rb"^(?:[A-Za-z]{2,20}[ \t]+\S[^\r\n]*[ \t]HTTP/[0-9]|" + _METHODS + rb"[ \t]+(?:/|https?://)"
    rb"|HTTP/[0-9](?:\.[0-9])?[ \t]+[1-5][0-9]{2}|###|-{6,}(?:START|END)-{6,}|<{6,}|>{6,}|-{8,}[ \t\r]*$|:method:)",
    re.MULTILINE,
)
_LIKE_BODY: Final = re.compile(rb"\s*(?:[{\[]|--|[^\s=&]{1,200}=)")
_LIKE_FORM: Final = re.compile(rb"[^\s=&{\[]{1,200}=")
_OF_FORM: Final = re.compile(rb"[ \t]*[^\s{}\"<>]+[ \t]*\r?")
_TELLS: Final = re.compile(rb"[ \t]*\{[ \t]*[\"']?(?:code|msg|success)[\"']?[ \t]*:")
"""An answer behind a label, which is no header: `ErrorMessage: {"code":...}`."""
_HEX: Final = re.compile(rb"[0-9A-Fa-f]{1,8}\Z")

FORM: Final = "raw HTTP request"
NO_BODY: Final = "the body that Content-Length announces"
SHORT_BODY: Final = "a part of the body (Content-Length announces more than stands there)"


@dataclass(frozen=True, slots=True)
class _Message:
    """One message: its first line, headers and body, and where the next begins."""

    start: bytes
    headers: tuple[Header, ...]
    body: bytes
    rest: bytes  # what stood behind the body and belongs to no other message
    gaps: tuple[str, ...]
    end: int


def read_raw_http(octets: bytes, *, form: str = FORM) -> list[SeenRequest]:
    """All requests of the text, each with the answer that follows it."""
    seen: list[SeenRequest] = []
    for message in _messages(octets):
        status = _STATUS.match(message.start)
        if status is None:
            request = _request(message, form)
            seen += [request] if request else []
        elif seen and seen[-1].answer is None and int(status[1]) >= 200:
            answer = answer_of(int(status[1]), message.headers, message.body)
            seen[-1] = replace(seen[-1], answer=answer)
    return seen


def read_pair(request: bytes, answer: bytes, *, form: str) -> SeenRequest | None:
    """One request and its answer, of which a notation says where each begins and ends. None where the request is
    none."""
    seen = next(iter(read_raw_http(request, form=form)), None)
    return replace(seen, answer=read_answer(answer) or seen.answer) if seen is not None else None


def read_answer(octets: bytes) -> AnswerSeen | None:
    """An answer with its head; None where there is no status line."""
    for message in _messages(octets.lstrip()):
        status = _STATUS.match(message.start)
        if status is not None and int(status[1]) >= 200:
            return answer_of(int(status[1]), message.headers, message.body)
    return None


def _messages(octets: bytes) -> Iterator[_Message]:
    at = 0
    while at < len(octets):
        line, following = _line(octets, at)
        if _STATUS.match(line) or _is_start(octets, line, following):
            message = _message(octets, line, following)
            at = max(message.end, following)
            yield message
        elif _PSEUDO.match(line):
            message = _message(octets, b"", at)
            at = max(message.end, following)
            yield message
        else:
            at = following


def _is_start(octets: bytes, line: bytes, following: int) -> bool:
    """Whether a request begins here. Without a version, which people leave out, only above a header or a query."""
    found = _REQUEST.match(line)
    if found is None or found["method"]:
        return found is not None
    behind, _ = _line(octets, following)
    return _header(behind) is not None or behind.strip()[:1] in (b"?", b"&")


def _header(line: bytes) -> re.Match[bytes] | None:
    found = _HEADER.match(line)
    return None if found is None or _TELLS.match(found[2]) else found


def _line(octets: bytes, at: int) -> tuple[bytes, int]:
    """The line at this place without its end, and where the next begins."""
    end = octets.find(b"\n", at)
    if end < 0:
        return octets[at:].rstrip(b"\r"), len(octets)
    return octets[at:end].rstrip(b"\r"), end + 1


def _message(octets: bytes, start: bytes, at: int) -> _Message:
    headers: list[Header] = []
    while at < len(octets):
        line, following = _line(octets, at)
        if not line.strip():
            at = following
            break
        if line[:1] in (b" ", b"\t"):
            if headers:
                name, value = headers[-1]
                headers[-1] = (name, value + b" " + line.strip())
            elif line.strip()[:1] in (b"?", b"&"):  # a query on lines of its own, as editors format it
                start = _longer(start, line.strip())
            at = following
            continue
        found = _header(_BULLET.sub(b"", line, count=1))
        if found is None or (_BOUNDARY.match(line) and (start or headers)):
            break  # the body, straight behind the headers, or another message
        headers.append((found[1], found[2]))  # further blanks are kept: in an API key they are the mistake
        at = following
    return _with_body(octets, start, tuple(headers), at)


def _longer(start: bytes, more: bytes) -> bytes:
    head, version, number = start.rpartition(b" HTTP/")
    return head + more + version + number if version else start + more


def _with_body(octets: bytes, start: bytes, headers: tuple[Header, ...], at: int) -> _Message:
    boundary = _BOUNDARY.search(octets, at)
    end = boundary.start() if boundary else len(octets)
    there = octets[at:end]
    if (first_value(headers, b"transfer-encoding") or b"").strip().lower().endswith(b"chunked"):
        plain, taken = _dechunk(there)
        if taken:
            return _Message(start, headers, plain, there[taken:].strip(), (), end)
    length = _length(headers)
    line = there.split(b"\n", 1)[0].rstrip(b"\r")
    if length is not None and length != len(line) and _LIKE_FORM.match(line) and has_stand_in(line):
        return _Message(start, headers, line, there[len(line) :].strip(), (), end)
    if length is not None and length <= len(there):
        if _STATUS.match(_line(octets, at + length)[0]):  # an answer on the line on which the body ends
            return _Message(start, headers, there[:length], b"", (), at + length)
        return _Message(start, headers, there[:length], there[length:].strip(), (), end)
    bare = _without_blank_lines(there)
    gaps: tuple[str, ...] = ()
    if length is not None:
        gaps = (SHORT_BODY,) if bare else (NO_BODY,)
    return _Message(start, headers, bare, b"", gaps, end)


def _without_blank_lines(octets: bytes) -> bytes:
    """Without the empty lines at the end, and lines of blanks, as an indented paste leaves them."""
    bare = octets.rstrip()
    behind = octets[len(bare) :]
    return bare + behind.partition(b"\n")[0].rstrip(b"\r")


def _length(headers: tuple[Header, ...]) -> int | None:
    value = first_value(headers, b"content-length")
    value = (value or b"").strip()
    return int(value) if value.isdigit() and len(value) < 12 else None


def _dechunk(octets: bytes) -> tuple[bytes, int]:
    """The body without chunk sizes, and how many octets it took; (b"", 0) where it is not chunked."""
    parts: list[bytes] = []
    at = 0
    while at < len(octets):
        line, following = _line(octets, at)
        size = line.partition(b";")[0].strip()
        if not _HEX.match(size):
            return b"", 0
        length = int(size, 16)
        if length == 0:
            return b"".join(parts), following
        parts.append(octets[following : following + length])
        if len(parts[-1]) < length:
            return b"", 0
        at = following + length
        at += 2 if octets[at : at + 2] == b"\r\n" else 1
    return b"", 0


def _request(message: _Message, form: str) -> SeenRequest | None:
    """The message as a request; None where its target leads nowhere."""
    pseudo = {name: value for name, value in message.headers if name.startswith(b":")}
    headers = tuple(pair for pair in message.headers if not pair[0].startswith(b":"))
    method, target = _start(message.start, pseudo)
    place = _place(target, pseudo.get(b":authority") or first_value(headers, b"host") or b"")
    if place is None:
        return None
    host, port, target = place
    body, answer = _body_and_answer(message, method, target)
    if not _has_body(method, headers, body):
        body = b""
    request = RawRequest(method, target, headers, body)
    gaps = _gaps(message.gaps, request)
    unseen = frozenset({Part.BODY}) if not body and wants_body(request) else frozenset[Part]()
    return SeenRequest(request, form, host=host, port=port, answer=answer, gaps=gaps, unseen=unseen)


def wants_body(request: RawRequest) -> bool:
    """Whether a form is announced, no length says that it is empty, and nothing else is signed."""
    label = request.header(b"content-type") or b""
    return (
        request.method in ("POST", "PUT")
        and label.lower().startswith(b"application/x-www-form-urlencoded")
        and request.header(b"content-length") is None
        and b"signature=" not in request.target
    )


def _has_body(method: str, headers: tuple[Header, ...], body: bytes) -> bool:
    """Whether what stands behind the head is a body where no length says so: not people's own words, nor what comes
    after a GET, which has none."""
    if _length(headers) is not None or first_value(headers, b"transfer-encoding") is not None:
        return True
    labelled = first_value(headers, b"content-type") is not None
    return bool(_LIKE_BODY.match(body)) and (labelled or method != "GET")


def _place(target: bytes, authority: bytes) -> tuple[str | None, int | None, bytes] | None:
    """Host, port and the target from its path on; a host in the target goes before the one of the headers."""
    if target[:4].lower() == b"http":
        place = split_url(target)
        return (place.host, place.port, place.target) if place else None
    return (*split_authority(authority), target) if target.startswith(b"/") else None


def _body_and_answer(message: _Message, method: str, target: bytes) -> tuple[bytes, AnswerSeen | None]:
    """The body, and an answer without a head: behind the body, or in its place where no length speaks of one."""
    path = target.partition(b"?")[0]
    body = b"" if message.body == b"None" else message.body  # an empty body as Python prints it
    if not message.rest and _length(message.headers) is None and _LIKE_FORM.match(body):
        form, behind = _form_and_behind(body)
        return form, spoken_answer(behind, method, path) if behind else None
    if message.rest:
        return body, bare_answer(message.rest, method, path)
    if body and _length(message.headers) is None:
        answer = bare_answer(body, method, path)
        if answer is None and not _LIKE_BODY.match(body):  # people's own words
            answer = spoken_answer(body, method, path)
            return b"", answer
        return (b"", answer) if answer else (body, None)
    return body, None


def _form_and_behind(octets: bytes) -> tuple[bytes, bytes]:
    """A form, which may be broken over lines, and what follows it: behind a blank line, or a line that is no part of
    a form."""
    lines = octets.split(b"\n")
    end = next((at for at, line in enumerate(lines) if at and not _OF_FORM.fullmatch(line)), len(lines))
    return b"\n".join(lines[:end]).rstrip(b"\r"), b"\n".join(lines[end:]).strip()


def _gaps(gaps: tuple[str, ...], request: RawRequest) -> tuple[str, ...]:
    """What is missing, where that can change what was signed."""
    unsent = gaps == (NO_BODY,) and request.method in ("GET", "HEAD", "DELETE")
    # The signature does not cover JSON; a changed line end does no harm.
    unsigned = body_kind(request.body, request.header(b"content-type")) is BodyKind.JSON
    return () if unsent or unsigned else gaps


def _start(line: bytes, pseudo: dict[bytes, bytes]) -> tuple[str, bytes]:
    found = _REQUEST.match(line)
    if found is None:
        return pseudo.get(b":method", b"GET").decode("latin-1"), pseudo.get(b":path", b"")
    return (found["method"] or found["method2"]).decode("ascii"), found["target"] or found["target2"]
