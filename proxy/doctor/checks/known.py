"""`known`: does Binance know this key, and take its signature? Control calls on spot and /sapi decide."""

from proxy.core.probes import Leaf, verdict
from proxy.doctor.check import Check
from proxy.doctor.checks.controls import NO_KEY, ask_controls
from proxy.doctor.patient import Patient
from proxy.doctor.result import Finding, failed, good, skipped

_ALSO = {
    Leaf.KEY_UNKNOWN: "A swapped pair (secret in the place of the key) is refused like this, too.",
    Leaf.ADDRESS_NOT_ALLOWED: "`egress` shows the address that Binance sees, if Binance tells it.",
}


async def run(patient: Patient) -> Finding:
    if patient.account is None:
        return skipped(NO_KEY)
    probes = [asked.probe for asked in await ask_controls(patient)]
    told = verdict(probes, patient.local.unix_ms(), patient.facts)
    if told.leaf is Leaf.WORKS:
        took = " and ".join(f"{probe.endpoint} ({probe.round_trip_ms or 0:.0f} ms)" for probe in probes)
        return good(f"key and signature are taken by {took}")
    return failed(told.sentence, f"{told.next_steps[0]} {_ALSO.get(told.leaf, '')}".rstrip())


CHECK = Check(
    name="known", looks_at="whether the key is known and signatures are taken (two control calls)", run=run
)
