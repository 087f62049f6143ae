"""`c2c`: do the P2P services take the key? Two reads, one for everybody and one for merchants, beside the
controls."""

from proxy.core.catalogue import PrefixFamily
from proxy.core.probes import Leaf, Said, said, verdict
from proxy.doctor.check import Check
from proxy.doctor.checks.controls import NO_KEY, UNCONTROLLED, ask_controls
from proxy.doctor.patient import Patient
from proxy.doctor.result import Finding, failed, good, skipped, warning
from proxy.probing.controls import RESTRICTIONS_PATH

_READS = (
    "/sapi/v1/c2c/orderMatch/listUserOrderHistory?tradeType=BUY&page=1&rows=1",
    "/sapi/v1/c2c/ads/getAvailableAdsCategory",
)


async def run(patient: Patient) -> Finding:
    if patient.account is None:
        return skipped(NO_KEY)
    if patient.environment_name != "production" and patient.settings.upstream.unsafe_url is None:
        return skipped(f"empty: C2C is there in production alone, this is {patient.environment_name}")
    if not patient.offers(PrefixFamily.SAPI):
        return skipped(f"empty: {patient.environment_name} has no /sapi")
    controls = [one.probe for one in await ask_controls(patient)]
    asked = [(await patient.ask(target)).probe for target in _READS]
    if all(said(probe) is Said.TAKEN for probe in asked):
        return good(f"taken by {' and '.join(probe.endpoint for probe in asked)}")
    if not any(said(probe) is Said.TAKEN for probe in controls):
        return skipped(UNCONTROLLED)
    controls.append(
        (await patient.ask_again(RESTRICTIONS_PATH)).probe
    )  # does it work after the refusal, too?
    told = verdict([*controls, *asked], patient.local.unix_ms(), patient.facts)
    if told.leaf is Leaf.PERMISSION_MISSING:
        return warning(told.sentence, "nothing, unless you trade P2P by API; else: " + told.next_steps[0])
    return failed(told.sentence, told.next_steps[0])


CHECK = Check(name="c2c", looks_at="whether the C2C (P2P) services take the key", run=run)
