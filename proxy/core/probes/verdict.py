"""From probes to a verdict: whose fault a refusal is, what that stands on, and what to do next.

The branches are asked in order, what stops everything first; the first that has an opinion decides. What can be
mended at home goes before what only Binance can mend, so that nobody is told "not fixable on the client" while it
might be.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from proxy.core.probes.leaf import SIDES, Evidence, Opinion, Verdict
from proxy.core.probes.leaves import (
    banned,
    exchange_failing,
    firewall,
    flapping,
    key_form,
    key_refused,
    key_unknown,
    not_authorized,
    own_clock,
    rate_limited,
    restricted_location,
    signature_wrong,
    uncontrolled_mixture,
    unsettled as last,
    works,
)
from proxy.core.probes.probe import KeyFacts, Probe
from proxy.core.probes.said import Said, said
from proxy.core.probes.sweep import Sweep, unsettled
from proxy.core.probes.words import duration, names, span_ms

_BRANCHES: Final = (
    restricted_location.judge,
    banned.judge,
    rate_limited.judge,
    firewall.judge,
    own_clock.judge,
    signature_wrong.judge,
    uncontrolled_mixture.judge,
    key_form.judge,
    key_refused.judge,
    not_authorized.judge,
    key_unknown.judge,
    exchange_failing.judge,
    flapping.judge,
    works.judge,
)
_STALE_MS: Final = 600_000
"""From this age on the sentence says how old the probes are."""
_NO_FACTS: Final = KeyFacts()


def verdict(probes: Iterable[Probe], now_ms: int, facts: KeyFacts = _NO_FACTS) -> Verdict:
    """What the probes of one account show. `now_ms`: Unix ms, for the age of the evidence. Never raises.

    The newest minute decides; the hour before it tells who flaps.
    """
    sweep = Sweep(probes, facts)
    return _told(sweep, _opinion(sweep), now_ms)


def _opinion(sweep: Sweep) -> Opinion:
    if not sweep.all:
        return unsettled(
            "Nothing was asked with this key yet.",
            "Ask the control calls: GET /api/v3/account and GET /sapi/v1/account/apiRestrictions.",
        )
    if len(sweep.accounts) > 1:
        return unsettled(
            f"These probes are of {len(sweep.accounts)} accounts: one verdict is on one key.",
            "Ask for the verdict of each account by itself.",
        )
    found = (branch(sweep) for branch in _BRANCHES)
    return next((one for one in found if one is not None), None) or last.judge(sweep)


def _told(sweep: Sweep, opinion: Opinion, now_ms: int) -> Verdict:
    evidence = sorted(dict.fromkeys(opinion.stands_on), key=lambda probe: probe.at_ms)
    age = max(0, now_ms - sweep.all[-1].at_ms) if sweep.all else None
    old = f" (as of {duration(age)} ago)" if age is not None and age >= _STALE_MS else ""
    return Verdict(
        leaf=opinion.leaf,
        side=SIDES[opinion.leaf],
        strength=opinion.strength,
        sentence=opinion.sentence + old,
        evidence=tuple(Evidence(probe, said(probe), max(0, now_ms - probe.at_ms)) for probe in evidence),
        next_steps=opinion.next_steps,
        also=tuple(_also(sweep, opinion)),
        span_ms=span_ms(evidence),
        age_ms=age,
    )


def _also(sweep: Sweep, opinion: Opinion) -> Iterator[str]:
    """What went wrong besides, so that nothing seen is kept back."""
    explained = set(opinion.stands_on)
    for kind in sorted(sweep.kinds - {Said.TAKEN, Said.PUBLIC}):
        others = tuple(probe for probe in sweep.saying(kind) if probe not in explained)
        if others:
            told = others[-1].code if others[-1].code is not None else others[-1].status
            yield f"{kind.value}{'' if told is None else f' ({told})'} on {names(others)}"
