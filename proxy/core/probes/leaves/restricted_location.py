"""451: Binance does not serve the place that this address belongs to."""

from proxy.core.findings import Strength
from proxy.core.probes.leaf import Leaf, Opinion
from proxy.core.probes.said import Said
from proxy.core.probes.sweep import Sweep, unsettled
from proxy.core.probes.words import requests


def judge(sweep: Sweep) -> Opinion | None:
    refused = sweep.saying(Said.LOCATION)
    if not refused:
        return None
    hosts = {probe.host for probe in refused}
    served = tuple(probe for probe in sweep.saying(Said.TAKEN, Said.PUBLIC) if probe.host in hosts)
    if served:
        return unsettled(
            "One host refuses the location of this address and serves it within the same minute: the probes"
            " conflict.",
            "Look whether requests leave by several addresses (VPN, proxy, IPv4 beside IPv6), then ask again.",
            probes=(*refused, *served),
        )
    return Opinion(
        Leaf.RESTRICTED_LOCATION,
        Strength.PROVEN,
        f"Binance does not serve the location of this address: {requests(refused)} got HTTP 451 at"
        f" {', '.join(sorted(hosts))}.",
        (
            "Run from an allowed location, or use the API of the local company.",
            "A VPN, proxy or cloud region decides which address is seen.",
        ),
        refused,
    )
