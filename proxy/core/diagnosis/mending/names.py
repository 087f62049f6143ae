"""Parameters as they should be named, and without those that should not be there."""

import json
import re
from typing import Final

from proxy.core.catalogue.order_rules import order_rule
from proxy.core.diagnosis.examination.parsed_request import ParsedRequest
from proxy.core.diagnosis.mending.draft import Draft, Mended, fact, joined, named, names_in, value
from proxy.core.diagnosis.mending.values import CHOOSE
from proxy.core.diagnosis.names import known_spelling
from proxy.core.diagnosis.refusals.described import takes
from proxy.core.diagnosis.symptoms.parts import WORDS_FOR_NOTHING
from proxy.core.findings import Finding
from proxy.core.wire import pair_name, pair_value

_BRACKETS: Final = re.compile(r"([A-Za-z]+)\[[0-9]*\]")
_KEY_NAMES: Final = frozenset({"x-mbx-apikey", "apikey", "api_key"})
_SECRET: Final = re.compile(r"(?i)(x-mbx-|x-|api[-_]?)?secret([-_]?key)?")
_NO_LIST: Final = "this call takes no list of that name"
_TWICE: Final = "{} was sent twice with two values, and which one counts is for you to say"


def unknown(draft: Draft, request: ParsedRequest, finding: Finding) -> Mended:
    """The documented name in the place of a misspelt one; a name that means nothing here is left out."""
    misspelt = {param.name: known_spelling(param.name) for param in request.params}
    for name, right in misspelt.items():
        if right is not None:
            draft = draft.with_name(name, right)
    if any(misspelt.values()):
        return draft
    meant = fact(finding, "meant")
    name = fact(finding, "parameter") or ""
    known = frozenset(takes(request))
    if meant is not None:
        return draft.with_name(name, meant)
    strange = [one.name for one in request.params if known and one.name not in known]
    return draft.without(*(one for one in strange if one not in _COMMON)) if strange else CHOOSE.format(name)


_COMMON: Final = frozenset({"timestamp", "recvWindow", "signature", "apiKey"})


def empty(draft: Draft, request: ParsedRequest, _finding: Finding) -> Mended:
    """Without parameters that have no value; what the call cannot do without is for the caller to say."""
    gone = [named(pair) for pair in draft.pairs if not pair_value(pair)]
    return _dropped(draft, request, gone)


def undefined(draft: Draft, request: ParsedRequest, finding: Finding) -> Mended:
    """Without parameters whose value is the word for none."""
    gone = [named(pair) for pair in draft.pairs if value(pair) in WORDS_FOR_NOTHING]
    return _dropped(draft, request, gone or list(names_in(finding)))


def _dropped(draft: Draft, request: ParsedRequest, gone: list[str]) -> Mended:
    needed = [name for name in dict.fromkeys(gone) if _is_needed(name, draft, request)]
    return CHOOSE.format(" and ".join(needed)) if needed else draft.without(*gone)


def _is_needed(name: str, draft: Draft, request: ParsedRequest) -> bool:
    """Whether the call cannot do without it: by the table, and for orders by the rule of their type."""
    row = takes(request).get(name)
    kind = next((value(pair) for pair in draft.pairs if named(pair) == "type"), "")
    rule = order_rule(draft.method, draft.path.decode("latin-1"), kind)
    one_of = {one for group in rule.one_of for one in group} if rule else set()
    return (row is not None and row.required == "yes") or (
        rule is not None and (name in rule.mandatory or name in one_of)
    )


def brackets(draft: Draft, request: ParsedRequest, _finding: Finding) -> Mended:
    """`symbols[]=A&symbols[]=B` as one JSON list, in the place of the first."""
    lists: dict[str, list[str]] = {}
    for pair in draft.pairs:
        found = _BRACKETS.fullmatch(named(pair))
        if found:
            lists.setdefault(found[1], []).append(value(pair))
    table = takes(request)
    if table and not lists.keys() <= table.keys():
        return _NO_LIST
    return _lists_as_json(draft, lists)


def _lists_as_json(draft: Draft, lists: dict[str, list[str]]) -> Draft:
    written: set[str] = set()

    def change(pair: bytes) -> tuple[bytes, ...]:
        found = _BRACKETS.fullmatch(named(pair))
        if not found:
            return (pair,)
        if found[1] in written:
            return ()
        written.add(found[1])
        return (joined(found[1], json.dumps(lists[found[1]], separators=(",", ":"))),)

    return draft.changed(change)


def twice(draft: Draft, _request: ParsedRequest, _finding: Finding) -> Mended:
    """Every parameter once, where both have the same value."""
    values: dict[str, set[str]] = {}
    for pair in draft.pairs:
        values.setdefault(named(pair), set()).add(value(pair))
    torn = [name for name, found in values.items() if len(found) > 1 and name not in _COMMON]
    return _TWICE.format(torn[0]) if torn else each_once(draft)


def each_once(draft: Draft) -> Draft:
    """Without pairs that stand there a second time."""
    seen: set[bytes] = set()

    def change(pair: bytes) -> tuple[bytes, ...]:
        again = pair in seen
        seen.add(pair)
        return () if again else (pair,)

    return draft.changed(change)


def not_taken(draft: Draft, _request: ParsedRequest, finding: Finding) -> Mended:
    """Without the parameter that this order type does not take."""
    return draft.without(*names_in(finding))


def wanted_number(draft: Draft, _request: ParsedRequest, finding: Finding) -> Mended:
    """C2C: the number under the name that this call reads."""
    wanted, sent = fact(finding, "wanted"), names_in(finding, "sent")
    return draft.with_name(sent[0], wanted) if wanted and len(sent) == 1 else CHOOSE.format("the number")


def without_key(draft: Draft, _request: ParsedRequest, _finding: Finding) -> Mended:
    """The API key belongs in its header alone."""
    return draft.changed(lambda pair: () if named(pair).lower() in _KEY_NAMES else (pair,))


def without_secret(draft: Draft, request: ParsedRequest, _finding: Finding) -> Mended:
    """The secret is never sent."""
    secret = request.secret

    def change(pair: bytes) -> tuple[bytes, ...]:
        own = named(pair) != "signature" and secret is not None and secret in pair_value(pair)
        return () if own or _SECRET.fullmatch(pair_name(pair).decode("latin-1")) else (pair,)

    kept = draft.changed(change)
    return "the secret stands in the body" if secret is not None and secret in kept.body else kept
