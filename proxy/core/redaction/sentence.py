"""Texts of answers: the words of Binance's own messages are kept, what fills their holes is kept or marked.

A known message (the catalogue's list) keeps its template. Of any other text only words are kept that occur in
that list, so a name or a number in it is removed; runs of removed words become one mark.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import Final

from proxy.core.catalogue import shapes
from proxy.core.catalogue.errors import all_errors
from proxy.core.catalogue.fields import CLEAR_C2C_FIELDS, CLEAR_PARAMETERS, CLEAR_RESPONSE_FIELDS

type Mark = Callable[[str], str]
"""Marks a text that is not shown."""

_LONGEST: Final = 600
_MORE_MESSAGES: Final = (
    "Filter failure: %s",
    "Timestamp for this request was %s ahead of the server's time.",
    "recvWindow must be less than %s",
    "Service unavailable from a restricted location according to",
    "403 Forbidden",
    "404 Not Found",
    "502 Bad Gateway",
    "503 Service Temporarily Unavailable",
    "504 Gateway Time-out",
    "ERROR: The request could not be satisfied",
    "Request blocked. We can't connect to the server for this app or website at this time.",
    "Access Denied",
    "illegal parameter",
    "Success",
    "success",
    "gateway",
)
_FILLINGS: Final = (shapes.COUNT, shapes.TIMESTAMP, shapes.FILTER, shapes.INTERVAL)
_NAMES_FOLLOW: Final = ("arameter '", "aram '", "or '", "ip: ")
_MILLISECONDS: Final = re.compile(r"[0-9]{1,7}ms")
_EDGES: Final = ".,;:!?'\"()[]`"
_MARKUP: Final = re.compile(r"<[^<>]{0,500}>")
_CLASS: Final = r"\[(A-Z|a-z|A-F|a-f|0-9|\\?[._:/ -]){1,10}\]"
_TIMES: Final = r"(\{[0-9]{1,2}(,[0-9]{1,2})?\}|[*+?])"
_REGEX_RANGE: Final = re.compile(rf"\^?\(?{_CLASS}{_TIMES}\)?(\(\\\.{_CLASS}{_TIMES}\)\?)?\$?")
"""The characters and lengths that a parameter may have: whole ranges and punctuation, in which no word can stand."""


def redact_sentence(text: str, mark: Mark) -> str:
    """A message of an answer as it may be shown, ASCII."""
    messages, templates, _ = _known()
    if text in messages:
        return text
    if len(text) <= _LONGEST:
        for template in templates:
            if found := template.fullmatch(text):
                return _filled(found, mark)
    return redact_words(text[:_LONGEST], mark)


def redact_excerpt(text: str, mark: Mark, octets: int = 200) -> str:
    """The beginning of a text or page that is no JSON, markup dropped."""
    return redact_words(_MARKUP.sub(" ", text[: 20 * octets])[:octets], mark)


def redact_words(text: str, mark: Mark) -> str:
    """Known words kept; each run of others becomes one mark."""
    words = _known()[2]
    shown: list[str] = []
    removed: list[str] = []
    for token in text.split():
        if token.strip(_EDGES) in words and token.isascii():
            if removed:
                shown.append(mark(" ".join(removed)))
                removed = []
            shown.append(token)
        else:
            removed.append(token)
    if removed:
        shown.append(mark(" ".join(removed)))
    return " ".join(shown)


def _filled(found: re.Match[str], mark: Mark) -> str:
    text, at, shown = found.string, 0, []
    for group in range(1, found.re.groups + 1):
        begin, end = found.span(group)
        shown += [text[at:begin], _filling(text[begin:end], text[at:begin], mark)]
        at = end
    return "".join((*shown, text[at:]))


def _filling(text: str, before: str, mark: Mark) -> str:
    """What a hole of a template was filled with; after `Param '` only a name is expected, never a number."""
    if text in _names() or _REGEX_RANGE.fullmatch(text):
        return text
    named = before.endswith(_NAMES_FOLLOW)
    if not named and (any(shape.admits(text) for shape in _FILLINGS) or _MILLISECONDS.fullmatch(text)):
        return text
    return redact_words(text, mark)


@cache
def _names() -> frozenset[str]:
    """Parameter names that messages speak of."""
    return frozenset(
        {*CLEAR_PARAMETERS, *CLEAR_RESPONSE_FIELDS, *CLEAR_C2C_FIELDS, "signature", "clientType"}
    ) | {
        "orderId",
        "origClientOrderId",
        "newClientOrderId",
        "listenKey",
        "amount",
        "advNo",
        "adsNo",
        "orderNumber",
        "adOrderNo",
    }


@cache
def _known() -> tuple[frozenset[str], tuple[re.Pattern[str], ...], frozenset[str]]:
    """Whole messages, templates with holes, and the words that may stand in any text."""
    rows = all_errors()
    texts = {message for row in rows for message in row.messages} | set(_MORE_MESSAGES)
    templates = tuple(_template(text) for text in sorted(texts) if "%s" in text)
    words = {token.strip(_EDGES) for text in texts for token in text.split() if "%" not in token}
    prose = {token.strip(_EDGES) for row in rows for token in f"{row.meaning} {row.fix}".split()}
    words |= {word for word in prose if word.isascii() and word.isalpha() and word.islower()}
    codes = {code.lstrip("-") for row in rows for code in row.codes if code.lstrip("-").isdecimal()}
    return (
        frozenset(texts),
        templates,
        frozenset(words | codes | {f"-{code}" for code in codes} | _names()) - {""},
    )


def _template(text: str) -> re.Pattern[str]:
    return re.compile("(.{1,120}?)".join(re.escape(part) for part in text.split("%s")), re.DOTALL)
