"""Values as Python and JavaScript print them: `{'a': 'b'}`, `{ a: 'b' }`, `b'...'`, None, undefined.

A tolerant reader, because logs hold things that no parser of either language takes (`<RequestsCookieJar[]>`).
"""

import re
from typing import Final


class Bare(str):
    """A word without quotes: a number, or the name of a variable whose value the text does not tell."""

    __slots__ = ()

    @property
    def variable(self) -> bool:
        return not _NUMBER.fullmatch(self) and self not in _WORDS


type Value = str | bytes | list["Value"] | dict[str, "Value"] | None

_DEEPEST: Final = 20
_SPACE: Final = re.compile(r"[ \t\r\n]*")
_BARE: Final = re.compile(r"[^,{}\[\]()'\"\n:]{1,200}")
_NAME: Final = re.compile(r"[A-Za-z_$][A-Za-z0-9_$.-]{0,100}")
_PREFIX: Final = re.compile(r"[bBuUrR]{0,2}(?=['\"])")
_WRAPPED: Final = re.compile(
    r"(?:(?:CaseInsensitiveDict|OrderedDict|CIMultiDict|dict|[A-Z][A-Za-z]{0,40})[ (]*"
    r"(?:\[[^\]\n]{0,60}\] )?|\[[^\]\n]{0,60}\] )(?=\{)"
)
_NOTHING: Final = frozenset({"None", "null", "undefined", "''", '""'})
_WORDS: Final = frozenset({"True", "False", "true", "false"})
_NUMBER: Final = re.compile(r"[-+]?[0-9]{1,40}(?:\.[0-9]{1,40})?(?:[eE][-+]?[0-9]{1,4})?")
_TAG: Final = re.compile(
    r"\[(?:Function|AsyncFunction|Object|Array|Circular|Getter|Setter|Symbol|class)\b[^\[\]'\"\n]{0,100}"
    r"(?:\[[^\[\]'\"\n]{0,60}\])?\]|/(?:\\.|[^/\\\n]){1,300}/[a-z]{0,6}(?=[,\s}\]])|<Buffer[^<>\n]{0,400}>"
)
"""What Node prints of something that it cannot or will not show."""
_LABEL: Final = re.compile(r"<ref \*[0-9]{1,4}> ")
_SYMBOL: Final = re.compile(r"\[Symbol\([^()\n]{0,100}\)\]")
_MORE: Final = re.compile(r"\.\.\. [0-9]{1,9} more (?:items?|characters?)")
_PLUS: Final = re.compile(r"[ \t]{0,4}\+[ \t\r\n]{1,80}(?=['\"])")
_ESCAPE: Final = re.compile(
    r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([0-7]{1,3})|(\n)|(.))", re.DOTALL
)
_LETTERS: Final = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def read_value(text: str, at: int, depth: int = 0) -> tuple[Value, int] | None:
    """The value that begins at this place (blanks allowed), and where it ends; None where there is none."""
    at = skip_space(text, at)
    label = _LABEL.match(text, at)
    at = label.end() if label else at
    if depth > _DEEPEST or at >= len(text):
        return None
    wrapped = _WRAPPED.match(text, at)
    if wrapped:
        return _unwrapped(text, wrapped, depth)
    if text[at] == "{":
        return _mapping(text, at, depth)
    tag = _TAG.match(text, at)
    if tag:  # as Node prints what it cannot show: [Function: name], [Object]
        return None, tag.end()
    if text[at] in "[(":
        return _sequence(text, at, depth)
    return _whole_text(text, at) or _bare(text, at)


def _whole_text(text: str, at: int) -> tuple[str | bytes, int] | None:
    """A quoted text, or several with `+` between them, as Node breaks a long one."""
    first = read_text(text, at)
    if first is None or isinstance(first[0], bytes):
        return first
    parts, end = [first[0]], first[1]
    while plus := _PLUS.match(text, end):
        more = read_text(text, plus.end())
        if more is None or isinstance(more[0], bytes):
            break
        parts.append(more[0])
        end = more[1]
    return "".join(parts), end


