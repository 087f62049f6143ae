"""-2015: key, address or permission; Binance does not say which. Control calls do."""

from proxy.core.findings import Strength
from proxy.core.probes.leaf import Leaf, Opinion
from proxy.core.probes.probe import Probe
from proxy.core.probes.realm import service_of
from proxy.core.probes.said import Said
from proxy.core.probes.sweep import Sweep, unsettled
from proxy.core.probes.words import all_asked, duration, endpoints, in_the_same, names

_READS = frozenset({"spot", "sapi"})
"""Services whose reads need no permission but reading, which every key has."""

_CHECK_ADDRESS = (
    "Compare the address of this machine, as seen from outside, with the list of this key in API management.",
    "VPN, NAT, hosting provider and IPv6 each give another address than the one that was entered.",
)


def judge(sweep: Sweep) -> Opinion | None:
    refused = sweep.saying(Said.KEY_REFUSED)
    if not refused:
        return None
    changed = [probe for probe in refused if sweep.took_before(probe) is not None]
    if changed:
        return _changed(sweep, refused, changed[-1])
    if sweep.taken:
        return _permission(sweep, refused)
    services = {service_of(probe.path) for probe in refused}
    if len(refused) < 2 or not services & _READS:
        return unsettled(
            f"-2015 on {names(refused)}, and no control call beside it: key, address or permission, nobody can"
            f" say yet.",
            "Ask the control calls with this key: GET /api/v3/account and GET /sapi/v1/account/apiRestrictions.",
            probes=refused,
        )
    return Opinion(
        Leaf.ADDRESS_NOT_ALLOWED,
        Strength.LIKELY,
        f"The key is refused with -2015 on {all_asked(refused)}, reads included: the address of"
        " this machine is probably not on the key's list.",
        (
            *_CHECK_ADDRESS,
            "Is the address right, the key may be of another environment or revoked: look for it there.",
        ),
        refused,
    )


def _changed(sweep: Sweep, refused: tuple[Probe, ...], probe: Probe) -> Opinion:
    before = sweep.took_before(probe)
    assert before is not None
    ago = duration(probe.at_ms - before.at_ms)
    return Opinion(
        Leaf.ADDRESS_NOT_ALLOWED,
        Strength.LIKELY,
        f"{probe.endpoint} took this key {ago} earlier and refuses it now with -2015: the address that requests"
        f" leave by"
        " has probably changed, or the key's list or permissions have.",
        _CHECK_ADDRESS,
        (*refused, before),
    )


def _permission(sweep: Sweep, refused: tuple[Probe, ...]) -> Opinion:
    hosts = {probe.host for probe in sweep.taken}
    same_host = all(probe.host in hosts for probe in refused)
    proven = same_host or sweep.facts.ip_restricted is False
    and_address = "" if proven else ", or the other host sees another address (IPv4 beside IPv6)"
    return Opinion(
        Leaf.PERMISSION_MISSING,
        Strength.LIKELY,
        f"The key is taken on {endpoints(sweep.taken)} and refused with -2015 on {endpoints(refused)}"
        f" {_when(sweep, refused)}:"
        f" a permission is missing for {names(refused)}{and_address}.",
        (
            "Switch on in API management the permission that these calls need, and only that one.",
            "GET /sapi/v1/account/apiRestrictions shows which ones the key has.",
        ),
        (*refused, *sweep.taken),
    )


def _when(sweep: Sweep, refused: tuple[Probe, ...]) -> str:
    return in_the_same((*refused, *sweep.taken))
