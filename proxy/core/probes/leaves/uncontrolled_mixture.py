"""Several reasons at once, and no request that worked: what one says the other denies."""

from proxy.core.probes.leaf import Opinion
from proxy.core.probes.sweep import Sweep, unsettled
from proxy.core.probes.words import names


def judge(sweep: Sweep) -> Opinion | None:
    if len(sweep.refusing) < 2 or sweep.taken:
        return None
    told = "; ".join(f"{kind.value} on {names(sweep.saying(kind))}" for kind in sorted(sweep.refusing))
    return unsettled(
        f"Binance gives different reasons and no request worked: {told}. The probes conflict.",
        "Mend what can be seen first (key, address, clock), then ask the control calls again:"
        " GET /api/v3/account and GET /sapi/v1/account/apiRestrictions.",
        probes=sweep.saying(*sweep.refusing),
    )
