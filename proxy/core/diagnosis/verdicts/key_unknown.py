"""-2008: a key that this gateway of Binance does not know. Other flows of the key tell whose fault it is."""

import re
from typing import Final

from proxy.core import probes
from proxy.core.diagnosis.symptoms.hosts import TEST_HOSTS
from proxy.core.diagnosis.verdicts.base import (
    LIKELY,
    POSSIBLE,
    Case,
    Opinion,
    ParsedRequest,
    RuleText,
    Sighting,
    Verdict,
    likely,
    possible,
)
from proxy.core.diagnosis.verdicts.neighbours import judged, took_here
from proxy.core.probes import Leaf, Said

_FUTURES_TESTNET_KEY: Final = re.compile(rb"[0-9a-f]{64}")
_NOTE: Final = "-2008 is answered before the signature is looked at: it says nothing about the signature."


def applies(request: ParsedRequest) -> bool:
    return request.answered(-2008, "-2008")


def judge(case: Case) -> Opinion:
    if case.explained:
        return Opinion(notes=(_NOTE,))
    told = judged(case)
    notes = (told.sentence, _NOTE)
    match told.leaf:
        case Leaf.REFUSED_HERE_ONLY:
            here = "perm-c2c-not-enabled" if case.request.c2c else "perm-key-not-registered"
            facts = (
                ("authenticates_on", _count(told, Said.TAKEN)),
                ("refused_on", _count(told, Said.KEY_UNKNOWN)),
            )
            return Opinion(((here, Sighting(told.strength or LIKELY, facts)),), notes)
        case Leaf.FLAPPING:
            return Opinion((("perm-key-flapping", Sighting(told.strength or LIKELY)),), notes)
        case Leaf.WRONG_ENVIRONMENT:
            return Opinion((("key-testnet-on-live", Sighting(told.strength or LIKELY)),), notes)
        case Leaf.KEY_UNKNOWN:
            return Opinion((*likely("key-unknown"), *possible("key-testnet-on-live")), notes)
        case _:
            return _uncontrolled(case, told)


def _uncontrolled(case: Case, told: probes.Verdict) -> Opinion:
    """Without a call that worked in the same minute nobody can say whose fault it is."""
    request = case.request
    if took_here(told, case):
        return Opinion((_CHANGED, *possible("key-unknown")), (told.sentence, _NOTE, _COMPARE))
    key = request.sent_key or b""
    if _FUTURES_TESTNET_KEY.fullmatch(key) and request.host not in TEST_HOSTS:
        return Opinion((*likely("key-testnet-on-live"), *possible("key-unknown")), (_NOTE,))
    if request.c2c:
        return Opinion((_UNCONTROLLED, *possible("key-unknown")), (_NOTE, _COMPARE))
    return Opinion((*likely("key-unknown"), *possible("key-testnet-on-live")), (_NOTE, _COMPARE))


def _count(told: probes.Verdict, says: Said) -> int:
    """Endpoints of the evidence that say so."""
    return len({(one.probe.host, one.probe.endpoint) for one in told.evidence if one.says is says})


_CHANGED: Final = (
    "perm-key-flapping",
    Sighting(
        LIKELY,
        says="Binance took this key on this endpoint within the hour and does not know it now: it flaps, or the key"
        " has just been deleted or replaced.",
        remedy="Make one signed call elsewhere with this key, such as GET /api/v3/account. If that works, send reads"
        " again after a pause, and send Binance what `signing-proxy export bundle` makes; if not, look for the key"
        " in API management.",
    ),
)
_UNCONTROLLED: Final = (
    "perm-c2c-not-enabled",
    Sighting(
        POSSIBLE,
        says="This C2C service does not know the key: P2P access is not enabled for it, or it is no valid key.",
        remedy="Make one signed call elsewhere with this key, such as GET /api/v3/account. If that works, ask Binance"
        " to enable P2P API access; if not, check the key in API management.",
    ),
)
"""Without a call that worked nobody can say whose fault it is."""

_COMPARE: Final = (
    "Make one cheap signed call on another product with the same key: if it works, the key is good and not"
    " registered here; if not, key or environment are wrong."
)

TEXTS: Final = (
    RuleText(
        rule="key-unknown",
        says="The API key is not known: deleted, expired, or of another account or environment.",
        why="The key has the right form but Binance has no entry for it. Keys without IP restriction expire.",
        see="-2008 on every endpoint.",
        remedy=(
            "Look for the API key in API management on the web site. Is it gone, make a new one; is "
            "it there, check account and environment."
        ),
    ),
    RuleText(
        rule="key-testnet-on-live",
        says="The key belongs to another environment than the host: testnet, demo and live keys don't mix.",
        why="Each environment has its own keys; futures testnet keys are 64 lower-case hex characters.",
        see="Where the key was created, and the host of the request.",
        remedy="Send it to the matching host, or use a key of this environment.",
        example="testnet.binance.vision with a testnet key, api.binance.com with a live key",
    ),
    RuleText(
        rule="perm-c2c-not-enabled",
        says="The key is not registered for this C2C service at Binance: not fixable on the client.",
        why="C2C access is granted to merchants by support; some paths answer -2008 while others take the same key.",
        see="-2008 on C2C paths only, while the same key works elsewhere.",
        remedy="Have P2P API access enabled for the account; send support what `signing-proxy export bundle` makes.",
    ),
    RuleText(
        rule="perm-key-flapping",
        says="Binance takes and refuses this key on this endpoint in turn: not fixable on the client.",
        why="The servers behind one address do not all know the same keys at the same time.",
        see="200 and -2008 in turn on one endpoint, with one key.",
        remedy="Send reads again after a pause. Send Binance's support what `signing-proxy export bundle` makes.",
    ),
    RuleText(
        rule="perm-key-not-registered",
        says="The key works elsewhere and is refused here: not fixable on the client.",
        why="The service behind this endpoint does not know a key that Binance knows.",
        see="-2008 on some endpoints and success on others, with one key in one minute.",
        remedy="Ask Binance support to register the key for this product; send them what"
        " `signing-proxy export bundle` makes.",
    ),
)

VERDICT = Verdict(name="key-unknown", about=TEXTS, applies=applies, judge=judge)
