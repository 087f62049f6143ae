"""A list was sent as a language prints it, and not as JSON: ['BTC', 'ETH'], [BTC ETH], BTC,ETH."""

import re
from collections import Counter

from proxy.core.diagnosis.refusals.described import takes
from proxy.core.diagnosis.refusals.said import named_parameters
from proxy.core.diagnosis.symptoms.base import LIKELY, PROVEN, ParsedRequest, RuleText, Sighting, Symptom
from proxy.core.diagnosis.symptoms.parts import seen_in

_CODES = frozenset[int | str]({-1130, -1100, -1135, -1101, -1102})
_PYTHON = re.compile(r"(?s)\[\s*(?:'.*'|\{\s*'[A-Za-z]{2,40}'\s*:.*\})\s*\]")
_GO = re.compile(r"\[[A-Za-z0-9_.-]+(?:[ ,]+[A-Za-z0-9_.-]+)*\]")
_COMMAS = re.compile(r"[A-Z0-9_.-]{2,30}(?:,[A-Z0-9_.-]{2,30})+")
_LISTS = frozenset({"symbols", "permissions", "orderIdList", "origClientOrderIdList", "batchOrders"})
"""Lists that are JSON on the wire, wherever they stand."""


def detect(request: ParsedRequest) -> Sighting | None:
    printed = [one for one in request.params if _PYTHON.fullmatch(one.value)]
    if printed:
        return Sighting(PROVEN, seen_in(printed))
    bare = [one for one in request.params if one.name in _LISTS and _bare(one.value)]
    if bare:
        known = bare[0].name in takes(request)
        strength = PROVEN if request.answered(*_CODES) and known else LIKELY
        name = bare[0].name
        return Sighting(
            strength,
            seen_in(bare),
            says=f"The list in {name} was not sent as JSON: its items have no quotation marks.",
            remedy=f'Send {name} as compact JSON with double quotes, ["A","B"], percent-encoded.',
        )
    return _repeated(request)


def _repeated(request: ParsedRequest) -> Sighting | None:
    """A list as one pair an item, where the answer names it."""
    named = named_parameters(request.answer.message) if request.answer is not None else frozenset[str]()
    counts = Counter(one.name for one in request.params if one.name in _LISTS & named)
    name = next((name for name, count in counts.items() if count > 1), None)
    if name is None or not request.answered(*_CODES):
        return None
    return Sighting(
        PROVEN,
        (("parameter", name), ("times", counts[name])),
        says=f"The list in {name} was sent as one {name}=... an item, not as JSON.",
        remedy=f'Send {name} once, as compact JSON with double quotes, ["A","B"], percent-encoded.',
    )


def _bare(value: str) -> bool:
    """No quotation marks; a JSON list of numbers is one all the same."""
    if _COMMAS.fullmatch(value):
        return True
    return _GO.fullmatch(value) is not None and not re.fullmatch(r"\[[0-9]+(?:,[0-9]+)*\]", value)


SYMPTOM = Symptom(
    about=RuleText(
        rule="param-list-as-text",
        says="A list was sent as Python, PHP or Go prints it, not as JSON.",
        why="str(list) or fmt.Sprint(list) was sent where JSON is expected.",
        see="['BTC', 'ETH'], [BTC ETH] or BTC,ETH in the URL.",
        remedy="Send compact JSON with double quotes, percent-encoded.",
        example="json.dumps(symbols, separators=(',', ':'))",
    ),
    detect=detect,
    codes=_CODES,
)
