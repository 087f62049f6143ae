"""The written list of verdicts: one decision tree for each kind of answer."""

from typing import Final

from proxy.core.diagnosis.verdicts.base import Verdict

VERDICTS: Final[tuple[Verdict, ...]] = ()
