"""What Python's `http.client` prints with `debuglevel = 1`: `send: b'...'`, `reply: '...'`, `header: ...`.

The octets are those on the wire. An answer's body is not printed by it, but often stands behind it.
"""

import re
from dataclasses import replace
from typing import Final

from proxy.explain.answers import answer_of, bare_answer
from proxy.explain.found_request import SeenRequest
from proxy.explain.readers.literals import octets, read_text
from proxy.explain.readers.raw_http import read_raw_http

_LINE: Final = re.compile(r"^(send|reply|header): ?", re.MULTILINE)
_REPLY: Final = re.compile(r"HTTP/[0-9.]+ ([1-5][0-9]{2})")
_BODY: Final = re.compile(r"^\{.*$", re.MULTILINE)
_START: Final = re.compile(rb"[A-Z]{2,20} \S")
FORM: Final = "http.client log"


def read_http_client(text: str) -> list[SeenRequest]:
    """Every request of the log."""
    parts: list[bytes] = []  # octets of one request each
    replies: dict[int, list[str]] = {}
    for mark, line in _lines(text):
        if mark == "send":
            value = read_text(line, 0)
            sent = octets(value[0]) if value else b""
            if _START.match(sent) and b" HTTP/1." in sent:
                parts.append(sent)
            elif parts:
                parts[-1] += sent
        elif parts:
            replies.setdefault(len(parts) - 1, []).append(line)
    seen: list[SeenRequest] = []
    for i, part in enumerate(parts):
        seen += [_answered(one, replies.get(i, [])) for one in read_raw_http(part, form=FORM)[:1]]
    return seen


def _lines(text: str) -> list[tuple[str, str]]:
    marks = list(_LINE.finditer(text))
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    return [(mark[1], text[mark.end() : end]) for mark, end in zip(marks, ends, strict=False)]


def _answered(seen: SeenRequest, lines: list[str]) -> SeenRequest:
    """The answer of reply and header lines; its body is looked for behind them."""
    status: int | None = None
    headers: list[tuple[bytes, bytes]] = []
    body = ""
    for line in lines:
        if found := _REPLY.search(line[:40]):
            status = int(found[1])
        elif ":" in line.partition("\n")[0]:
            name, _, value = line.partition("\n")[0].partition(":")
            headers.append((octets(name.strip()), octets(value.strip())))
        if printed := _BODY.search(line):
            body = printed[0].strip()
    if status is not None:
        return replace(seen, answer=answer_of(status, tuple(headers), octets(body)))
    return replace(seen, answer=bare_answer(octets(body), seen.request.method, seen.request.path))
