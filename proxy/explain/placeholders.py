"""Words that a person put in the place of a value: `<symbol>`, `***`, `YOUR_KEY`, `{{key}}`, `$SECRET`.

Nothing can be said of what stands behind them, so nobody may take them for what was sent. `undefined`, `None` and
`null` are not among them: programs write those, and they travel.
"""

import re
from typing import Final
from urllib.parse import quote

from proxy.core.wire import pair_name, pair_value, percent_decoded

_OBJECTS: Final = (
    r"(?!nil>|null>|none>|undefined>|nan>|built-in|bound\b|function|buffer|class\b|object)(?![^>]*\b0x)"
)
_TAKEN_OUT: Final = (
    r"redacted|hidden|masked|removed|omitted|filtered|censored|obfuscated|anonymi[sz]ed|stripped|snip(?:ped)?"
    r"|secret"
)
_THINGS: Final = (
    r"(?:binance[-_ ]?)?(?:(?:api[-_ ]?)?(?:key|secret)(?:[-_ ]?(?:id|key))?|token|signature|symbol|timestamp|value|"
    r"quantity|amount|price|address|email)"
)
_WHOLE: Final = re.compile(
    rf"<{_OBJECTS}[a-z_][\w.\- /']{{0,60}}>"
    rf"|[\[(<*_]{{0,3}}(?:{_TAKEN_OUT})(?:[ _-](?:by|for|from) [\w ]{{1,20}})?[\])>*_]{{0,3}}"
    r"|\{\{[^{}]{1,60}\}\}|\$\{[^{}]{1,60}\}|\{[a-z_][\w. ]{0,40}\}|\$[a-z_]\w{0,40}|%[a-z_]{3,40}%"
    r"|[*•●█#]+|x{3,}|\.{3,}|…+"
    rf"|(?:your|my|the|insert|enter|paste|replace|put)[-_ ]?(?:your[-_ ]?)?{_THINGS}(?:[-_ ]?here)?",
    re.IGNORECASE | re.ASCII,
)
_IN_CAPITALS: Final = re.compile(r"(?:YOUR|MY)_[A-Z_]{2,40}")
_NAMES: Final = re.compile(rf"{_THINGS}(?:[-_ ]?here)?", re.IGNORECASE)
_PARTLY: Final = re.compile(
    r"[\w+/=.-]{0,64}(?:\*{3,}|[•●█]{2,}|\.{3}|…|<(?:redacted|snip)>|\[(?:redacted|snip|truncated)\])[\w+/=.-]{0,64}",
    re.IGNORECASE,
)
_PARTLY_CROSSED_OUT: Final = re.compile(r"[A-Za-z0-9]{0,64}(?:x{4,}|X{4,})[A-Za-z0-9]{0,64}")
_OF_KEYS: Final = ("signature", "apikey")
_PLAIN: Final = re.compile(r"[A-Za-z0-9]{1,40}|[0-9a-f]{64}")
_LONGEST: Final = 200
_QUOTES: Final = "\"'` "
_DOTS: Final = re.compile(rb"\.{3,}|(?:\xe2\x80\xa6)+|(?:%E2%80%A6)+", re.IGNORECASE)

_IN_TEXT: Final = re.compile(
    r"(?P<before>(?:[?&]|&amp;)[A-Za-z][\w.%-]{0,40}=|(?<![\w.%&?=-])[A-Za-z]\w{0,40}=(?=[^&\n]{1,80}?&))"
    rf"(?P<word><{_OBJECTS}[a-z_][\w.\- /']{{0,60}}>|\[(?:{_TAKEN_OUT})\]|\((?:{_TAKEN_OUT})\)"
    r"|\{\{[^{}\n]{1,60}\}\}|[*•●█]+|…)(?=[&\"'`\s]|\\|\Z)",
    re.IGNORECASE,
)
_AT_THE_END: Final = re.compile(r"(?<=[?&]signature=)(?:\.{3,}|\{\w{1,40}\})(?=[&\s]|\Z)", re.IGNORECASE)
_VARIABLE: Final = re.compile(r"(?<=[\w\]]=)\$(?:(\w{1,40})|\{(\w{1,40})\})(?=[&\"'])", re.ASCII)


