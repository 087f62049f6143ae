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
_COLOUR: Final = re.compile(r"\x1b\[[0-9;?]{0,20}[A-Za-z]|(?:\\x1b|\\u001b|\\033)\[[0-9;]{0,20}m")
_IN_BACKTICKS: Final = re.compile(r"`[^`\n]+`")
_HARD_BLANK: Final = re.compile(r"(?<=[ \t\n])\u00a0|^\u00a0|\u00a0(?=[ \t\u00a0])", re.MULTILINE)
_LINE_NUMBER: Final = re.compile(r"\A[ \t]{0,9}([0-9]{1,6})(?![0-9])")
_BETWEEN: Final = re.compile(r"[ \t.:|)]{0,4}")
_SEVERAL: Final = 4
_BOX: Final = re.compile(r"[\u2500-\u257f]+[ \t]?")
_IN_BOX: Final = re.compile(r"[^\u2500-\u257f]{0,80}\u2502 (?P<row>[^\u2500-\u257f]*)$")
_TIMES: Final = re.compile(r"(?<=[\w%.])×tamp=")
_DIGIT: Final = re.compile(r"[0-9]")
_OF_PROGRAM: Final = re.compile(
    r"[\w.-]{1,40} {0,20}\| |(?:[A-Z][a-z]{2} +[0-9]{1,2} |[0-9]{4}[-/][0-9]{2}[-/][0-9]{2}[ T])[0-9]{2}:[0-9]{2}"
)
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
    text = _plain_lines(text)
    text = _MARKUP.sub("", text) if "</code>" in text or "</pre>" in text else text
    text = _GOES_ON_BELOW.sub("", _GOES_ON.sub("", _without_boxes(text)))
    if _AROUND.search(text):
        text = _SHORT_DASH.sub("-", _LONG_DASH.sub("--", text)).translate(_CURLY)
    if text.lstrip().startswith("Array"):  # what PHP printed, as a browser showed it
        text = _TIMES.sub("&timestamp=", text)
    return text


def _plain_lines(text: str) -> str:
    """Without what a terminal, an editor or a web page put into the lines: colours, a mark of width zero before the
    text, hard blanks beside blanks, one blank at the end of every line, numbers of the lines."""
    text = _COLOUR.sub("", text.lstrip("\u200b\ufeff\u2060"))
    if _IN_BACKTICKS.fullmatch(text.strip()):
        text = text.strip().strip("`")
    text = _HARD_BLANK.sub(" ", text)
    lines = text.split("\n")
    if len(lines) >= _SEVERAL and all(
        line.endswith((" ", "\t", " \r")) for line in lines[:-1] if line.strip()
    ):
        lines = [line.rstrip(" \t\r") for line in lines]
        text = "\n".join(lines)
    return _without_numbers(text)


def _without_numbers(text: str) -> str:
    """Without the numbers of the lines, where all lines have one and they go up by one."""
    found = [_LINE_NUMBER.match(line) for line in text.split("\n") if line.strip()]
    numbers = [int(one[1]) for one in found if one is not None]
    if len(numbers) < max(_SEVERAL, len(found)) or numbers != [*range(numbers[0], numbers[0] + len(numbers))]:
        return text
    behind = [one.string[one.end() :] for one in found if one is not None]
    told = [one for one in behind if one.strip()]
    first, last = min(told, default=""), max(told, default="")
    common = next((at for at, letter in enumerate(first) if last[at : at + 1] != letter), len(first))
    between = _BETWEEN.match(first[:common])
    width = between.end() if between is not None else 0
    return (
        "\n".join(_LINE_NUMBER.sub("", line, count=1)[width:] for line in text.split("\n")) if width else text
    )


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


def first_looks(text: str) -> list[str]:
    """The text without fences, which a shell would take for its own quotes, and without what a program surely put
    before every line: the name of a container, a time."""
    bare = _FENCE.sub("", text)
    plain = without_prefix(bare)
    cut = bare[: bare.find(plain.partition("\n")[0])] if plain != bare else ""
    return [plain, bare] if _OF_PROGRAM.match(cut) else [bare]


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
    sample = [_DIGIT.sub("0", line.rstrip("\r")) + " " for line in lines[:_SAMPLE] if line.strip()]
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
