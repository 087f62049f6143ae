"""5xx and the codes of a failing service: nothing was said about the key."""

from proxy.core.findings import Strength
from proxy.core.probes.leaf import Leaf, Opinion
from proxy.core.probes.said import Said
from proxy.core.probes.sweep import Sweep
from proxy.core.probes.words import endpoints, names


def judge(sweep: Sweep) -> Opinion | None:
    failing = sweep.saying(Said.FAILING)
    if not failing:
        return None
    taken = f", while {endpoints(sweep.taken)} took the key" if sweep.taken else ""
    return Opinion(
        Leaf.EXCHANGE_FAILING,
        Strength.PROVEN,
        f"Binance's own servers failed on {names(failing)} (HTTP {failing[-1].status}){taken}: this says nothing"
        f" about the"
        " key.",
        (
            "Wait, then ask again; announcements tell of maintenance.",
            "Of a write that failed so, look up the state before you repeat it.",
        ),
        (*failing, *sweep.taken),
    )
