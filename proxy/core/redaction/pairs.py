"""Queries and forms: names, order, doubles and escapes kept, values by the keep list."""

from typing import Final

from proxy.core.redaction.names import decoded
from proxy.core.redaction.notation import escapes
from proxy.core.redaction.plans import Place, Plan
from proxy.core.redaction.structure import redact_json
from proxy.core.redaction.veil import Veil
from proxy.core.wire import split_pairs

_MOST_PAIRS: Final = 100
_MOST_KEPT: Final = 4096
_LONGEST_KEPT: Final = 64


class PairRedactor:
    """Redacts raw queries and forms. Remembers pairs that were clear, for the next request will hold them too."""

    __slots__ = ("_clear",)

    def __init__(self) -> None:
        self._clear: dict[tuple[Place, bytes], str] = {}

    def redact(self, raw: bytes, place: Place, veil: Veil) -> str:
        """A raw query or form as it may be shown: pairs joined by `&`, after 100 of them `&<more:N>`."""
        if not raw:
            return ""
        pairs = split_pairs(raw)
        known = self._clear.get
        shown = [known((place, pair)) or self._pair(pair, place, veil) for pair in pairs[:_MOST_PAIRS]]
        if len(pairs) > _MOST_PAIRS:
            shown.append(f"<more:{len(pairs) - _MOST_PAIRS}>")
        return "&".join(shown)

    def _pair(self, pair: bytes, place: Place, veil: Veil) -> str:
        known = veil.pairs.get(pair)
        if known is not None:
            return known
        raw_name, equals, raw_value = pair.partition(b"=")
        name = decoded(raw_name).decode("latin-1")
        plan = place.plans.get(name) or place.plan(name)
        shown_name = (
            plan.shown
            if plan.shown is not None and raw_name == plan.shown.encode()
            else _name(raw_name, veil)
        )
        if not equals:
            return shown_name
        value = decoded(raw_value).decode("utf-8", "surrogateescape")
        if not plan.admits(value):
            shown = f"{shown_name}={_removed(plan, value, raw_value, place, veil)}"
            veil.pairs[pair] = shown
            return shown
        shown = f"{shown_name}={raw_value.decode('ascii')}"  # shapes are printable ASCII, escapes too
        if plan.shown is not None and len(pair) <= _LONGEST_KEPT:
            if len(self._clear) >= _MOST_KEPT:
                self._clear.clear()
            self._clear[place, pair] = shown
        return shown


def _name(raw: bytes, veil: Veil) -> str:
    return veil.name(raw, decoded(raw)) if raw else ""


def _removed(plan: Plan, value: str, raw: bytes, place: Place, veil: Veil) -> str:
    """What stands for a value that is not clear: a mark, or the shape of JSON in it (`batchOrders=[...]`)."""
    if value[:1] in ("{", "["):
        inner = redact_json(value.encode("utf-8", "surrogateescape"), place, veil, name=plan.name)
        if inner is not None:
            style = escapes(raw)
            return f"{inner}<json{style}>" if style else inner
    return veil.mark(plan.kind, value, raw)
