"""403 without a code: the firewall in front of Binance, which knows no keys."""

from proxy.core.findings import Strength
from proxy.core.probes.leaf import Leaf, Opinion
from proxy.core.probes.said import Said
from proxy.core.probes.sweep import Sweep
from proxy.core.probes.words import endpoints, requests


def judge(sweep: Sweep) -> Opinion | None:
    blocked = sweep.saying(Said.FIREWALL)
    if not blocked:
        return None
    passed = tuple(probe for probe in sweep.saying(Said.TAKEN, Said.PUBLIC) if probe.host == blocked[-1].host)
    beside = f", while {endpoints(passed)} of the same host answered" if passed else ""
    return Opinion(
        Leaf.FIREWALL,
        Strength.PROVEN,
        f"The firewall in front of Binance blocked {requests(blocked)} (HTTP 403, no code){beside}: this says nothing"
        " about the key.",
        (
            "Wait about five minutes without a call, then slow down.",
            "Avoid SQL words and odd characters in parameters; try without VPN or proxy.",
        ),
        (*blocked, *passed),
    )
