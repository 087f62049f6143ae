"""-2015: key, address or permission; Binance deliberately does not say which. And 401 without a code."""

from typing import Final

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
from proxy.core.probes import Leaf


def applies(request: ParsedRequest) -> bool:
    return _is_bare(request) or request.answered(-2015, -2017)


def _is_bare(request: ParsedRequest) -> bool:
    return request.answer is not None and request.answer.status == 401 and request.answer.code is None


def judge(case: Case) -> Opinion:
    if case.explained:
        return Opinion()
    if _is_bare(case.request):
        return Opinion((_MAYBE_ADDRESS, *possible(*_BEHIND_401)), (_NO_CODE,))
    told = judged(case)
    if took_here(told, case):
        return Opinion((_MOVED, *possible("perm-permission-missing")), (told.sentence, _CHECK))
    if told.leaf is Leaf.PERMISSION_MISSING:
        return Opinion(
            (*likely("perm-permission-missing"), *possible("perm-ip-not-whitelisted")), (told.sentence,)
        )
    second = ("perm-permission-missing", "key-unknown", "key-testnet-on-live")
    return Opinion((*likely("perm-ip-not-whitelisted"), *possible(*second)), (_CHECK,))


_MOVED: Final = (
    "perm-ip-not-whitelisted",
    Sighting(
        LIKELY,
        says="This endpoint took the key within the hour and refuses it now: the outgoing address may have changed.",
        remedy="Ask an 'own address' service from this machine, and enter the address in API management.",
    ),
)
_MAYBE_ADDRESS: Final = (
    "perm-ip-not-whitelisted",
    Sighting(
        POSSIBLE, says="The IP address of this machine may be missing from the whitelist of the API key."
    ),
)
_BEHIND_401: Final = (
    "key-unknown",
    "perm-permission-missing",
    "key-format-whitespace-or-quotes",
    "key-testnet-on-live",
)
_NO_CODE: Final = (
    "HTTP 401 says that the key was not accepted, not why: the code in the body does (-2008, -2014 or -2015)."
)
_CHECK: Final = (
    "Compare the address of this machine with the key's whitelist, then its permissions"
    " (GET /sapi/v1/account/apiRestrictions shows both)."
)

TEXTS: Final = (
    RuleText(
        rule="perm-ip-not-whitelisted",
        says=("The IP address of this machine is probably not on the whitelist of the API key."),
        why="VPN, NAT, a hosting provider or IPv6 give another outgoing address than the one that was entered.",
        see="Ask an 'own address' service from the same machine; futures answers name the address they saw.",
        remedy=(
            "Find the outgoing IP address of this machine (the one that web sites see), and enter it for "
            "this key in API management."
        ),
    ),
    RuleText(
        rule="perm-permission-missing",
        says="The key lacks the permission for this call.",
        why="Trading, margin, futures, withdrawals and universal transfer are switched on one by one.",
        see="The same key works for reading and is refused for this call.",
        remedy="Switch the permission on in API management, and only the one that is needed.",
    ),
)

VERDICT = Verdict(name="key-refused", about=TEXTS, applies=applies, judge=judge)
