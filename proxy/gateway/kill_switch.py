"""The kill switch: read-only at once for every client, whatever their policies say, and back."""

from collections.abc import Iterator
from typing import Final

import structlog

from proxy.core.errors import RefusedError
from proxy.core.guard.permit import READ_ONLY
from proxy.core.readings import Reading, gauge

_LOG: Final = structlog.get_logger("switch")


class KillSwitch:
    """Asked on every request that would change something. Off at each start."""

    def __init__(self) -> None:
        self.on = False

    def turn(self, on: bool, by: str) -> None:
        """`by`: who turned it, for the log: a signal's name, `admin`."""
        self.on = on
        _LOG.warning("read_only_on" if on else "read_only_off", by=by)

    def stop_write(self) -> None:
        """Asked once more at the door: a write may have waited for its connection. Raises RefusedError."""
        if self.on:
            raise RefusedError(READ_ONLY)

    def readings(self) -> Iterator[Reading]:
        yield gauge("read_only", "1 while the kill switch is on", int(self.on))
