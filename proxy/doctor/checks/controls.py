"""The control calls: cheap reads that every key may make, of two services."""

from typing import Final

from proxy.core.catalogue import PrefixFamily
from proxy.doctor.patient import Patient
from proxy.doctor.prober import Asked

RESTRICTIONS: Final = "/sapi/v1/account/apiRestrictions"
_CONTROLS: Final = (
    (PrefixFamily.API, "/api/v3/account?omitZeroBalances=true"),
    (PrefixFamily.SAPI, RESTRICTIONS),
)
NO_KEY: Final = "not asked: there is no key that can be used (see `key`)"


async def ask_controls(patient: Patient) -> list[Asked]:
    """One of each service that the environment has. The patient must have an account."""
    return [await patient.ask(target) for family, target in _CONTROLS if patient.offers(family)]