def _unwrapped(text: str, wrapped: re.Match[str], depth: int) -> tuple[Value, int] | None:
    """The mapping inside `CaseInsensitiveDict({...})`."""
    value = _mapping(text, wrapped.end(), depth)
    if value is None or "(" not in wrapped[0]:
        return value
    end = skip_space(text, value[1])
    return value[0], end + 1 if text[end : end + 1] == ")" else end


def skip_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def read_text(text: str, at: int) -> tuple[str | bytes, int] | None:
    """A quoted text; octets where it has a `b` before it."""
    prefix = _PREFIX.match(text, at)
    if prefix is None:
        return None
    start = prefix.end() + 1
    quote = text[start - 1]
    end = start
    while end < len(text) and text[end] != quote:
        end += 2 if text[end] == "\\" else 1
    if end >= len(text):
        return None
    inside = text[start:end]
    if "b" in prefix[0].lower():
        plain = _ESCAPE.sub(_octet, inside)
        return plain.encode("latin-1", "replace"), end + 1
    return _ESCAPE.sub(_letter, inside), end + 1


def _octet(found: re.Match[str]) -> str:
    if found[1]:
        return chr(int(found[1], 16))
    if found[4]:
        return chr(int(found[4], 8) & 0xFF)
    if found[5]:
        return ""
    return _LETTERS.get(found[6], found[6]) if found[6] else found[0]


def _letter(found: re.Match[str]) -> str:
    octet, short, long, octal, line, letter = found.groups()
    if octet or short or long:
        value = int(octet or short or long, 16)
        return chr(value) if value <= 0x10FFFF and not 0xD800 <= value <= 0xDFFF else "\ufffd"
    if octal:
        return chr(int(octal, 8))
    return "" if line else _LETTERS.get(letter, letter)


def _mapping(text: str, at: int, depth: int) -> tuple[dict[str, Value], int] | None:
    found: dict[str, Value] = {}
    at = skip_space(text, at + 1)
    while at < len(text) and text[at] != "}":
        more = _MORE.match(text, at)
        if more:
            at = _after_comma(text, more.end())
            continue
        key = read_text(text, at)
        if key is None:
            bare = _SYMBOL.match(text, at) or _NAME.match(text, at)
            if bare is None:
                return None
            key = (bare[0], bare.end())
        at = skip_space(text, key[1])
        if text[at : at + 1] == ":":
            at += 1
        elif text[at : at + 2] == "=>":
            at += 2
        else:
            return None
        value = read_value(text, at, depth + 1)
        if value is None:
            return None
        name = key[0].decode("latin-1") if isinstance(key[0], bytes) else key[0]
        found[name] = value[0]
        at = _after_comma(text, value[1])
    return (found, at + 1) if at < len(text) else None


def _sequence(text: str, at: int, depth: int) -> tuple[list[Value], int] | None:
    closing = "]" if text[at] == "[" else ")"
    found: list[Value] = []
    at = skip_space(text, at + 1)
    while at < len(text) and text[at] != closing:
        more = _MORE.match(text, at)
        if more:
            at = _after_comma(text, more.end())
            continue
        value = read_value(text, at, depth + 1)
        if value is None:
            return None
        found.append(value[0])
        at = _after_comma(text, value[1])
    return (found, at + 1) if at < len(text) else None


def _after_comma(text: str, at: int) -> int:
    at = skip_space(text, at)
    return skip_space(text, at + 1) if text[at : at + 1] == "," else at


def _bare(text: str, at: int) -> tuple[Value, int] | None:
    """Numbers, None, undefined, `<RequestsCookieJar[]>`."""
    if text[at] == "<":
        end = text.find(">", at)
        return (None, end + 1) if 0 < end < at + 300 else None
    found = _BARE.match(text, at)
    if found is None:
        return None
    if text[found.end() : found.end() + 1] in ("'", '"'):
        return None
    word = found[0].strip()
    return (None if word in _NOTHING else Bare(word)), found.end()


def headers_of(value: Value) -> tuple[tuple[bytes, bytes], ...]:
    """A printed mapping as headers; empty for anything else."""
    if not isinstance(value, dict):
        return ()
    return tuple(
        (octets(name), octets(text)) for name, text in value.items() if isinstance(text, str | bytes)
    )


def octets(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")
