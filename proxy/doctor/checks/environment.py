"""`environment`: is the key of the environment that it is sent to?"""

from proxy.core.probes import Leaf, Said, said, verdict
from proxy.doctor.check import Check
from proxy.doctor.checks.controls import NO_KEY, UNCONTROLLED, ask_controls
from proxy.doctor.patient import Patient
from proxy.doctor.result import Finding, failed, good, skipped


async def run(patient: Patient) -> Finding:
    if patient.account is None:
        return skipped(NO_KEY)
    name = patient.environment_name
    probes = [asked.probe for asked in await ask_controls(patient)]
    if any(said(probe) is Said.TAKEN for probe in probes):
        return good(f"{name} takes the key of account {patient.account.name}")
    told = verdict(probes, patient.local.unix_ms(), patient.facts)
    if told.leaf is Leaf.WRONG_ENVIRONMENT:
        return failed(told.sentence, told.next_steps[0])
    if told.leaf is not Leaf.KEY_UNKNOWN:
        return skipped(UNCONTROLLED)
    return skipped(
        f"{name} does not know the key; no other environment was asked: a key is sent to its own alone"
    )


CHECK = Check(name="environment", looks_at="whether key and hosts belong to one environment", run=run)
