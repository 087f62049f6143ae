"""`doctor`: is it the key, the clock, the network, this machine or Binance? Looks, asks reads, changes nothing.

    async with open_patient(settings, environ) as patient:
        report = await examine(patient)

One check a file in `checks/`; the written list is `all_checks.py`. A report holds no secret, whole key or home path.
"""

from proxy.doctor.examination import examine
from proxy.doctor.patient import Patient, open_patient
from proxy.doctor.present import for_strangers, line, line_for_strangers
from proxy.doctor.result import Mark, Report, Result

__all__ = [
    "Mark",
    "Patient",
    "Report",
    "Result",
    "examine",
    "for_strangers",
    "line",
    "line_for_strangers",
    "open_patient",
]
