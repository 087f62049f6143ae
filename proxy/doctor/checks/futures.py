"""`futures`: does the USD-M API take the key? One read, beside the control calls."""

from msgspec.structs import replace

from proxy.core.catalogue import PrefixFamily
from proxy.core.probes import Leaf, Said, said, verdict
from proxy.doctor.check import Check
from proxy.doctor.checks.controls import NO_KEY, UNCONTROLLED, ask_controls
from proxy.doctor.checks.permissions import restrictions
from proxy.doctor.patient import Patient
from proxy.doctor.result import Finding, failed, good, skipped, warning
from proxy.probing.controls import RESTRICTIONS_PATH

FUTURES = "/fapi/v3/balance"


async def run(patient: Patient) -> Finding:
    if patient.account is None:
        return skipped(NO_KEY)
    if not patient.offers(PrefixFamily.FAPI):
        return skipped(f"empty: {patient.environment_name} has no futures")
    controls = await ask_controls(patient)
    asked = await patient.ask(FUTURES)
    if said(asked.probe) is Said.TAKEN:
        return good(f"{asked.probe.endpoint} takes the key, in {asked.probe.round_trip_ms or 0:.0f} ms")
    if not any(said(one.probe) is Said.TAKEN for one in controls):
        return skipped(UNCONTROLLED)
    allowed = [
        found for one in controls if one.probe.path == RESTRICTIONS_PATH and (found := restrictions(one))
    ]
    facts = replace(patient.facts, ip_restricted=allowed[0].ip_restricted if allowed else None)
    told = verdict([*(one.probe for one in controls), asked.probe], patient.local.unix_ms(), facts)
    if told.leaf is Leaf.PERMISSION_MISSING and allowed and not allowed[0].futures:
        return skipped("not for this key: futures are switched off for it in API management")
    if told.leaf is Leaf.PERMISSION_MISSING:
        return warning(told.sentence, told.next_steps[0])
    return failed(told.sentence, told.next_steps[0])


CHECK = Check(name="futures", looks_at="whether USD-M futures take the key", run=run)
