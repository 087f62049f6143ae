"""The control calls, as far as the environment has them."""

from typing import Final

from proxy.core.catalogue import PrefixFamily
from proxy.doctor.patient import Patient
from proxy.probing.controls import SAPI_CONTROL, SPOT_CONTROL
from proxy.probing.prober import Asked

_CONTROLS: Final = (
    (PrefixFamily.API, SPOT_CONTROL),
    (PrefixFamily.SAPI, SAPI_CONTROL),
)
NO_KEY: Final = "not asked: there is no key that can be used (see `key`)"
UNCONTROLLED: Final = "not judged: no control call worked (see `known`)"


async def ask_controls(patient: Patient) -> list[Asked]:
    """One of each service that the environment has. The patient must have an account."""
    return [
        await patient.ask(text.removeprefix("GET ")) for family, text in _CONTROLS if patient.offers(family)
    ]
