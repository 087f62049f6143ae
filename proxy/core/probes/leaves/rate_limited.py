"""429, -1003, -1015: too much was asked for."""

from proxy.core.findings import Strength
from proxy.core.probes.leaf import Leaf, Opinion
from proxy.core.probes.leaves.banned import wait
from proxy.core.probes.said import Said, number
from proxy.core.probes.sweep import Sweep
from proxy.core.probes.words import names


def judge(sweep: Sweep) -> Opinion | None:
    limited = sweep.saying(Said.LIMITED)
    if not limited:
        return None
    whose = "account's order limit" if number(limited[-1].code) == -1015 else "limit of this address"
    return Opinion(
        Leaf.RATE_LIMITED,
        Strength.PROVEN,
        f"Too much was asked for: the {whose} is used up on {names(limited)}.",
        (
            f"Stop asking{wait(limited)}; going on leads to a ban (HTTP 418).",
            "The limit counts all tools behind one address together, refused requests included.",
        ),
        limited,
    )
