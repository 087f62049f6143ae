"""`permissions`: what may this key do, and from where? As Binance tells it (GET /sapi/v1/account/apiRestrictions)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import msgspec

from proxy.core.catalogue import PrefixFamily
from proxy.core.foreign_json import UnreadableError, read_json
from proxy.doctor.check import Check
from proxy.doctor.checks.controls import NO_KEY
from proxy.doctor.patient import Patient
from proxy.doctor.result import Finding, good, skipped, warning
from proxy.probing.controls import RESTRICTIONS_PATH
from proxy.probing.prober import Asked

_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "enableReading": "reading",
        "enableSpotAndMarginTrading": "spot and margin trading",
        "enableMargin": "margin loans",
        "enableFutures": "futures",
        "enableVanillaOptions": "options",
        "enablePortfolioMarginTrading": "portfolio margin",
        "enableInternalTransfer": "internal transfer",
        "permitsUniversalTransfer": "universal transfer",
        "enableWithdrawals": "withdrawals",
        "enableFixApiTrade": "FIX trading",
        "enableFixReadOnly": "FIX reading",
    }
)
"""Source: wallet documentation, "Get API Key Permission"."""
_DECODER: Final = msgspec.json.Decoder(dict[str, Any])


class Restrictions(msgspec.Struct, frozen=True):
    """Which switches are on, and whether the key has a list of addresses; None where the answer does not say."""

    on: tuple[str, ...]
    ip_restricted: bool | None

    @property
    def futures(self) -> bool:
        return "enableFutures" in self.on


async def run(patient: Patient) -> Finding:
    if patient.account is None:
        return skipped(NO_KEY)
    if not patient.offers(PrefixFamily.SAPI):
        return skipped(f"empty: {patient.environment_name} has no /sapi, which alone tells permissions")
    asked = await patient.ask(RESTRICTIONS_PATH)
    found = restrictions(asked)
    if found is None:
        probe = asked.probe
        told = f"was refused (HTTP {probe.status}, code {probe.code})"
        if probe.status is None:
            told = f"got no answer ({probe.fault})"
        return skipped(f"empty: {probe.endpoint} {told}", "see `known`")
    return judged(found)


def judged(found: Restrictions) -> Finding:
    on = ", ".join(_WORDS[name] for name in found.on) or "nothing"
    limited = {True: "only from listed addresses", False: "from any address", None: "from where is not told"}
    told = f"on: {on}; {limited[found.ip_restricted]}"
    if "enableWithdrawals" in found.on:
        return warning(told, "switch withdrawals off in API management unless a tool of yours needs them")
    if found.ip_restricted is False:
        return warning(
            told,
            "list this machine's address for the key in API management: a stolen key is then worth nothing, and"
            " Binance"
            " removes unused keys without a list",
        )
    return good(told)


def restrictions(asked: Asked) -> Restrictions | None:
    """What a good answer says; None of any other."""
    if asked.probe.status != 200:
        return None
    try:
        told = read_json(asked.body, _DECODER)
    except UnreadableError:
        return None
    limited = told.get("ipRestrict")
    return Restrictions(
        tuple(name for name in _WORDS if told.get(name) is True),
        limited if isinstance(limited, bool) else None,
    )


CHECK = Check(name="permissions", looks_at="what the key may do, and from which addresses", run=run)
