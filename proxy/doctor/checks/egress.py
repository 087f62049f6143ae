"""`egress`: from which address does Binance see this machine? Only Binance is asked, and it rarely tells.

An answer names the address in one case: -2015 of futures ("request ip: ..."). No other service is asked, because that
one would learn who runs this gateway.
"""

from proxy.core.catalogue import PrefixFamily
from proxy.doctor.check import Check
from proxy.doctor.checks.futures import FUTURES
from proxy.doctor.patient import Patient
from proxy.doctor.result import Finding, good, skipped

_NOBODY_ELSE = "no other service is asked; any 'own address' page tells it"


async def run(patient: Patient) -> Finding:
    if patient.account is not None and patient.offers(PrefixFamily.FAPI):
        await patient.ask(FUTURES)
    told = [one for one in patient.answers() if one.request_ip]
    if told:
        seen = told[-1]
        return good(f"{seen.probe.host} sees {seen.request_ip} (told in its {seen.probe.code})")
    return skipped(
        f"empty: Binance tells the address only in a -2015 of futures, and none came; {_NOBODY_ELSE}"
    )


CHECK = Check(name="egress", looks_at="the address that Binance sees, where it tells", run=run)
