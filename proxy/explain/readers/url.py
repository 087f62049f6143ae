"""URLs and paths anywhere in a text: in prose, log lines, exceptions; with the method before or behind them."""

import re
from collections.abc import Iterator
from typing import Final

from proxy.explain.readers.api_paths import PREFIXES
from proxy.explain.readers.literals import octets
from proxy.explain.spans import VARIABLES, GapSeen, Span, UrlSeen

NAME: Final = "URL"
_METHODS: Final = "GET|POST|PUT|DELETE|PATCH|HEAD"
_URL: Final = re.compile(
    rf"(?:\b(?P<method>{_METHODS})[\"'`]?[ \t:,|]{{1,4}}(?:to[ \t]+)?)?(?P<open>[\"'`<(\[]?)"
    rf"(?P<url>(?:https?|wss?)://[^\s<>]{{1,20000}}+|(?<![\w.:/~-])/(?:[sfdepw]?api|ws-api|futures/data)/[^\s<>]{{1,20000}}+)"
    rf"(?P<behind>[>)]?[ \t]{{1,3}}(?P<later>{_METHODS})\b)?"
)
_CLOSING: Final = {'"': '"', "'": "'", "`": "`", "<": ">", "(": ")", "[": "]"}
_QUOTES: Final = ("'", '"', "`")
_WORD_BEFORE: Final = re.compile(rf"\b({_METHODS})\b")
_TAIL: Final = "\"'`>,;:)]}.!*\\"
_STARS: Final = re.compile(r"\*{2,}")
_MADE: Final = re.compile(
    r"[ \t]*(?:\+|%[ \t]*[\w({]|\.[ \t]*(?:format|concat|join)\b|\.[ \t]*[\"'$]|&[ \t]+[\w\"]|\.\.[ \t]*\w)"
)
_FILLED: Final = re.compile(r"\$?\{[^{}]{0,80}\}|%[sd]\b")
_BEFORE: Final = 80
_BEHIND: Final = 100
_LINE_END: Final = re.compile(r"\\[nrt](?![\w%])|\\[nrt](?=[A-Z][\w-]{0,40}[ :])|\\[nr]\\[nr]")
"""A line end as logs of JSON lines write it, which is no part of a URL."""
_BLANKS: Final = r"(?: {1,3}+[^\s&=<>\"'`{}|]{1,80}+)"
_GOES_ON: Final = re.compile(
    rf"{_BLANKS}{{1,12}}+(?:&(?!signature=)[A-Za-z_]\w{{0,40}}+=[^\s&<>\"'`]{{0,300}}+{_BLANKS}{{0,12}}+){{0,30}}+"
    r"&signature=[^\s&<>\"'`]{1,600}"
)
"""The rest of a URL with blanks in its values, up to the signature."""
_ROOT: Final = re.compile(r"(?:https?|wss?)://[^/?#]{0,300}/?")


def find(text: str) -> Iterator[Span]:
    """A path counts where a method or parameters stand with it; a URL of a host alone is a place, no request."""
    whole = text.strip()
    for found in _URL.finditer(text):
        url, closed = _cut(text, found)
        end = found.start("url") + len(url)
        method = found["method"] or (found["later"] if end >= found.end("url") - 1 else None)
        alone = whole in (url, f"{found['method']} {url}") or _is_line(text, found, end)
        if _ROOT.fullmatch(url) and whole != url and not (alone and found["method"]):
            continue
        if url.startswith("/") and not (method or "?" in url or whole == url):
            continue
        if "?" not in url and not alone and octets(url).partition(b"?")[0] in PREFIXES:
            continue
        yield UrlSeen(
            found.start("url"), end, NAME, url=octets(_uncareted(url)), method=method or _before(text, found),
            whole=(alone or "?" in url) and (closed or found["open"] not in _QUOTES),
        )  # fmt: skip
        if _is_made(text, found, url, end, closed=closed):
            yield GapSeen(end, end, NAME, what=VARIABLES)


def _cut(text: str, found: re.Match[str]) -> tuple[str, bool]:
    """The URL without what closes it, and whether a quote did."""
    url, opened = _LINE_END.split(found["url"], maxsplit=1)[0], found["open"]
    closing = _CLOSING.get(opened)
    if closing is not None and opened not in "([" and closing in url:
        return url[: url.index(closing)], True
    if opened in ("(", "[") and closing is not None:
        at = url.find(closing)
        if at > 0 and (at + 1 == len(url) or url[at + 1] in " ,;:.)]>"):
            return url[:at], False
    if closing in ('"', "'", "`") and text[found.end("url") : found.end("url") + 1] == closing:
        return url, True
    if not opened and "?" in url and (more := _GOES_ON.match(text, found.end("url"))):
        url += more[0]  # a blank in a value
    bare = url.rstrip(_TAIL)
    stars = (
        _STARS.match(url, len(bare)) if bare.endswith("=") else None
    )  # a hidden value; elsewhere Markdown's
    return bare + (stars[0] if stars else ""), False


def _uncareted(url: str) -> str:
    """Without the carets of the command line of Windows: `?a=1^&b=2^`."""
    return url.replace("^&", "&").replace("^%^", "%").rstrip("^") if "^&" in url else url


def _is_line(text: str, found: re.Match[str], end: int) -> bool:
    """Whether nothing but the method stands with it on its line."""
    before, behind = _line_before(text, found.start()), text[end : end + _BEHIND].partition("\n")[0]
    return not (before + behind).strip(" \t\r\"'<>,;")


def _line_before(text: str, at: int) -> str:
    """What stands before a place on its line; of long lines the end, as some hold a hundred thousand URLs."""
    return text[max(at - _BEFORE, 0) : at].rpartition("\n")[2]


def _before(text: str, found: re.Match[str]) -> str | None:
    """The last method in capitals before it on its line."""
    before = _line_before(text, found.start())
    methods = _WORD_BEFORE.findall(before[before.rfind("://") + 1 :])
    return methods[-1] if methods else None


def _is_made(text: str, found: re.Match[str], url: str, end: int, *, closed: bool) -> bool:
    """Whether a program puts more into the text than stands there."""
    if text[found.start("url") - 1 : found.start("url")] == "}" and _FILLED.search(url):
        return True  # {BASE}/api/v3/order?{query}
    if not closed:
        return False
    formatted = found["open"] == "`" or text[found.start("open") - 1 : found.start("open")] in ("f", "F", "$")
    if formatted and _FILLED.search(url):
        return True
    return bool(_MADE.match(text[end + 1 : end + 20]))
