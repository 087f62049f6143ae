"""What one line on a terminal needs of a record. To read no more takes a quarter of the time."""

from typing import Final

import msgspec
from msgspec import Struct, field

from proxy.core.foreign import NOTHING, Foreign
from proxy.core.redaction import ForeignFlow, ForeignOutcome
from proxy.core.redaction.foreign_record import ForeignFinding, ForeignLine, foreign_decoder
from proxy.core.redaction.record import PhasesRecord, decode_line


class Sent(Struct, kw_only=True, frozen=True):
    """Says that something went out, and not what."""


class Glance(ForeignLine, kw_only=True, frozen=True, tag="flow"):
    """Some fields of a `ForeignFlow`."""

    method: Foreign = field(name="http.request.method")
    path: Foreign = field(name="url.path")
    client: Foreign = NOTHING
    went: Sent | None = field(name="out", default=None)
    weight: int | None = None
    execution: Foreign = Foreign("not_sent")
    status: int | None = field(name="http.response.status_code", default=None)
    code: Foreign = NOTHING
    message: Foreign = NOTHING
    error: Foreign = field(name="error.type", default=NOTHING)
    refused: int | None = None
    repeated: int = 0
    repeated_until: Foreign = NOTHING
    repeated_mixed: bool = False
    client_gone: bool = False
    dry_run: bool = False
    duration_ms: float = 0.0
    phases_ms: PhasesRecord | None = None
    findings: tuple[ForeignFinding, ...] = ()


type Shown = Glance | ForeignFlow | ForeignOutcome

_GLANCE: Final[msgspec.json.Decoder[Glance | ForeignOutcome]] = foreign_decoder(Glance | ForeignOutcome)
_WHOLE: Final[msgspec.json.Decoder[ForeignFlow | ForeignOutcome]] = foreign_decoder(
    ForeignFlow | ForeignOutcome
)


def read_shown(line: bytes, *, whole: bool) -> Shown:
    """A flow or an outcome, read as far as it is shown. Raises ValueError for other lines."""
    return decode_line(line, _WHOLE) if whole else decode_line(line, _GLANCE)
