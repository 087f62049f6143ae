"""A request line, header lines under it, a body: as OkHttp, Feign, mitmproxy and others log it, with whatever a
logger puts before each line.

    2026-11-28 12:01:40.137 D/OkHttp: --> POST https://api.binance.com/api/v3/order
    2026-11-28 12:01:40.137 D/OkHttp: X-MBX-APIKEY: ...
"""

import re
from collections.abc import Iterator
from typing import Final

from proxy.core.wire import Header
from proxy.explain.readers.literals import octets
from proxy.explain.spans import BodySeen, HeadersSeen, Span, UrlSeen

_START: Final = re.compile(
    r"^(?P<prefix>[^\n]{0,200}?)(?P<arrow>-{2,3}> |>> |=> |> )?\b(?P<method>GET|POST|PUT|DELETE|PATCH|HEAD)[ \t]+"
    r"(?P<url>https?://[^\s\"'<>]{1,20000}|/[^\s\"'<>]{1,20000})"
    r"(?P<rest>(?:[ \t]+(?:HTTP/[0-9.]{1,3}|https?/[0-9.]{1,3}|h2))?"
    r"(?:[ \t]+\([^()\n]{0,40}\))?)[ \t\r]*$",
    re.MULTILINE,
)
_HEADER: Final = re.compile(
    r"(?P<name>:?[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}):[ \t]?(?P<value>[^\n]{0,20000})\Z"
)
_END: Final = re.compile(
    r"(?:-{2,3}> END\b|<-{2,3} |<-{2,3}$|<< |<= |< |HTTP/[0-9.]{1,3} [1-5][0-9]{2}|Response\b|\*{3} |={3,}|-{6,})",
    re.IGNORECASE,
)
_OMITTED: Final = re.compile(r"-{2,3}> END [A-Z]{3,7} \((?:[^()]*omitted|binary|unknown)", re.IGNORECASE)
_DIGIT: Final = re.compile(r"[0-9a-f]")
_FORM: Final = re.compile(r"[\w.%\[\]@-]{1,80}=\S*\Z")
_PROSE: Final = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,} ")
_MOST: Final = 2000
_LINES: Final = 200
ARROWS: Final = {"--> ": "OkHttp log", "---> ": "Feign log", ">> ": "wire log"}


def find(text: str) -> Iterator[Span]:
    """Every request that has at least one header line under it, or an arrow before it."""
    end = 0
    for number, found in enumerate(_START.finditer(text)):
        if number == _MOST:
            return
        if found.start() >= end:
            spans = list(_block(text, found))
            end = max((span.end for span in spans), default=end)
            yield from spans


def _block(text: str, found: re.Match[str]) -> Iterator[Span]:
    prefix = found["prefix"]
    arrow = found["arrow"] or ""
    if prefix.strip() and prefix.rstrip()[-1:] in "\"'`":
        return
    headers: list[Header] = []
    body: list[str] = []
    in_body = ended = omitted = False
    at = found.end() + 1
    stop = found.end()
    for _ in range(_LINES):
        if at >= len(text):
            break
        following = text.find("\n", at)
        following = len(text) if following < 0 else following
        line = text[at:following].rstrip("\r")
        bare = _bare(line, prefix, arrow)
        if _END.match(bare):
            ended, omitted = True, bool(_OMITTED.match(bare))
            stop = following if bare.startswith("-") else stop
            break
        header = None if in_body else _HEADER.match(bare.strip())
        if _START.match(line):
            break
        if not bare.strip():
            if in_body and body:
                ended = True
                break
            in_body, ended = True, True
        elif header is not None:
            headers.append((octets(header["name"]), octets(header["value"])))
        elif _is_body(bare.strip()):
            in_body = True
            body.append(bare.strip())
        else:
            break
        stop = following
        at = following + 1
    if not headers and not (arrow and ended):
        return
    name = ARROWS.get(
        arrow, "mitmproxy text" if text[found.end() + 1 : found.end() + 5] == "    " else "request log"
    )
    scope = (found.start("method"), stop)
    yield UrlSeen(*scope, name, scope, url=octets(found["url"]), method=found["method"])
    kept = tuple(pair for pair in headers if not pair[0].startswith(b":"))
    yield HeadersSeen(*scope, name, scope, headers=kept, whole=bool(headers) and ended)
    if body or (ended and not omitted and not _announced(headers) and (in_body or arrow)):
        yield BodySeen(*scope, name, scope, body=octets("\n".join(body)))


def _announced(headers: list[Header]) -> bool:
    """Whether a length speaks of a body."""
    return any(
        name.lower() == b"content-length" and value.strip() not in (b"", b"0") for name, value in headers
    )


def _bare(line: str, prefix: str, arrow: str) -> str:
    """The line without what the logger puts before each, in which only digits change from line to line."""
    cut = len(prefix)
    if cut and _DIGIT.sub("0", f"{line} "[:cut]) == _DIGIT.sub("0", prefix):
        line = line[cut:]
    elif not prefix.strip() or line[:1] in " \t":
        line = line.lstrip(" \t") if line.strip() else ""
    if arrow in (">> ", "> ", "=> ") and line.startswith(arrow.strip()):
        line = line[len(arrow) :]
    return line.removeprefix("| ") if arrow == "> " else line


def _is_body(line: str) -> bool:
    return bool(_FORM.match(line)) or (line[:1] in "{[" and line[-1:] in "}]")
