"""The written list of symptoms, in the order in which equals are named."""

from typing import Final

from proxy.core.diagnosis.symptoms.base import Symptom

SYMPTOMS: Final[tuple[Symptom, ...]] = ()
