"""418: the address is banned for a while."""

from proxy.core.findings import Strength
from proxy.core.probes.leaf import Leaf, Opinion
from proxy.core.probes.probe import Probe
from proxy.core.probes.said import Said
from proxy.core.probes.sweep import Sweep


def judge(sweep: Sweep) -> Opinion | None:
    banned = sweep.saying(Said.BANNED)
    if not banned:
        return None
    return Opinion(
        Leaf.BANNED,
        Strength.PROVEN,
        f"This address is banned at {banned[-1].host}{wait(banned)}, because calls went on after HTTP 429.",
        (
            "Stop every tool behind this address until then: each further call lengthens the ban.",
            "Then lower the rate, and put all tools behind one gateway, which keeps count for them.",
        ),
        banned,
    )


def wait(probes: tuple[Probe, ...]) -> str:
    """` for 120 s more`, as the newest answer with Retry-After told it; "" where none did."""
    told = [probe.retry_after_s for probe in probes if probe.retry_after_s is not None]
    return f" for {told[-1]} s more" if told else ""