_SET_APART: Final = {ord(mark): 0xE000 + number for number, mark in enumerate("<>[](){}$*•●█…./'- ")}
_TOGETHER: Final = {apart: mark for mark, apart in _SET_APART.items()}
_APART_OCTETS: Final = re.compile(
    rb"(?P<raw>\xee\x80[\x80-\x9f])|(?:%EE%80%(?P<low>[89][0-9A-F]))", re.IGNORECASE
)


def is_stand_in(name: str, value: str) -> bool:
    """Whether a value of this parameter or header, decoded, is such a word."""
    text = value[:_LONGEST].translate(_TOGETHER).strip(_QUOTES)
    if not text or (_PLAIN.fullmatch(text) and len(text) == 64):
        return False
    if any(kind.fullmatch(text) for kind in (_WHOLE, _IN_CAPITALS, _NAMES)) or _bare(text) == _bare(name):
        return True
    if _bare(name).endswith(_OF_KEYS) and _PARTLY_CROSSED_OUT.fullmatch(text):
        return True
    return _PARTLY.fullmatch(text) is not None


def _bare(text: str) -> str:
    return text.replace("_", "").replace("-", "").lower()


def is_stand_in_pair(pair: bytes) -> bool:
    """Whether the value of a raw pair of a query or form is such a word."""
    value = pair_value(pair)
    return bool(value) and is_stand_in(
        pair_name(pair).decode("utf-8", "replace"),
        percent_decoded(value[: 3 * _LONGEST].replace(b"+", b" ")).decode("utf-8", "replace"),
    )


def has_stand_in(raw: bytes) -> bool:
    """Whether one stands in a raw query or form: then it has another length than what was sent."""
    return b"=" in raw and any(map(is_stand_in_pair, raw.split(b"&")))


def without_stand_ins(raw: bytes) -> bytes:
    """A raw query or form without the pairs that are whole but for their value. Dots at its end stay: more than a
    value may be missing there."""
    pairs = raw.split(b"&")
    last = len(pairs) - 1
    return b"&".join(
        pair
        for number, pair in enumerate(pairs)
        if not is_stand_in_pair(pair) or (number == last and _DOTS.search(pair))
    )


def set_apart(text: str) -> str:
    """The text with other letters for the marks of words that stand for a value, where they would end a URL or form
    in the middle, or would be filled in by a shell. `put_together` undoes it in what was read."""
    if "=" not in text:
        return text
    text = _IN_TEXT.sub(lambda found: found["before"] + found["word"].translate(_SET_APART), text)
    text = _AT_THE_END.sub(lambda found: found[0].translate(_SET_APART), text)
    return _VARIABLE.sub(lambda found: _of_shell(found, text), text) if "curl" in text else text


def _of_shell(found: re.Match[str], text: str) -> str:
    """A variable of the shell, set apart where the text itself does not set it."""
    name = found[1] or found[2]
    is_set = re.search(rf"(?m)(?:^|[\s;])(?:\$?{name})[ ]?=", text)
    return found[0] if is_set else found[0].translate(_SET_APART)


def put_together(raw: bytes) -> bytes:
    """Octets that were read out of such a text, with the marks as they stood; encoded where a reader encoded."""
    if b"\xee\x80" not in raw and b"%ee%80" not in raw.lower():
        return raw
    return _APART_OCTETS.sub(_mark, raw)


def _mark(found: re.Match[bytes]) -> bytes:
    last = found["raw"][-1] if found["raw"] else int(found["low"], 16)
    mark = chr(_TOGETHER.get(0xE000 + last - 0x80, ord("?")))
    return mark.encode() if found["raw"] else quote(mark, safe="").encode()
