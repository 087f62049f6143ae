"""Undoing what editors, loggers and web pages do to a text: entities, curly quotes, fences, prefixes of each line.

What can only come from a page is undone at once. What might be the text's own is undone for a second look, after the
first found nothing.
"""

import re
from collections.abc import Iterator
from typing import Final

_ENTITY: Final = re.compile(r"&(?:amp|quot|lt|gt|apos|#0?39|#x27|#34|#38|nbsp);")
_AMPERSAND: Final = re.compile(r"&(?!(?:amp|quot|lt|gt|apos|#0?39|#x27|#34|#38|nbsp);)")
_PLAIN: Final = {
    "&amp;": "&", "&#38;": "&", "&quot;": '"', "&#34;": '"', "&lt;": "<", "&gt;": ">", "&apos;": "'", "&#39;": "'",
    "&#039;": "'", "&#x27;": "'", "&nbsp;": " ",
}  # fmt: skip
_CURLY: Final = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "‚": "'", "\u00a0": " "})
_AROUND: Final = re.compile(
    r"[“”„‘’‚]\s{0,3}(?:https?://|x-mbx-apikey|[A-Za-z-]{2,40}[:=]|\{)", re.IGNORECASE
)
_LONG_DASH: Final = re.compile(r"(?<=\s)—(?=[a-z])")
_SHORT_DASH: Final = re.compile(r"(?<=\s)–(?=[A-Za-z])")
_FENCE: Final = re.compile(r"^[ \t>]{0,20}(?:```|~~~)[^\n`]{0,40}$", re.MULTILINE)
_ANY_FENCE: Final = re.compile(r"^[^`\n]{0,80}(?:```|~~~)[^\n`]{0,40}$", re.MULTILINE)
_MARKUP: Final = re.compile(r"</?(?:code|pre|span|p|div|em|strong)\b[^<>\n]{0,200}>")
_GOES_ON: Final = re.compile(r"(?<=[\w%.])\r?\n(?=&(?!amp;)\w{1,40}=[^\s=])")
"""A line end within parameters, as web pages and mails put it before an `&`."""
_GOES_ON_BELOW: Final = re.compile(r"(?<=[\w%.]&)[ \t]*\r?\n[ \t]*(?=[A-Za-z_]\w{0,40}=[^\s=])")
_BOX: Final = re.compile(r"[\u2500-\u257f]+[ \t]?")
_IN_BOX: Final = re.compile(r"[ \t]*\u2502 (?P<row>[^\u2500-\u257f]*)$")
_TIMES: Final = re.compile(r"(?<=[\w%.])×tamp=")
_DIGIT: Final = re.compile(r"[0-9]")
_EDGE: Final = re.compile(r".*[\s:|>\]]", re.DOTALL)
_SAMPLE: Final = 2000
_NARROWEST: Final = 60
_NARROW_BOX: Final = 40
_WIDEST: Final = 400
_FULL_LINES: Final = 3
_TORN: Final = re.compile(r"[&?=%][^\s\"'{}]{1,}$")


def from_page(text: str) -> str:
    """Without HTML entities, where every `&` begins one, and without quotes that a word processor made."""
    text = (
        text.replace("\\u0026", "&").replace("\\u003d", "=").replace("\\u003D", "=")
    )  # as Go and C# write JSON
    if _ENTITY.search(text) and not _AMPERSAND.search(text):
        text = _ENTITY.sub(lambda found: _PLAIN[found[0]], text)
    if ":\\/\\/" in text:
        text = text.replace("\\/", "/")
    text = _MARKUP.sub("", text) if "</code>" in text or "</pre>" in text else text
    text = _GOES_ON_BELOW.sub("", _GOES_ON.sub("", _without_boxes(text)))
    if _AROUND.search(text):
        text = _SHORT_DASH.sub("-", _LONG_DASH.sub("--", text)).translate(_CURLY)
    if text.lstrip().startswith("Array"):  # what PHP printed, as a browser showed it
        text = _TIMES.sub("&timestamp=", text)
    return text


def _without_boxes(text: str) -> str:
    """Without the frames that loggers draw around what they print; rows that were broken at one width are whole
    again."""
    if not _BOX.search(text):
        return text
    kept: list[str] = []
    rows: list[str] = []
    for line in [*text.split("\n"), ""]:
        found = _IN_BOX.fullmatch(line.rstrip("\r"))
        if found is not None:
            rows.append(found["row"])
            continue
        broken = len(rows) > 1 and len({len(row) for row in rows[:-1]}) == 1 and len(rows[-1]) <= len(rows[0])
        kept += ["".join(rows)] if broken and len(rows[0]) > _NARROW_BOX else rows
        kept.append(_BOX.sub("", line))
        rows = []
    return "\n".join(kept[:-1])


def unwrapped(text: str) -> str:
    """Without the line breaks of a window: where at least three lines have exactly the width of the longest, and one
    of them ends within parameters, each of them goes on in the next line."""
    lines = text.split("\n")
    width = max(map(len, lines))
    full = [line for line in lines if len(line) == width] if _NARROWEST <= width <= _WIDEST else []
    if len(full) < _FULL_LINES or not any(_TORN.search(line) for line in full):
        return text
    return "".join(line + ("" if len(line) == width else "\n") for line in lines).removesuffix("\n")


def second_looks(text: str) -> Iterator[str]:
    """The text without what stands at the start of every line, and without fences; then what stands between the
    fences alone. Only where that changes it."""
    fenced = _FENCE.sub("", text)
    if fenced != text:
        yield fenced
    yield from _without_prefixes(fenced)
    inside = "\n".join(_FENCE.split(text)[1::2]).strip("\n")
    if fenced != text and inside:
        yield inside
        yield from _without_prefixes(inside)


def fenced_parts(text: str) -> list[str]:
    """What stands before, between and behind fences, whatever is before them on their lines; empty without any."""
    parts = _ANY_FENCE.split(text)
    return parts if len(parts) > 1 else []


def _without_prefixes(text: str) -> Iterator[str]:
    bare = without_prefix(text)
    if bare != text:
        yield bare
        further = without_prefix(bare)
        if further != bare:
            yield further


def is_quoted(text: str) -> bool:
    """Whether every line begins with `>`, as mail programs quote."""
    lines = [line for line in text.splitlines() if line.strip()]
    return len(lines) > 1 and all(line.startswith(">") for line in lines)


def without_prefix(text: str) -> str:
    """Every line without what all lines begin with, up to a blank or a mark. Digits may differ, as in times."""
    lines = text.split("\n")
    sample = [_DIGIT.sub("0", line.rstrip("\r")) for line in lines[:_SAMPLE] if line.strip()]
    if not sample:
        return text
    first, last = min(sample), max(sample)
    common = next((i for i, letter in enumerate(first) if last[i : i + 1] != letter), len(first))
    edge = _EDGE.match(first[:common])
    cut = (
        len(edge[0])
        if edge and len(sample) > 1
        else len(sample[0]) - len(sample[0].lstrip())
        if len(sample) == 1
        else 0
    )
    if not cut:
        return text
    return "\n".join(line[cut:] for line in lines)
