"""Queries and forms: names, order, doubles and escapes kept, values by the keep list."""

from typing import Final

from proxy.core.redaction.memo import Memo
from proxy.core.redaction.name_rules import Location, NameRule
from proxy.core.redaction.names import decoded, presentable_alone
from proxy.core.redaction.notation import escapes
from proxy.core.redaction.structure import redact_json
from proxy.core.redaction.values import KnownTexts, ValueRedactor

MOST_PAIRS: Final = 100
_MOST_KEPT: Final = 4096
_LONGEST_KEPT: Final = 512  # octets
_MOST_LARGE: Final = 16
"""Of longer texts the last few, for a record shows what came and what went, and an intent said it before."""


class PairRedactor:
    """Redacts raw queries and forms. Remembers texts and pairs, for the next request will hold them too."""

    __slots__ = ("_large", "_pairs", "_texts")

    def __init__(self) -> None:
        self._texts: KnownTexts[str] = Memo(_MOST_KEPT)
        self._large: KnownTexts[str] = Memo(_MOST_LARGE)
        self._pairs: KnownTexts[str] = Memo(_MOST_KEPT)

    def redact(self, raw: bytes, location: Location, values: ValueRedactor) -> str:
        """A raw query or form as it may be shown: pairs joined by `&`, after 100 of them `&<more:N>`."""
        known_texts = self._texts if len(raw) <= _LONGEST_KEPT else self._large
        return (
            values.memoised(known_texts, hash((location, raw)), self._text, raw, location, values)
            if raw
            else ""
        )

    def _text(self, raw: bytes, location: Location, values: ValueRedactor) -> str:
        shown: list[str] = []
        for pair in raw.split(b"&", MOST_PAIRS)[:MOST_PAIRS]:
            key = hash((location, pair))
            known = self._pairs.get(key)
            if known is None:
                known = values.collecting(_pair, pair, location, values)
                if len(pair) <= _LONGEST_KEPT:
                    self._pairs.store(key, known)
            values.removed |= known[1]
            shown.append(known[0])
        more = raw.count(b"&") + 1 - MOST_PAIRS
        if more > 0:
            shown.append(f"<more:{more}>")
        return "&".join(shown)


def _pair(pair: bytes, location: Location, values: ValueRedactor) -> str:
    raw_name, equals, raw_value = pair.partition(b"=")
    name = decoded(raw_name).decode("latin-1")
    rule = location.rules.get(name) or location.rule(name)
    value = decoded(raw_value).decode("utf-8", "surrogateescape")
    alone = not value.strip("=")  # `=` ends base64, too
    if rule.shown is not None and raw_name == rule.shown.encode() and not alone:
        shown_name = rule.shown
    elif rule.shown is None and name.isascii() and raw_name:
        shown_name = values.unnameable(raw_name, "name")  # the rule has judged the name already
    else:
        shown_name = _name(raw_name, values, alone=alone)
    if not equals:
        return shown_name
    if rule.admits(value):
        return f"{shown_name}={raw_value.decode('ascii')}"  # shapes are printable ASCII, escapes too
    return f"{shown_name}={_removed(rule, value, raw_value, location, values)}"


def _name(raw: bytes, values: ValueRedactor, *, alone: bool) -> str:
    """A name; `alone` where no value stands with it, so that it may be one itself."""
    if not raw:
        return ""
    name = decoded(raw)
    return values.unnameable(raw, "name") if alone and not presentable_alone(name) else values.name(raw, name)


def _removed(rule: NameRule, value: str, raw: bytes, location: Location, values: ValueRedactor) -> str:
    """What stands for a value that is not clear: a mark, or the shape of JSON in it (`batchOrders=[...]`)."""
    if value[:1] in ("{", "["):
        inner = redact_json(value.encode("utf-8", "surrogateescape"), location, values, name=rule.name)
        if inner is not None:
            style = escapes(raw)
            return f"{inner}<json{style}>" if style else inner
    return values.mark(rule.kind, value, raw)
