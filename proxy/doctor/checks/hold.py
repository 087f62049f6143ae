"""`hold`: did Binance ask this address or account to wait? Known from the file that all gateways here share."""

import math

from proxy.core.retry_after import Scope
from proxy.doctor.check import Check
from proxy.doctor.patient import Patient
from proxy.doctor.result import Finding, failed, good

_OF = {
    Scope.IP: "everything from this address",
    Scope.ACCOUNT: "calls that count by account",
    Scope.ORDERS: "new orders",
}


async def run(patient: Patient) -> Finding:
    holds = sorted(patient.holds.active_holds(), key=lambda hold: -hold.seconds_left)
    if not holds:
        return good("no ban and no wait is noted")
    told = "; ".join(
        f"{hold.host.partition('://')[2]}: {_OF[hold.scope]} for {math.ceil(hold.seconds_left)} s more"
        for hold in holds
    )
    return failed(
        f"Binance asked to wait: {told}",
        "send nothing until then, also from other tools: each further call lengthens a ban",
    )


CHECK = Check(name="hold", looks_at="bans and waits that are running", run=run)
