"""Requests in `.http` and `.rest` files, as JetBrains' HTTP client and VS Code's REST Client keep them.

Variables that the file itself assigns (`@host = ...`) are put in; scripts, comments and the parts of a form that
stand on lines of their own are resolved as those programs do.
"""

import re
from dataclasses import replace
from typing import Final

from msgspec import structs

from proxy.explain.found_request import SeenRequest
from proxy.explain.readers.literals import octets
from proxy.explain.readers.raw_http import read_raw_http
from proxy.explain.spans import VARIABLES

FORM: Final = ".http file"
_MARK: Final = re.compile(r"^###|\{\{[\w$. -]{1,80}\}\}|^> \{%|^(?:#|//) @[\w-]{1,40}", re.MULTILINE)
_REQUEST: Final = re.compile(r"^(?:GET|POST|PUT|DELETE|PATCH|HEAD)[ \t]+(?:https?://|\{\{|/)", re.MULTILINE)
_ASSIGNED: Final = re.compile(r"^@([\w-]{1,80})[ \t]*=[ \t]*([^\n]{0,4000})$", re.MULTILINE)
_VARIABLE: Final = re.compile(r"\{\{[ \t]*([\w$.-]{1,80})[^{}\n]{0,80}\}\}")
_SCRIPT: Final = re.compile(r"^[<>][ \t]*\{%.{0,20000}?%\}[ \t\r]*$", re.MULTILINE | re.DOTALL)
_COMMENT: Final = re.compile(r"^(?:#(?!##)|//)[^\n]*\n?", re.MULTILINE)
_FIELDS: Final = re.compile(
    r"(?<=\n)(?P<blank>[ \t\r]*\n)(?P<fields>[ \t]*[\w.%\[\]@-]{1,100}[ \t]*=[^\n&]{0,4000}&?[ \t\r]*"
    r"(?:\n[ \t]*&?[ \t]*[\w.%\[\]@-]{1,100}[ \t]*=[^\n&]{0,4000}&?[ \t\r]*){1,200})(?=\n|\Z)"
)
_AROUND: Final = re.compile(r"[ \t]*([=&])[ \t]*")


def read_http_file(text: str) -> list[SeenRequest]:
    """Every request of the file; a variable that it does not assign is a gap."""
    if not (_MARK.search(text) and _REQUEST.search(text)):
        return []
    assigned = {name: value.strip() for name, value in _ASSIGNED.findall(text)}
    for _ in range(3):  # a variable may be made of others
        text = _VARIABLE.sub(lambda found: assigned.get(found[1], found[0]), text)
    text = _COMMENT.sub("", _SCRIPT.sub("", _ASSIGNED.sub("", text)))
    text = _FIELDS.sub(_one_line, text)
    return [_with_gaps(one) for one in read_raw_http(octets(text), form=FORM)]


def _one_line(found: re.Match[str]) -> str:
    """A form of several lines as one: the marks between fields may end a line or begin it."""
    joined = "&".join(line.strip(" \t\r&") for line in found["fields"].split("\n"))
    return found["blank"] + _AROUND.sub(r"\1", joined)


def _with_gaps(seen: SeenRequest) -> SeenRequest:
    """Without the headers whose value is a variable, and with a gap where the target or body has one."""
    request = seen.request
    unknown = [name.lower() for name, value in request.headers if b"{{" in value]
    headers = tuple(pair for pair in request.headers if b"{{" not in pair[1])
    gaps = (VARIABLES,) if b"{{" in request.target + request.body else ()
    return replace(
        seen,
        request=structs.replace(request, headers=headers),
        key_seen=b"x-mbx-apikey" not in unknown,
        gaps=(*seen.gaps, *gaps),
    )
