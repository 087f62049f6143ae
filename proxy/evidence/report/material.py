"""All that the sections of a report may tell of."""

from collections.abc import Mapping, Sequence

import msgspec

from proxy.audit.run import Run
from proxy.core.foreign import Foreign
from proxy.evidence.report.story import Story


class Material(msgspec.Struct, frozen=True):
    """What was seen, and what is known beside it."""

    story: Story
    versions: Mapping[str, str]
    private: bool = False
    """For the exchange's own ticket, not for a public tracker."""
    keys: Mapping[str, str] = {}
    """First and last four characters of each loaded API key by the name of its account; for the private form only."""
    doctor: Sequence[Foreign] = ()
    """What checks of the machine, the clock and the key printed."""
    files: Sequence[tuple[str, str]] = ()
    """Names of what lies beside the report, and what each is."""
    seal_key: str = ""
    """The public half of the key that sealed the bundle, if one did."""
    runs: Sequence[Run] = ()
    """Sweeps of the audit, oldest first."""
    made_ms: int = 0
    """When the report was made, Unix ms: what ages are counted to."""
