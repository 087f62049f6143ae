"""What an error text asks about: the codes and filters in it, in whatever dress, and the parameters that it names.

Besides the exchange's own notation there are a person's words (`Failure: Price Filter`), a sentence without its code,
and what a program made of a picture: a long dash for the sign, a blank within the number.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Final

from proxy.core.catalogue.errors import all_errors
from proxy.core.diagnosis.refusals.others_codes import without_others

_CODE: Final = re.compile(r"-?[0-9]{3,6}")
_IN_TEXT: Final = re.compile(
    r"""(?i:\bcode["']?\s{0,3}(?:[=:]|=>)\s{0,3}["']?)(-?[0-9]{3,6}|[A-Z_]{6,40})\b"""
    r"|(?<![0-9A-Za-z.-])(-[0-9]{4,5})(?![0-9-])"
)
_DASH: Final = re.compile(r"(?<![\w-])[\u2010-\u2015\u2212](?=[ \t]?[0-9]{1,5}\b)")
_APART: Final = re.compile(
    r"(?i)(?:(?P<coded>\b(?:code|error)\b\W{0,6})-[ \t]?|(?<=[a-z] )- )(?P<a>[1-9])(?(coded)[ \t]?)(?P<b>[0-9]{3})"
    r"(?=[ \t]{0,2}[:,}\n)]|$)"
)
_LOOKALIKE: Final = re.compile(
    r"(?i:(?<=code)(?:\W{0,4}))[-\u2010-\u2015\u2212]\s?(?=[0-9lIO|]{4}\b)(?=[lI|]?[0-9]?[0-9lIO|]*[0-9])[0-9lIO|]{4}"
)
"""A code in which a picture's reader took 1 for a letter, or 0: `code=-l022`, `code: -1O21`."""
_AS_DIGITS: Final = str.maketrans("lI|O", "1110")
_WIDE: Final = {0xFF01 + at: 0x21 + at for at in range(0x5E)}
"""The wide forms of ASCII (U+FF01 to U+FF5E) that Chinese and Japanese keyboards write."""
_FAILURE: Final = re.compile(r"(?i)\bfailure: ?([A-Z_]{5,40})\b")
_FILTER: Final = re.compile(r"\b[A-Z]{3,10}(?:_[A-Z]{3,10}){1,5}\b|\bNOTIONAL\b")
_NAMED: Final = re.compile(r"\bparameter '([A-Za-z_.]{2,60})(?:'|:)")
_OF_ERRORS: Final = re.compile(
    r"(?i)(?:error|exception|fail|invalid|illegal|reject|refus|denied|not (?:valid|found|allowed|authori[sz]ed|"
    r"enabled|supported|permitted)|unauthori[sz]ed|forbidden|permission|timed? ?out|"
    r"unknown|missing|insufficient|too many|does not|cannot|can't|signature|timestamp)"
)
_WORDS: Final = re.compile(r"[A-Za-z]{2,}[ :,-]{1,3}[A-Za-z]{2,}")
_OF_REQUESTS: Final = re.compile(r"://|\bcurl\b|/(?:[sfdepw]?api|ws-api)/|HTTP/[12]|[?&]\w{1,40}=")
_MOST_READ: Final = 20_000
_MOST: Final = 3
_SHORTEST: Final = 20
_SENTENCES: Final = {
    "margin is insufficient": "-2019", "order would immediately trigger": "-2021",
    "no need to change margin type": "-4046", "order's notional must be no smaller than": "-4164",
    "order's position side does not match user's setting": "-4061",
}  # fmt: skip
"""Sentences of codes that the list has without one: error codes page of USD-M futures."""
_OF_FILTERS: Final = ("-1013", "-2010")
_NOTHING_TO_DO: Final = ("-4046", "-4059")
"""Answers that only say that a setting is as wanted already: seldom what a person asks about."""


def subjects_of(text: str, filters: frozenset[str], is_known: Callable[[str], bool]) -> tuple[str, ...]:
    """The known codes and filters that a text is about, at most three, in the order of the text; empty without any.
    `filters` are the names of all filters, `is_known` tells whether there is something to say of a code."""
    text = _joined(without_others(text.strip()[:_MOST_READ]))
    if _CODE.fullmatch(text) or text in filters:
        return (text,) if is_known(text) else ()
    failed = [name for name in _FAILURE.findall(text) if name in filters]
    codes = [code for code in _codes(text) if is_known(code)]
    if failed:
        codes = [code for code in codes if code not in _OF_FILTERS]
    elif not codes or set(codes) <= set(_OF_FILTERS):
        failed = [name for name in _FILTER.findall(text) if name in filters]
        if not failed and not any(_by_sentence(text)):
            failed = _in_words(text, filters)
        codes = [] if failed else codes
    found = [*failed, *sorted(codes, key=_NOTHING_TO_DO.__contains__)] or list(_by_sentence(text))
    return tuple(dict.fromkeys(found))[:_MOST]


def unknown_code(text: str) -> str | None:
    """The first code that an answer in the text holds; asked where none of them is known."""
    text = without_others(text.strip()[:_MOST_READ])
    return next((code for code in _codes(text) if code.lstrip("-").isdigit()), None)


def is_error_text(text: str) -> bool:
    """Whether a person's or a program's words tell of an error, with nothing of a request in them."""
    text = text[:_MOST_READ]
    return bool(_OF_ERRORS.search(text) and _WORDS.search(text)) and not is_of_request(text)


def is_of_request(text: str) -> bool:
    """Whether something of a request stands in the text: a URL, a path, parameters."""
    return bool(_OF_REQUESTS.search(text[:_MOST_READ]))


def named_in(text: str) -> frozenset[str]:
    """The parameters that the exchange's sentences in the text name."""
    return frozenset(_NAMED.findall(text[:_MOST_READ]))


def _joined(text: str) -> str:
    """With the sign and the number of a code put together again, and letters that are digits."""
    text = text.translate(_WIDE)
    text = _LOOKALIKE.sub(lambda found: found[0].translate(_AS_DIGITS), text)
    return _APART.sub(lambda found: f"{found['coded'] or ''}-{found['a']}{found['b']}", _DASH.sub("-", text))


def _codes(text: str) -> Iterator[str]:
    for found in _IN_TEXT.finditer(text):
        yield found[1] or found[2]


def _in_words(text: str, filters: frozenset[str]) -> list[str]:
    """A filter as people write it, in a text that tells of a failure: `Price Filter`, `lot size`."""
    if not re.search(r"(?i)\bfail", text):
        return []
    words = re.sub(r"[ _-]+", "_", text.upper())
    found = [
        name
        for name in sorted(filters, key=len, reverse=True)
        if re.search(rf"(?<![A-Z]){name}(?![A-Z])", words)
    ]
    return found[:1]


def _by_sentence(text: str) -> Iterator[str]:
    """The code whose sentence stands in the text without it; of several the one with the longest sentence."""
    flat = " ".join(text.split()).lower()
    whole = flat.strip(" .'\"")
    for sentence, code in _sentences():
        if sentence in flat if len(sentence) >= _SHORTEST else sentence == whole:
            yield code


@cache
def _sentences() -> tuple[tuple[str, str], ...]:
    """What each message of the list begins with, up to what changes in it, and its code; the longest first."""
    found = dict(_SENTENCES)
    for error in all_errors():
        for message in error.messages:
            fixed = re.split(r"%s|['\"<{(]|[0-9]", message)[0].strip(" .").lower()
            if " " in fixed:
                found.setdefault(fixed, error.codes[0])
    return tuple(sorted(found.items(), key=lambda one: -len(one[0])))
