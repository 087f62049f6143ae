"""Values as they should be: numbers as plain text, words as documented, lists as JSON."""

import ast
import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Final

from proxy.core.diagnosis.examination.parsed_request import ParsedRequest
from proxy.core.diagnosis.mending.draft import Draft, Mend, Mended, fact, named, names_in, value
from proxy.core.findings import Finding

_NUMBER: Final = re.compile(r"[-+]?[0-9]{1,40}(\.[0-9]{0,40})?([eE][-+]?[0-9]{1,2})?")
_COMMA: Final = re.compile(r"([-+]?[0-9.\u00a0 ]*),([0-9]+)")
_NOISE: Final = re.compile(r"([0-9]+\.[0-9]*?)(0{6,}|9{6,})[0-9]{1,4}")
_ILLEGAL_IN_ID: Final = re.compile(r"[^.A-Z:/a-z0-9_-]")
_LONGEST_ID: Final = 36
_LONGEST_LITERAL: Final = 20_000
_ITEMS: Final = re.compile(r"[^\[\]\s,'\"]+")
CHOOSE: Final = "only you know the right value of {}"


def each(change: Callable[[str], str | None]) -> Mend:
    """A mend that changes the value of every parameter that the finding names; None: it cannot be told."""

    def mend(draft: Draft, _request: ParsedRequest, finding: Finding) -> Mended:
        for name in names_in(finding):
            new = {text: change(text) for text in _values(draft, name)}
            if not new or None in new.values():
                return CHOOSE.format(name)
            draft = draft.with_value(name, _looked_up(new))
        return draft if names_in(finding) else CHOOSE.format("the parameter")

    return mend


def _looked_up(new: dict[str, str | None]) -> Callable[[str], str]:
    return lambda text: new.get(text) or text


def of(name: str, change: Callable[[str], str | None]) -> Mend:
    """The same for a rule that speaks of one parameter."""
    return lambda draft, request, finding: each(change)(
        draft, request, Finding(finding.rule, finding.strength, "", "", (("parameter", name),))
    )


def _values(draft: Draft, name: str) -> list[str]:
    fields = draft.fields
    return [str(fields[name])] if name in fields else [value(p) for p in draft.pairs if named(p) == name]


def plain_number(text: str) -> str | None:
    """9.6e-05 as 0.000096."""
    return format(Decimal(text), "f") if _NUMBER.fullmatch(text) else None


def decimal_point(text: str) -> str | None:
    """0,5 as 0.5 and 1.234,5 as 1234.5."""
    found = _COMMA.fullmatch(text)
    return f"{re.sub('[^0-9+-]', '', found[1]) or '0'}.{found[2]}" if found else text


def without_noise(text: str) -> str | None:
    """0.30000000000000004 as 0.3, and 0.29999999999999999 likewise: the shortest number that a double prints."""
    if not _NOISE.fullmatch(text):
        return text
    return format(Decimal(f"{float(text):.12f}").normalize(), "f")


def symbol(text: str) -> str | None:
    """btc/usdt as BTCUSDT."""
    return re.sub(r"[/\s:_-]", "", text).upper() or None


def without_quotes(text: str) -> str | None:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def client_id(text: str) -> str | None:
    """The last 36 characters that are allowed: the end is what tells ids apart."""
    return _ILLEGAL_IN_ID.sub("", text)[-_LONGEST_ID:] or None


def json_list(text: str) -> str | None:
    """['BTC', 'ETH'], [BTC ETH] and BTC,ETH as ["BTC","ETH"]; what Python prints of dicts as a list of objects."""
    if "{" in text:
        return _objects(text)
    items: list[str] = _ITEMS.findall(text)
    digits = all(item.isdigit() for item in items)
    return json.dumps([int(item) if digits else item for item in items], separators=(",", ":"))


def _objects(text: str) -> str | None:
    """[{'side': 'BUY', 'reduceOnly': True}] as JSON; None where it is not what Python prints of a list."""
    try:
        found = ast.literal_eval(text) if len(text) <= _LONGEST_LITERAL else None
        return json.dumps(found, separators=(",", ":")) if isinstance(found, list) else None
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None


def whole_number(text: str) -> str | None:
    """5.0 as 5; anything else is not known."""
    number = Decimal(text) if _NUMBER.fullmatch(text) else None
    return str(int(number)) if number is not None and number == number.to_integral_value() else None


def meant_word(draft: Draft, _request: ParsedRequest, finding: Finding) -> Mended:
    """The word that the table has for it, or the same in capitals."""
    meant, names = fact(finding, "meant"), names_in(finding)
    if not names or (meant is None and finding.rule != "param-enum-case"):
        return CHOOSE.format(names[0] if names else "the parameter")
    for name in names:
        draft = draft.with_value(name, lambda text: meant or text.upper())
    return draft
